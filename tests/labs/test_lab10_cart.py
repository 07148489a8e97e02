"""Lab 10, the cart: a call that goes wrong changes nothing, and stops nobody else."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

PRICES = {"tea": 5, "mug": 9}


def error_of(call, *args):
    """Make the call; return the type of the error that it raised, or None."""
    try:
        call(*args)
    except Exception as error:
        return type(error)
    return None


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Return how many pieces there are of each product in the cart, and what all of it costs, in cents.")
def test_what_was_put_in_is_in_the_cart(lab):
    cart = lab.Cart(PRICES)
    assert cart.contents() == ({}, 0)
    cart.add({"tea": 2, "mug": 1})
    cart.add({"tea": 1})
    assert cart.contents() == ({"tea": 3, "mug": 1}, 24)
    cart.remove("tea", 2)
    cart.remove("mug", 1)
    assert cart.contents() == ({"tea": 1}, 5)


@explored(promise="The dict belongs to the caller: it stays as it is.")
def test_the_contents_are_not_changed_by_what_comes_later(lab):
    cart = lab.Cart(PRICES)
    cart.add({"tea": 1})
    seen, _ = cart.contents()
    cart.add({"tea": 1})
    assert seen == {"tea": 1}, f"the contents were asked for with 1 tea in the cart, they now say {seen}"
    seen["mug"] = 7
    assert cart.contents() == ({"tea": 2}, 10)


@explored(
    promise="Raises: KeyError: the shop does not have one of the products. "
    "ValueError: less than one piece of a product is ordered."
)
def test_what_makes_no_sense_is_refused(lab):
    for call, args, error in (
        ("add", ({"samovar": 1},), [KeyError]),
        ("add", ({"tea": 0},), [ValueError]),
        ("remove", ("samovar", 1), [KeyError, ValueError]),  # not sold, and not in the cart: either will do
        ("remove", ("tea", 0), [ValueError]),
        ("remove", ("tea", 1), [ValueError]),
    ):
        cart = lab.Cart(PRICES)
        raised = error_of(getattr(cart, call), *args)
        assert raised in error, f"expected {call}{args} to raise one of {error}, it raised {raised}"


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 1 to 6 classes a test; with
# an owner thread up to 24.


@explored(
    promise="A call that raises, whatever it raises, changes nothing. "
    "All other calls, before and after, go on as if it had never been made."
)
def test_a_refused_order_does_not_lock_out_the_other_tab(lab):
    cart = lab.Cart(PRICES)
    raised, _ = run_together((error_of, cart.add, {"samovar": 1}), (cart.add, {"tea": 1}))
    assert raised is KeyError, f"expected a KeyError for the samovar, the tab was told {raised}"


@explored(
    promise="A call that raises, whatever it raises, changes nothing. "
    "All other calls, before and after, go on as if it had never been made."
)
def test_a_refused_removal_does_not_lock_out_the_other_tab(lab):
    cart = lab.Cart(PRICES)
    raised, _ = run_together((error_of, cart.remove, "mug", 1), (cart.add, {"tea": 1}))
    assert raised is ValueError, f"expected a ValueError for a mug too many, the tab was told {raised}"
    contents = cart.contents()
    assert contents == ({"tea": 1}, 5), f"expected 1 tea for 5, the cart shows {contents}"


@explored(promise="A call that raises, whatever it raises, changes nothing.")
def test_after_any_error_the_cart_is_as_it_was(lab):
    cart = lab.Cart(PRICES)
    cart.add({"tea": 2})
    before = cart.contents()
    for call, *args in (
        (cart.add, {"mug": 1, "samovar": 1}),
        (cart.add, {"tea": 1, "mug": 0}),
        (cart.add, {"tea": 1, "mug": None}),
        (cart.remove, "samovar", 1),
        (cart.remove, "tea", 0),
        (cart.remove, "tea", 3),
        (cart.remove, "mug", 1),
    ):
        tab = threading.Thread(target=error_of, args=(call, *args))
        tab.start()
        tab.join()
        after = cart.contents()
        assert after == before, f"{call.__name__}{tuple(args)} was refused; before it {before}, after it {after}"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_two_tabs_lose_nothing_that_was_put_in(lab):
    cart = lab.Cart(PRICES)
    run_together((cart.add, {"tea": 1}), (cart.add, {"tea": 2}))
    contents = cart.contents()
    assert contents == ({"tea": 3}, 15), f"expected 1 + 2 tea for 15, the cart shows {contents}"


@explored(
    promise="A call that raises, whatever it raises, changes nothing. "
    "All other calls, before and after, go on as if it had never been made."
)
def test_a_mistake_does_not_let_two_others_in_at_once(lab):
    cart = lab.Cart(PRICES)
    run_together((error_of, cart.add, {"samovar": 1}), (cart.add, {"tea": 1}), (cart.add, {"tea": 1}))
    contents = cart.contents()
    assert contents == ({"tea": 2}, 10), f"expected 1 + 1 tea for 10, the cart shows {contents}"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_two_tabs_do_not_remove_the_same_piece(lab):
    cart = lab.Cart(PRICES)
    cart.add({"tea": 1})
    raised = run_together((error_of, cart.remove, "tea", 1), (error_of, cart.remove, "tea", 1))
    assert raised.count(None) == 1, f"there was 1 tea, it was removed {raised.count(None)} times"
    contents = cart.contents()
    assert contents == ({}, 0), f"expected an empty cart, it shows {contents}"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_nobody_sees_an_order_half_added(lab):
    cart = lab.Cart(PRICES)
    _, seen = run_together((cart.add, {"tea": 1, "mug": 1}), cart.contents)
    assert seen in (({}, 0), ({"tea": 1, "mug": 1}, 14)), f"all of the order or nothing, the cart showed {seen}"


@explored(promise="A call that raises, whatever it raises, changes nothing.")
def test_nobody_sees_an_order_that_is_refused(lab):
    cart = lab.Cart(PRICES)
    _, seen = run_together((error_of, cart.add, {"tea": 1, "samovar": 1}), cart.contents)
    assert seen == ({}, 0), f"the order was refused, and the cart showed {seen} for a while"


@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_nobody_sees_a_piece_half_removed(lab):
    cart = lab.Cart(PRICES)
    cart.add({"tea": 1})
    _, seen = run_together((cart.remove, "tea", 1), cart.contents)
    assert seen in (({"tea": 1}, 5), ({}, 0)), f"the tea and its price or neither, the cart showed {seen}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="A call that raises, whatever it raises, changes nothing. "
    "All other calls, before and after, go on as if it had never been made.",
)
def test_the_cart_is_right_under_load(lab):
    cart = lab.Cart(PRICES)
    run_together((error_of, cart.add, {"tea": 1, "samovar": 1}), (cart.add, {"tea": 2}), (cart.add, {"mug": 1}))
    contents = cart.contents()
    assert contents == ({"tea": 2, "mug": 1}, 19), f"expected 2 tea and 1 mug for 19, the cart shows {contents}"


# Property: hypothesis draws what two tabs do, the engine runs every class of schedules of it, and each must end like
# one of the orders in which the calls can come one after the other.

products = st.sampled_from(["tea", "mug", "samovar"])
steps = st.one_of(
    st.tuples(st.just("add"), st.dictionaries(products, st.integers(0, 2), min_size=1, max_size=2)),
    st.tuples(st.just("remove"), products, st.integers(0, 2)),
    st.tuples(st.just("contents")),
)
plans = st.lists(steps, min_size=1, max_size=2)


def in_one_thread(pieces, step):
    """Return (result, pieces afterwards) of one step, by the rules."""
    kind, *args = step
    if kind == "contents":
        return contents_of(pieces), pieces
    sign = 1 if kind == "add" else -1
    order = args[0] if kind == "add" else dict([args])
    after = {product: pieces.get(product, 0) + sign * order.get(product, 0) for product in PRICES}
    # Where an order is wrong in two ways either error will do.
    raised = {ValueError} if any(number < 1 for number in order.values()) or min(after.values()) < 0 else set()
    if not set(order) <= set(PRICES):
        raised.add(KeyError)
    return (raised, pieces) if raised else (None, after)


def contents_of(pieces):
    """What contents() has to return."""
    return {p: n for p, n in pieces.items() if n}, sum(PRICES[p] * n for p, n in pieces.items())


def fits(results, contents, plans, pieces):
    """True when `results` and `contents` are those of an order in which the calls of both plans can come."""
    if not any(plans):
        return contents == contents_of(pieces)
    for thread in (0, 1):
        if plans[thread]:
            expected, after = in_one_thread(pieces, plans[thread][0])
            seen = results[thread][0]
            if seen in expected if isinstance(expected, set) else seen == expected:
                rest = [[part[1:] if i == thread else part for i, part in enumerate(of)] for of in (results, plans)]
                if fits(rest[0], contents, rest[1], after):
                    return True
    return False


def follow(cart, plan):
    """Carry out `plan`; return for each step what was seen or raised."""
    return [
        cart.contents() if kind == "contents" else error_of({"add": cart.add, "remove": cart.remove}[kind], *args)
        for kind, *args in plan
    ]


@settings(max_examples=15)
@given(first=plans, second=plans)
@explored(
    promise="Each call takes effect at one moment between its start and its return: nobody ever sees a part of it."
)
def test_whatever_two_tabs_do_the_cart_is_right(lab, first, second):
    cart = lab.Cart(PRICES)
    results = run_together((follow, cart, first), (follow, cart, second))
    contents = cart.contents()
    assert fits(results, contents, (first, second), {}), f"no order of the calls explains {results} and {contents}"
