"""Which orders in real time the schedules of one class can show, and whether each of them can be explained.

A search with partial-order reduction runs one schedule of each class of equivalent ones. All schedules of a class give
the same responses, but not the same history: whether an operation had ended before another one began is no event that
the class fixes. A history that cannot be explained may need an order in real time that the schedule which was run does
not show, so each order that its class allows has to be looked at.

Let the *marks* of a history be the calls and the returns of its operations, with ``x < y`` where x happens before y in
the class (by program order and by the dependence of what was done in between). "a ended before b began" holds in some
schedule of the class exactly when return(a) < call(b) can be added without a circle, and a set of such pairs holds in
one schedule together exactly when all of them can be added together: every order that completes ``<`` is one of the
class. More pairs only rule out more explanations. So the class is linearizable exactly when every set of pairs that can
be added leaves an explanation, and that is searched like this: take an explanation; a set that it does not satisfy must
have a pair that it turns round; add each such pair in turn, and search on. Where no such pair can be added, the
explanation holds for every schedule of the class. For an object whose operations each have a point at which they take
effect that is so for the first explanation, and nothing is left to search.

The alternative, to let a search by reduction see the marks as operations that depend on each other, gives the same
answers. For a counter with a lock, two threads and three operations each, it runs 580 schedules in place of 20; for
three threads and two operations each 18,552 in place of 90.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.linear import Machine, Response, explains, minimal, search

Order = list[int]  # for each mark, the set (as bits) of the marks before it; closed under "before the one before"


def call_of(operation: int) -> int:
    """The number of the mark at which an operation is called."""
    return 2 * operation


def return_of(operation: int) -> int:
    """The number of the mark at which an operation returns."""
    return 2 * operation + 1


def ended_before(order: Order, operations: int) -> list[int]:
    """For each operation the set, as bits, of those that end before it begins."""
    return [
        sum(1 << other for other in range(operations) if order[call_of(at)] >> return_of(other) & 1)
        for at in range(operations)
    ]


def unexplained(machine: Machine, responses: Sequence[Response | None], order: Order) -> Order | None:
    """An order that completes `order` and in which the responses cannot be explained, or None where there is none.

    Args:
        machine: the model and the operations.
        responses: what was seen; None for an operation that never returned.
        order: what happens before what in the class of schedules.
    """
    return _search(machine, responses, order, [])


def _search(
    machine: Machine, responses: Sequence[Response | None], order: Order, searched: list[tuple[int, int]]
) -> Order | None:
    before = ended_before(order, len(responses))
    explanation = search(machine, responses, before)
    if explanation is None:
        return order
    searched = list(searched)  # pairs whose every extension has an explanation, so that none is looked at twice
    for at, later in enumerate(explanation):
        for earlier in explanation[:at]:
            end, begin = return_of(later), call_of(earlier)
            if responses[later] is None or order[end] >> begin & 1 or (later, earlier) in searched:
                continue
            more = _with(order, end, begin)
            if not any(more[call_of(b)] >> return_of(a) & 1 for a, b in searched):
                found = _search(machine, responses, more, searched)
                if found is not None:
                    return found
            searched.append((later, earlier))
    return None


def _with(order: Order, one: int, other: int) -> Order:
    """The order with `one` before `other`."""
    added = order[one] | 1 << one
    return [earlier | added if mark == other or earlier >> other & 1 else earlier for mark, earlier in enumerate(order)]


def in_line(order: Order) -> list[int]:
    """The marks in one line that completes the order; calls as early as they can be, so that it shows no more."""
    left = set(range(len(order)))
    line: list[int] = []
    while left:
        free = [mark for mark in left if not any(order[mark] >> other & 1 for other in left)]
        line.append(min(free, key=lambda mark: (mark % 2, mark)))
        left.remove(line[-1])
    return line


def allowed(
    machine: Machine, responses: Sequence[Response | None], before: Sequence[int], operation: int
) -> list[Response]:
    """What the model lets one operation return in the orders that explain all the others, each response once."""
    found: list[Response] = []
    required = sum(1 << at for at, response in enumerate(responses) if response is not None)
    tried = set()
    stack: list[tuple[int, int, Response | None]] = [(0, 0, None)]
    while stack:
        done, state, own = stack.pop()
        if done & required == required and own is not None and own not in found:
            found.append(own)
        for at in minimal(before, done):
            response, after = machine.step(state, at)
            seen = responses[at]
            if at != operation and seen is not None and not explains(response, seen):
                continue
            new = response if at == operation else own
            key = (done | 1 << at, after, repr(new))
            if key not in tried:
                tried.add(key)
                stack.append((done | 1 << at, after, new))
    return found
