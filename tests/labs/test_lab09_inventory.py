"""Lab 9, the inventory: every call returns, and no piece is made or lost on the way from shelf to customer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

TEA = "green tea"


def shop(lab, shelf, back_room):
    """An inventory with so many pieces of tea on the shelf and in the back room."""
    inventory = lab.Inventory()
    if shelf + back_room:
        inventory.deliver(TEA, shelf + back_room)
    if shelf:
        inventory.restock(TEA, shelf)
    return inventory


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang. The program as it comes does just that when the shelf lacks a piece: no second thread is
# needed for it. All else that one thread does goes well.


@explored(promise="Carry pieces from the back room to the shelf, or what there is if there are fewer.")
def test_goods_go_from_the_back_room_to_the_shelf(lab):
    inventory = lab.Inventory()
    assert inventory.count(TEA) == (0, 0)
    assert inventory.restock(TEA, 1) == 0
    inventory.deliver(TEA, 3)
    inventory.deliver(TEA, 2)
    assert inventory.count(TEA) == (0, 5)
    assert [inventory.restock(TEA, 2), inventory.restock(TEA, 4)] == [2, 3]
    assert (inventory.count(TEA), inventory.count("oolong")) == ((5, 0), (0, 0))


@explored(promise="Take pieces from the shelf. What the shelf lacks, and no more, is fetched from the back room first.")
def test_what_is_on_the_shelf_is_sold(lab):
    inventory = shop(lab, shelf=5, back_room=4)
    assert [inventory.sell(TEA, 2), inventory.sell(TEA, 3)] == [True, True]
    assert inventory.count(TEA) == (0, 4)


@explored(promise="True when they were sold, False when the shop does not have so many; then nothing was changed.")
def test_more_than_the_shop_has_is_refused_and_changes_nothing(lab):
    inventory = shop(lab, shelf=2, back_room=1)
    assert inventory.sell(TEA, 4) is False
    assert inventory.sell("oolong", 1) is False
    assert inventory.count(TEA) == (2, 1)


@explored(promise="Raises: ValueError: pieces is less than 1.")
def test_numbers_that_make_no_sense_are_refused(lab):
    inventory = shop(lab, shelf=2, back_room=1)
    for method in (inventory.deliver, inventory.restock, inventory.sell):
        for pieces in (0, -1):
            with pytest.raises(ValueError):
                method(TEA, pieces)
    assert inventory.count(TEA) == (2, 1)


@explored(promise="Take pieces from the shelf. What the shelf lacks, and no more, is fetched from the back room first.")
def test_what_the_shelf_lacks_comes_from_the_back_room(lab):
    inventory = shop(lab, shelf=2, back_room=3)
    assert inventory.sell(TEA, 4) is True
    assert inventory.count(TEA) == (0, 1)
    assert inventory.sell(TEA, 1) is True
    assert inventory.count(TEA) == (0, 0)


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 2 or 3 classes a test, for
# two calls can come in two orders; with a lock an item, or an owner thread, up to 15.


@explored(
    promise="Every call returns. It may have to wait for calls that other threads have under way, and for nothing else."
)
def test_a_sale_ends_whether_the_clerk_comes_first_or_not(lab):
    inventory = shop(lab, shelf=1, back_room=2)
    sold, carried = run_together((inventory.sell, TEA, 2), (inventory.restock, TEA, 1))
    assert (sold, carried) == (True, 1), f"expected a sale and 1 piece carried, got {sold} and {carried}"
    left = inventory.count(TEA)
    # The clerk first: the 2 on the shelf are sold. The sale first: it fetches 1, and the clerk carries the last one.
    assert left in ((0, 1), (1, 0)), f"of 3 pieces 2 were sold, the count of shelf and back room is {left}"


@explored(promise="Pieces are neither made nor lost: what was delivered and not sold is in the shop.")
def test_two_customers_do_not_buy_the_same_piece(lab):
    inventory = shop(lab, shelf=1, back_room=2)
    sold = run_together((inventory.sell, TEA, 2), (inventory.sell, TEA, 2))
    assert sorted(sold) == [False, True], f"2 of 3 pieces were sold {sold.count(True)} times"
    left = inventory.count(TEA)
    assert left == (0, 1), f"(0, 1) should be left, the count is {left}"


@explored(promise="True when they were sold, False when the shop does not have so many; then nothing was changed.")
def test_nobody_is_refused_what_the_shop_has(lab):
    inventory = shop(lab, shelf=1, back_room=2)

    def till():
        return [inventory.sell(TEA, 1), inventory.sell(TEA, 1)]

    sold = run_together(till, (inventory.sell, TEA, 1))
    assert sold == [[True, True], True], f"3 pieces are enough for three customers, the answers were {sold}"
    left = inventory.count(TEA)
    assert left == (0, 0), f"all is sold, the count is {left}"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_nobody_sees_a_sale_half_done(lab):
    inventory = shop(lab, shelf=1, back_room=2)
    _, seen = run_together((inventory.sell, TEA, 3), (inventory.count, TEA))
    assert seen in ((1, 2), (0, 0)), f"(1, 2) before the sale and (0, 0) after it, the count was {seen}"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_nobody_sees_a_piece_that_is_being_carried(lab):
    inventory = shop(lab, shelf=0, back_room=1)
    _, seen = run_together((inventory.restock, TEA, 1), (inventory.count, TEA))
    assert seen in ((0, 1), (1, 0)), f"(0, 1) before it was carried and (1, 0) after, the count was {seen}"


@explored(promise="Pieces are neither made nor lost: what was delivered and not sold is in the shop.")
def test_two_clerks_do_not_carry_the_same_piece(lab):
    inventory = shop(lab, shelf=0, back_room=1)
    carried = run_together((inventory.restock, TEA, 1), (inventory.restock, TEA, 1))
    assert sorted(carried) == [0, 1], f"there was 1 piece, the clerks carried {carried}"
    left = inventory.count(TEA)
    assert left == (1, 0), f"(1, 0) is right, the count is {left}"


@explored(promise="Pieces are neither made nor lost: what was delivered and not sold is in the shop.")
def test_no_delivery_is_lost(lab):
    inventory = lab.Inventory()
    run_together((inventory.deliver, TEA, 1), (inventory.deliver, TEA, 2))
    left = inventory.count(TEA)
    assert left == (0, 3), f"1 and 2 pieces were delivered, the count is {left}"


@explored(promise="Pieces are neither made nor lost: what was delivered and not sold is in the shop.")
def test_a_delivery_during_a_sale_is_not_lost(lab):
    inventory = shop(lab, shelf=1, back_room=1)
    run_together((inventory.sell, TEA, 2), (inventory.deliver, TEA, 1))
    left = inventory.count(TEA)
    assert left == (0, 1), f"1 + 1 pieces were sold and 1 delivered, the count is {left}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(rounds=200, promise="Pieces are neither made nor lost: what was delivered and not sold is in the shop.")
def test_the_count_is_right_under_load(lab):
    inventory = shop(lab, shelf=2, back_room=6)
    sold = run_together((inventory.sell, TEA, 3), (inventory.sell, TEA, 3), (inventory.restock, TEA, 1))[:2]
    assert sold == [True, True], f"8 pieces are enough for 3 and 3, the answers were {sold}"
    left = inventory.count(TEA)
    assert sum(left) == 2, f"of 8 pieces 6 were sold, the count of shelf and back room is {left}"


# Property: hypothesis draws what two threads do, the engine runs every class of schedules of it, and each must end like
# one of the orders in which the calls can come one after the other.

steps = st.tuples(st.sampled_from(["sell", "restock", "deliver", "count"]), st.integers(1, 3))
plans = st.lists(steps, min_size=1, max_size=2)


def in_one_thread(state, step):
    """Return (result, shelf and back room afterwards) of one step, by the rules."""
    (shelf, back_room), (kind, pieces) = state, step
    if kind == "sell" and pieces <= shelf + back_room:
        fetched = max(0, pieces - shelf)
        return True, (shelf + fetched - pieces, back_room - fetched)
    if kind == "sell":
        return False, state
    if kind == "restock":
        carried = min(pieces, back_room)
        return carried, (shelf + carried, back_room - carried)
    if kind == "deliver":
        return None, (shelf, back_room + pieces)
    return state, state


def one_after_the_other(state, plans, results=((), ())):
    """Yield (results of each thread, count at the end) for every order of the calls in `plans`."""
    if not any(plans):
        yield results, state
    for thread in (0, 1):
        if plans[thread]:
            step, *rest = plans[thread]
            result, after = in_one_thread(state, step)
            plans_left = tuple(rest if i == thread else plans[i] for i in (0, 1))
            so_far = tuple(results[i] + (result,) if i == thread else results[i] for i in (0, 1))
            yield from one_after_the_other(after, plans_left, so_far)


def follow(inventory, plan):
    """Carry out `plan`; return the result of each step."""
    calls = {
        "sell": inventory.sell,
        "restock": inventory.restock,
        "deliver": inventory.deliver,
        "count": lambda item, _: inventory.count(item),
    }
    return tuple(calls[kind](TEA, pieces) for kind, pieces in plan)


@settings(max_examples=15)
@given(shelf=st.integers(0, 2), back_room=st.integers(0, 3), first=plans, second=plans)
@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_whatever_two_threads_do_the_count_is_right(lab, shelf, back_room, first, second):
    inventory = shop(lab, shelf, back_room)
    results = tuple(run_together((follow, inventory, first), (follow, inventory, second)))
    left = inventory.count(TEA)
    assert (results, left) in list(one_after_the_other((shelf, back_room), (first, second)))
