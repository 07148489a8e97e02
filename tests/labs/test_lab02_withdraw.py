"""Lab 2, the bank account: never below zero, no money made or lost."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Take amount cents out if the balance covers them.")
def test_a_withdrawal_that_is_covered_is_paid(lab):
    account = lab.Account(100)
    assert account.withdraw(30) is True
    assert account.balance() == 70
    assert account.withdraw(70) is True
    assert account.balance() == 0


@explored(promise="True when the money was taken out, False when the balance did not cover it and nothing was changed.")
def test_a_withdrawal_that_is_not_covered_changes_nothing(lab):
    account = lab.Account(100)
    assert account.withdraw(101) is False
    assert account.balance() == 100
    account.deposit(1)
    assert account.withdraw(101) is True
    assert account.balance() == 0


@explored(promise="Raises: ValueError: amount is not positive.")
def test_amounts_that_make_no_sense_are_refused(lab):
    account = lab.Account(100)
    with pytest.raises(ValueError):
        lab.Account(-1)
    for amount in (0, -5):
        with pytest.raises(ValueError):
            account.withdraw(amount)
        with pytest.raises(ValueError):
            account.deposit(amount)
    assert account.balance() == 100


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 2 to 6 classes a test; with
# a thread that owns the account up to 30.


@explored(promise="The balance is the sum of the bookings. It is never below zero, at no moment and for no observer.")
def test_two_machines_do_not_pay_the_same_money(lab):
    account = lab.Account(100)
    paid = run_together((account.withdraw, 80), (account.withdraw, 80))
    assert sorted(paid) == [False, True], f"80 was withdrawn {paid.count(True)} times from 100"
    assert account.balance() == 20


@explored(promise="The balance is the sum of the bookings. It is never below zero, at no moment and for no observer.")
def test_the_balance_is_never_seen_below_zero(lab):
    account = lab.Account(100)
    machines = [threading.Thread(target=account.withdraw, args=(80,)) for _ in range(2)]
    for machine in machines:
        machine.start()
    seen = account.balance()
    for machine in machines:
        machine.join()
    assert seen in (100, 20), f"80 can be withdrawn once from 100, the balance showed {seen}"


@explored(
    promise="No money is made or lost: the balance is the opening balance, "
    "plus all deposits, minus all withdrawals that returned True."
)
def test_a_deposit_during_a_withdrawal_is_not_lost(lab):
    account = lab.Account(100)
    assert run_together((account.withdraw, 80), (account.deposit, 50)) == [True, None]
    balance = account.balance()
    assert balance == 70, f"100 - 80 + 50 is 70, the balance shows {balance}"


@explored(
    promise="No money is made or lost: the balance is the opening balance, "
    "plus all deposits, minus all withdrawals that returned True."
)
def test_a_withdrawal_that_needs_the_deposit_is_paid_after_it_or_refused(lab):
    account = lab.Account(50)
    paid, _ = run_together((account.withdraw, 80), (account.deposit, 50))
    assert account.balance() == (20 if paid else 100)


@explored(
    promise="A withdrawal is refused only if there was a moment, during the call, when the balance did not cover it."
)
def test_nobody_is_refused_what_the_account_covers(lab):
    account = lab.Account(100)
    paid = run_together((account.withdraw, 60), (account.withdraw, 40))
    assert paid == [True, True], f"100 covers 60 and 40, the answers were {paid}"
    assert account.balance() == 0


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="The balance is the sum of the bookings. It is never below zero, at no moment and for no observer.",
)
def test_the_books_are_right_under_load(lab):
    account = lab.Account(100)
    machines = [lab.CashMachine(account) for _ in range(4)]
    run_together(*[(machine.serve, [30, 30]) for machine in machines])
    paid = sum(machine.paid for machine in machines)
    assert paid == 90, f"opened with 100, paid {paid} in pieces of 30"
    assert account.balance() == 10


# Property: hypothesis draws what two threads do, the engine runs every class of schedules of it, and each must end
# like one of the orders in which the calls can come one after the other.

steps = st.tuples(st.sampled_from(["withdraw", "deposit"]), st.integers(1, 3))
plans = st.lists(steps, min_size=1, max_size=2)


def one_after_the_other(balance, plans, results=((), ())):
    """Yield (results of each thread, balance at the end) for every order of the calls in `plans`."""
    if not any(plans):
        yield results, balance
    for thread in (0, 1):
        if plans[thread]:
            (kind, amount), *rest = plans[thread]
            paid = kind == "deposit" or amount <= balance
            after = balance + amount if kind == "deposit" else balance - amount * paid
            plans_left = tuple(rest if i == thread else plans[i] for i in (0, 1))
            so_far = tuple(results[i] + (paid,) if i == thread else results[i] for i in (0, 1))
            yield from one_after_the_other(after, plans_left, so_far)


def follow(account, plan):
    """Carry out `plan`; return for each step whether the money moved."""
    moved = []
    for kind, amount in plan:
        if kind == "withdraw":
            moved.append(account.withdraw(amount))
        else:
            account.deposit(amount)
            moved.append(True)
    return tuple(moved)


@settings(max_examples=15)
@given(opening=st.integers(0, 4), first=plans, second=plans)
@explored(promise="The balance is the sum of the bookings. It is never below zero, at no moment and for no observer.")
def test_whatever_two_threads_do_the_books_are_right(lab, opening, first, second):
    account = lab.Account(opening)
    results = tuple(run_together((follow, account, first), (follow, account, second)))
    assert (results, account.balance()) in list(one_after_the_other(opening, (first, second)))
