"""Lab 15, the rate board: no price waits for the bank, and no old rates come back."""

import contextlib
import threading
import time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


class Bank:
    """A bank whose sheets are as easy to check as to make: sheet 2 has 102 cents to the dollar, and 202 pence."""

    def __init__(self, lab):
        self.lab = lab
        self.number = 1
        self.error = None
        self.before_answer = None

    def publish(self):
        """Bring out the next sheet; return its number."""
        self.number += 1
        return self.number

    def fetch(self):
        """Return the sheet of the moment; then, if need be, take some time with the answer."""
        number = self.number
        if self.before_answer is not None:
            self.before_answer()
        if self.error is not None:
            raise self.error
        return self.lab.Sheet(number, {"USD": 100 + number, "GBP": 200 + number})


def ask(board, currency="USD"):
    """Return the number of the sheet that a quote comes from; the price has to be of the same sheet."""
    quote = board.quote(100, currency)
    expected = {"USD": 100, "GBP": 200}[currency] + quote.sheet
    assert quote.cents == expected, f"the quote names sheet {quote.sheet} ({expected}), its price is {quote.cents}"
    return quote.sheet


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Ask the bank for its sheet and put it in force.")
def test_a_quote_is_made_with_the_sheet_in_force(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    assert board.quote(20_00, "USD") == (1, 20_20)
    bank.publish()
    assert ask(board) == 1, "the bank has a new sheet, but nobody has refreshed"
    board.refresh()
    assert board.quote(20_00, "GBP") == (2, 40_40)


@explored(promise="Raises: KeyError: the sheet in force has no such currency.")
def test_an_unknown_currency_is_an_error_and_blocks_nobody(lab):
    board = lab.RateBoard(Bank(lab).fetch)
    with pytest.raises(KeyError):
        board.quote(100, "XYZ")
    board.refresh()
    assert ask(board) == 1


@explored(promise="If fetch raises, the caller gets the error, and the sheet in force stays.")
def test_when_the_bank_cannot_be_reached_the_old_sheet_stays(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    bank.publish()
    bank.error = ConnectionError("no line to the bank")
    with pytest.raises(ConnectionError):
        board.refresh()
    assert ask(board) == 1
    bank.error = None
    board.refresh()
    assert ask(board) == 2, "the line is back, and the board was refreshed"


# Witness: the bank answers only when a customer has got a price, so a board that lets the customer wait for the bank
# never comes to an end. That is proved, not measured. Exhaustive.


@explored(promise="A quote never waits for the bank. While the bank is asked, quotes go on with the sheet in force.")
def test_a_customer_gets_a_price_while_the_bank_takes_its_time(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    bank.publish()
    served = threading.Event()
    bank.before_answer = served.wait
    refresher = threading.Thread(target=board.refresh)
    refresher.start()
    assert ask(board) == 1, "the bank has not answered yet"
    served.set()
    refresher.join()
    assert ask(board) == 2


@explored(
    time="exact",
    strategy="dfs",
    preemptions=0,
    inconclusive="pass",
    promise="A quote never waits for the bank. While the bank is asked, quotes go on with the sheet in force.",
)
def test_a_customer_does_not_wait_for_a_moment_either(lab):
    """Not exhaustive: exact virtual time measures, and proves nothing about order. The clock stands still in work."""
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    begun = threading.Event()

    def take_three_seconds():
        begun.set()
        time.sleep(3)

    bank.before_answer = take_three_seconds
    refresher = threading.Thread(target=board.refresh)
    refresher.start()
    begun.wait()
    asked = time.monotonic()
    assert ask(board) == 1
    waited = time.monotonic() - asked
    refresher.join()
    assert waited == 0, f"the bank took 3 s, and the customer waited {waited:g} s for a price"


# Explored, exhaustive but for one: every class of schedules is run. With the fetch outside and the swap inside of one
# lock these are 2 to 12 classes a test. The one is about two refreshes that wait for a third: a program that wakes
# both, and lets both go on, is found out there.


@explored(promise="The rate and the number of a quote come from one and the same sheet.")
def test_rate_and_number_of_a_quote_belong_together(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    bank.publish()
    _, sheet = run_together(board.refresh, (ask, board))
    assert sheet in (1, 2)


@explored(
    promise="No sheet gives way to an older one: after a quote from one sheet there is no quote from a lower number."
)
def test_a_customer_who_asks_twice_gets_no_older_rates(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    bank.publish()
    refresher = threading.Thread(target=board.refresh)
    refresher.start()
    dollars = ask(board, "USD")
    pounds = ask(board, "GBP")
    refresher.join()
    assert dollars <= pounds, f"the first price was of sheet {dollars}, the next one of sheet {pounds}"


@explored(promise="When refresh() returns, the sheet that the bank had when it was called is in force, or a newer one.")
def test_after_a_refresh_the_newest_sheet_is_in_force(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    bank.publish()

    def refresh_when_a_sheet_is_out():
        bank.publish()
        board.refresh()
        return ask(board)

    _, sheet = run_together(board.refresh, refresh_when_a_sheet_is_out)
    assert sheet == 3, f"sheet 3 was out, then the board was refreshed, then a quote was made with sheet {sheet}"
    last = ask(board)
    assert last == 3, f"a quote was made with sheet 3, and a later one with sheet {last}"


@explored(
    promise="No sheet gives way to an older one: after a quote from one sheet there is no quote from a lower number."
)
def test_refreshes_at_once_bring_no_old_sheet_back(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    other = threading.Thread(target=board.refresh)

    def a_new_sheet_comes_out():
        if threading.current_thread() is other:  # the other one has the old sheet now
            bank.publish()

    bank.before_answer = a_new_sheet_comes_out
    other.start()
    board.refresh()
    sheet = ask(board)
    other.join()
    last = ask(board)
    assert sheet <= last, f"a quote was made with sheet {sheet}, and a later one with sheet {last}"


@explored(
    time="exact",
    strategy="dfs",
    preemptions=1,
    inconclusive="pass",
    promise="No sheet gives way to an older one: after a quote from one sheet there is no quote from a lower number.",
)
def test_refreshes_that_come_while_one_is_under_way_bring_no_old_sheet_back(lab):
    """Not exhaustive: it is about two that wait for the one under way, and one preemption sets them against another."""
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    others = [threading.Thread(target=board.refresh) for _ in range(2)]

    def two_more_come_and_then_a_new_sheet():
        if threading.current_thread() is others[0]:
            bank.publish()
        elif others[0].ident is None:
            for thread in others:
                thread.start()
            time.sleep(1)  # in exact virtual time this ends when both have the bank's answer, or wait

    bank.before_answer = two_more_come_and_then_a_new_sheet
    board.refresh()
    others[1].join()
    sheet = ask(board)
    others[0].join()
    last = ask(board)
    assert sheet <= last, f"a quote was made with sheet {sheet}, and a later one with sheet {last}"


@explored(promise="When refresh() returns, the sheet that the bank had when it was called is in force, or a newer one.")
def test_a_refresh_that_failed_does_not_stand_in_for_another_one(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)

    def try_to_refresh():
        with contextlib.suppress(ConnectionError):
            board.refresh()

    refreshers = [threading.Thread(target=board.refresh), threading.Thread(target=try_to_refresh)]

    def no_line_for_the_second():
        if threading.current_thread() is refreshers[1]:
            raise ConnectionError("no line to the bank")

    bank.before_answer = no_line_for_the_second
    for thread in refreshers:
        thread.start()
    bank.publish()
    board.refresh()
    sheet = ask(board)
    for thread in refreshers:
        thread.join()
    assert sheet == 2, f"sheet 2 was out, then the board was refreshed, then a quote was made with sheet {sheet}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="A quote never waits for the bank. While the bank is asked, quotes go on with the sheet in force.",
)
def test_prices_are_quoted_and_right_under_load(lab):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    served = threading.Event()
    bank.before_answer = served.wait

    def shop():
        first = ask(board)
        served.set()
        return first, ask(board)

    def refresh():
        number = bank.publish()
        board.refresh()
        return number, ask(board)

    (first, second), (number, sheet) = run_together(shop, refresh)
    assert first <= second, f"the first price was of sheet {first}, the next one of sheet {second}"
    assert sheet >= number, f"sheet {number} was out before the refresh, a quote was made with sheet {sheet}"


# Property: hypothesis draws what two threads do; the engine runs every class of schedules of it. (One of the two brings
# out sheets: the numbers of this bank are not made for more.)

quiet = st.sampled_from(["refresh", "ask"])
steps = quiet | st.just("publish and refresh")


def follow(bank, board, plan):
    """Carry out `plan`. No quote is older than one before it, or than a sheet that was out before the last refresh."""
    least = 1
    for step in plan:
        if step == "publish and refresh":
            bank.publish()
        if step != "ask":
            least = max(least, bank.number)
            board.refresh()
        sheet = ask(board)
        assert sheet >= least, f"after {step!r} a quote was made with sheet {sheet}, {least} is the oldest it may be"
        least = sheet
    return least


@settings(max_examples=15, report_multiple_bugs=False, phases=set(Phase) - {Phase.explain})
@given(first=st.lists(steps, min_size=1, max_size=2), second=st.lists(quiet, min_size=1, max_size=1))
@explored(
    promise="No sheet gives way to an older one: after a quote from one sheet there is no quote from a lower number."
)
def test_whatever_two_threads_do_no_quote_is_older_than_it_may_be(lab, first, second):
    bank = Bank(lab)
    board = lab.RateBoard(bank.fetch)
    seen = run_together((follow, bank, board, first), (follow, bank, board, second))
    assert ask(board) >= max(seen), f"the quotes ended with sheets {seen}, and then sheet {ask(board)} came back"
