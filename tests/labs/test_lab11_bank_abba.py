"""Lab 11, transfers between accounts: no call waits for ever, and no transfer is seen half done."""

import threading

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


def look(bank, *numbers):
    """Return the balances of accounts, asked for one after the other."""
    return [bank.balance(number) for number in numbers]


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Move amount cents from account source to account target, if the balance covers them.")
def test_a_transfer_that_is_covered_moves_the_money(lab):
    bank = lab.Bank({1: 100, 2: 50})
    assert bank.transfer(1, 2, 30) is True
    assert (bank.balance(1), bank.balance(2)) == (70, 80)
    assert bank.transfer(2, 1, 80) is True
    assert (bank.balance(1), bank.balance(2)) == (150, 0)


@explored(promise="True when the balance covered the amount, False when it did not and nothing was changed.")
def test_a_transfer_that_is_not_covered_changes_nothing(lab):
    bank = lab.Bank({1: 100, 2: 50})
    assert bank.transfer(1, 2, 101) is False
    assert bank.transfer(2, 1, 51) is False
    assert (bank.balance(1), bank.balance(2)) == (100, 50)
    assert bank.transfer(1, 2, 100) is True
    assert (bank.balance(1), bank.balance(2)) == (0, 150)


@explored(promise="Raises: KeyError: there is no such account. ValueError: amount is not positive.")
def test_orders_that_make_no_sense_are_refused(lab):
    bank = lab.Bank({1: 100, 2: 50})
    for amount in (0, -5):
        with pytest.raises(ValueError):
            bank.transfer(1, 2, amount)
    for source, target in ((1, 9), (9, 1), (9, 9)):
        with pytest.raises(KeyError):
            bank.transfer(source, target, 10)
    with pytest.raises(KeyError):
        bank.balance(9)
    assert bank.transfer(1, 2, 100) is True
    assert (bank.balance(1), bank.balance(2)) == (0, 150)


@explored(promise="Carry out standing orders (source, target, amount); return how many were covered.")
def test_orders_are_counted_when_they_are_covered(lab):
    bank = lab.Bank({1: 100, 2: 50})
    assert lab.run_orders(bank, [(1, 2, 60), (1, 2, 60), (2, 1, 10)]) == 2
    assert (bank.balance(1), bank.balance(2)) == (50, 100)


# Explored. Two transfers that want each other's account may give up, give back and begin again any number of times: a
# right program that does so has no end of classes. So where that can happen a test has a budget of schedules, and "the
# budget ended" passes. A program with fewer classes is run through all of them: with a lock order these are 2 for two
# transfers and 6 for three. A schedule that goes past max_steps operations and gets nowhere is a livelock.

MAY_RETRY = {"max_schedules": 60, "max_steps": 1000, "inconclusive": "pass"}


@explored(**MAY_RETRY, promise="Every call returns: nobody waits for ever, whatever the other threads call.")
def test_two_transfers_in_opposite_directions_both_return(lab):
    """Not exhaustive: a program that gives back and tries again has no end of classes."""
    bank = lab.Bank({1: 100, 2: 100})
    assert run_together((bank.transfer, 1, 2, 30), (bank.transfer, 2, 1, 50)) == [True, True]
    balances = look(bank, 1, 2)
    assert balances == [120, 80], f"1 sent 30 and got 50, 2 sent 50 and got 30; the balances are {balances}"


# These are exhaustive, whatever the design: 1 to 3 classes with a lock order, up to 16 with a waiter that hands out
# accounts.


@explored(promise="The two may be the same account: then nothing moves, and the answer is as ever.")
def test_a_transfer_from_an_account_to_itself_moves_nothing(lab):
    bank = lab.Bank({1: 100, 2: 50})
    assert bank.transfer(1, 1, 100) is True
    assert bank.transfer(1, 1, 101) is False
    assert (bank.balance(1), bank.balance(2)) == (100, 50)


@explored(promise="Move amount cents from account source to account target, if the balance covers them.")
def test_two_transfers_out_of_one_account_do_not_spend_the_same_money(lab):
    # The payer is between the two others, so its lock is the first to be taken for one of them and the second for the
    # other, whatever the order is: it has to be held from the look at the balance to the payment, in both roles.
    bank = lab.Bank({1: 0, 2: 100, 3: 0})
    paid = run_together((bank.transfer, 2, 1, 80), (bank.transfer, 2, 3, 80))
    assert sorted(paid) == [False, True], f"80 was sent {paid.count(True)} times from 100"
    assert bank.balance(2) == 20


@explored(
    promise="For everybody else a transfer is one step: "
    "who sees the money gone from one account finds it in the other, and who sees it arrived finds it gone."
)
def test_two_transfers_into_one_account_both_arrive(lab):
    bank = lab.Bank({1: 100, 2: 100, 3: 0})
    assert run_together((bank.transfer, 1, 3, 30), (bank.transfer, 2, 3, 50)) == [True, True]
    assert bank.balance(3) == 80, f"30 and 50 were sent, {bank.balance(3)} arrived"


@explored(
    promise="For everybody else a transfer is one step: "
    "who sees the money gone from one account finds it in the other, and who sees it arrived finds it gone."
)
def test_money_that_has_gone_is_found_in_the_other_account(lab):
    bank = lab.Bank({1: 100, 2: 100})
    _, (source, target) = run_together((bank.transfer, 1, 2, 30), (look, bank, 1, 2))
    assert (source, target) in [(100, 100), (100, 130), (70, 130)], f"seen: {source}, and then only {target}"


@explored(
    promise="For everybody else a transfer is one step: "
    "who sees the money gone from one account finds it in the other, and who sees it arrived finds it gone."
)
def test_money_that_has_arrived_is_gone_from_the_other_account(lab):
    bank = lab.Bank({1: 100, 2: 100})
    _, (target, source) = run_together((bank.transfer, 1, 2, 30), (look, bank, 2, 1))
    assert (target, source) in [(100, 100), (100, 70), (130, 70)], f"seen: {target}, and then still {source}"


@explored(
    max_schedules=120,
    max_steps=1000,
    inconclusive="pass",
    promise="Every call returns: nobody waits for ever, whatever the other threads call.",
)
def test_three_transfers_in_a_circle_all_return(lab):
    """Not exhaustive: a program that gives back and tries again has no end of classes."""
    bank = lab.Bank({1: 100, 2: 100, 3: 100})
    # The third of them is the test itself: a circle with one thread fewer is explained sooner.
    others = [threading.Thread(target=bank.transfer, args=(source, target, 50)) for source, target in ((1, 2), (2, 3))]
    for thread in others:
        thread.start()
    assert bank.transfer(3, 1, 50) is True
    for thread in others:
        thread.join()
    balances = look(bank, 1, 2, 3)
    assert balances == [100, 100, 100], f"each of the three sent 50 and got 50; the balances are {balances}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(rounds=200, promise="Every call returns: nobody waits for ever, whatever the other threads call.")
def test_a_morning_of_orders_comes_to_an_end_under_load(lab):
    bank = lab.Bank({1: 100, 2: 100})
    orders = [(1, 2, 10), (1, 2, 20)], [(2, 1, 30), (2, 1, 20)]
    assert run_together(*[(lab.run_orders, bank, several) for several in orders]) == [2, 2]
    assert look(bank, 1, 2) == [120, 80]


# Property: hypothesis draws what two threads do, the engine runs the schedules of it (all of them, but for a program
# that tries again and again), and each must end like one of the orders in which the calls can come one after the other.
# (One report is enough, and which parts of the data do not matter takes longer to find out than it is worth.)

order = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))


def one_after_the_other(balances, plans, results=((), ())):
    """Yield (results of each thread, balances at the end) for every order of the transfers in `plans`."""
    if not any(plans):
        yield results, balances
    for thread in (0, 1):
        if plans[thread]:
            (source, target, amount), *rest = plans[thread]
            covered = amount <= balances[source]
            after = dict(balances)
            after[source] -= amount * covered
            after[target] += amount * covered
            plans_left = tuple(rest if i == thread else plans[i] for i in (0, 1))
            so_far = tuple((*results[i], covered) if i == thread else results[i] for i in (0, 1))
            yield from one_after_the_other(after, plans_left, so_far)


def follow(bank, plan):
    """Carry out `plan`; return for each transfer whether it was covered."""
    return tuple(bank.transfer(source, target, amount) for source, target, amount in plan)


@settings(max_examples=15, report_multiple_bugs=False, phases=set(Phase) - {Phase.explain})
@given(opening=st.integers(0, 4), first=st.lists(order, min_size=1, max_size=2), second=st.tuples(order))
@explored(
    **MAY_RETRY,
    promise="For everybody else a transfer is one step: "
    "who sees the money gone from one account finds it in the other, and who sees it arrived finds it gone.",
)
def test_whatever_two_threads_send_the_books_are_right(lab, opening, first, second):
    """Not exhaustive: a program that gives back and tries again has no end of classes."""
    balances = {1: opening, 2: opening, 3: 0}
    bank = lab.Bank(balances)
    results = tuple(run_together((follow, bank, first), (follow, bank, second)))
    ended = dict(zip(balances, look(bank, *balances), strict=True))
    assert (results, ended) in list(one_after_the_other(balances, (first, second)))
