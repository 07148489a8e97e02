"""The lock-order graph reports every deadlock that a program can reach, and none that it cannot, as far as it looks."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from lock_programs import Machine, Program, draw, line_of, only_the_circle, record_run
from made_records import LOCKS, A, B, C, D, Recorder
from slow_lock_order import happens_before, reported, slow_cycles, slow_edges

from sync_tools.primitives.cycle_search import compatible_cycles, on_cycles
from sync_tools.primitives.lock_order import Cycle, cycles, edges, graph
from sync_tools.primitives.segments import ordered

pytestmark = pytest.mark.once


def locks_of(cycle: Cycle) -> frozenset[int]:
    return frozenset(int(lock.removeprefix("lock")) for lock in cycle.locks)


# ---- against every interleaving of drawn programs --------------------------------------------------------------------

PROGRAMS = 1500  # of each kind, for each of the two runs
HOW_MANY_REACHED = 150  # deadlocks at least, so that agreement means something


def all_deadlocks(machine: Machine) -> set[frozenset[int]]:
    return set().union(*(machine.deadlocks(state) for state in machine.states()))


def reachable(program: Program, locks: frozenset[int]) -> bool:
    machine = Machine(program)
    return any(locks in machine.deadlocks(state) for state in machine.states())


def why_over_reported(program: Program, cycle: Cycle) -> str:
    """What a cycle that no interleaving reaches has overlooked; "" where there is no excuse for it.

    Goodlock looks at the locks that are held where the threads stand. It over-reports where they cannot come to stand
    there at once because of locks that are *not* held there: those that a thread of the cycle has taken and released
    on its way, while it held another, or those of threads that are not in the cycle (one that holds a lock while it
    starts and joins another keeps that other's acquisitions apart from everybody who needs the lock).
    """
    places = {edge.thread_serial: edge.taken_site.line - line_of(edge.thread_serial, 0) for edge in cycle.edges}
    if not reachable(only_the_circle(program, places), locks_of(cycle)):
        return ""
    own = [
        ops if thread in places else [op for op in ops if op[0] in ("start", "join")]
        for thread, ops in enumerate(program)
    ]
    return "locks of others" if reachable(own, locks_of(cycle)) else "locks released on the way"


def any_run(machine: Machine, rng: random.Random) -> list[int]:
    return machine.run(rng.choice)[0]


@pytest.mark.parametrize("tame", [True, False], ids=["tame", "wild"])
@pytest.mark.parametrize("lucky", [True, False], ids=["a lucky run", "any run"])
def test_every_deadlock_that_a_drawn_program_can_reach_is_reported_and_no_other(tame: bool, lucky: bool) -> None:
    reached, over = 0, Counter[str]()
    for seed in range(PROGRAMS):
        rng = random.Random(f"{seed} {tame}")
        machine = Machine(draw(rng, tame))
        steps = machine.lucky() if lucky else any_run(machine, rng)
        told = f"seed {seed}, tame={tame}, lucky={lucky}: {machine.program}, run {steps}"
        if steps is None:
            continue  # all runs get stuck: those are the other case's
        state = machine.first
        for thread in steps:
            state = machine.step(state, thread)
        at_the_end = all(place == len(ops) for place, ops in zip(state, machine.program, strict=True))
        possible = all_deadlocks(machine)
        must = possible if at_the_end else machine.deadlocks(state)  # what comes after a deadlock is not in the log
        found = cycles(edges(record_run(machine, steps)))
        reached += len(must)
        assert must <= {locks_of(cycle) for cycle in found}, told
        for cycle in found:
            if locks_of(cycle) not in possible:
                over[why_over_reported(machine.program, cycle)] += 1
                assert over[""] == 0, f"{told}\n{cycle}"
    print(f"{PROGRAMS} programs: {reached} deadlocks reached; reported beyond that: {dict(over)}")
    assert reached >= HOW_MANY_REACHED
    if tame:
        assert over == {}, "without such locks the report is exact"
    elif lucky:
        assert set(over) == {"locks of others", "locks released on the way"}, "both kinds come up"


def test_a_log_whose_beginning_was_dropped_is_judged_by_what_is_left() -> None:
    lengths = Counter[int]()
    for seed in range(800):
        rng = random.Random(f"cut {seed}")
        machine = Machine(draw(rng, tame=False))
        records = record_run(machine, any_run(machine, rng))
        for record in records[::3]:
            cut = records[record.seq - 1 :]
            found = reported(Recorder(cut))
            assert found == slow_cycles(cut), f"seed {seed}, from record {record.seq} on: {machine.program}"
            lengths.update(map(len, found))
    assert lengths[2] > 100 and lengths[3] > 10, lengths


def test_what_comes_before_what_is_as_all_pairs_of_records_say() -> None:
    pairs = Counter[bool]()
    for seed in range(400):
        rng = random.Random(f"order {seed}")
        machine = Machine(draw(rng, tame=False))
        records = record_run(machine, any_run(machine, rng))
        before = happens_before(records)
        found = [edge for edge in edges(records) if edge.got]
        slow = [edge for edge in slow_edges(records) if records[edge.at].op == "acquired"]
        assert [(edge.held, edge.taken) for edge in found] == [(edge.held, edge.taken) for edge in slow]
        if not found:
            continue
        never = ordered(found[0].segment.order, [edge.segment.number for edge in found])
        for (one, slow_one), (number, slow_other) in itertools.product(zip(found, slow, strict=True), enumerate(slow)):
            if slow_one.thread != slow_other.thread:
                is_ordered = slow_one.at in before[slow_other.at] or slow_other.at in before[slow_one.at]
                assert bool(never[one.segment.number] >> number & 1) == is_ordered, f"seed {seed}: {machine.program}"
                pairs[is_ordered] += 1
    assert min(pairs[True], pairs[False]) > 200, pairs


# ---- the search for cycles -------------------------------------------------------------------------------------------


def slow_compatible(arrows: list[tuple[str, str, int]], against: list[int]) -> set[frozenset[str]]:
    found = set()
    for length in range(2, 6):
        for row in itertools.permutations(arrows, length):
            closed = all(one[1] == other[0] for one, other in itertools.pairwise((*row, row[0])))
            nodes = frozenset(arrow[0] for arrow in row)
            agree = not any(against[one[2]] >> other[2] & 1 for one, other in itertools.combinations(row, 2))
            if closed and agree and len(nodes) == length:
                found.add(nodes)
    return found


def test_the_search_finds_the_compatible_cycles_of_drawn_graphs() -> None:
    lengths = Counter[int]()
    for seed in range(250):
        rng = random.Random(seed)
        nodes = "abcde"[: rng.randint(2, 5)]
        pairs = [(one, other) for one in nodes for other in nodes if one != other]
        ring = [(one, other, rng.randrange(7)) for one, other in zip(nodes, nodes[1:] + nodes[0], strict=True)]
        arrows = list({*ring, *((*rng.choice(pairs), rng.randrange(7)) for _ in range(rng.randint(0, 3)))})
        against = [1 << place for place in range(7)]
        for one, other in itertools.combinations(range(7), 2):
            if rng.random() < 0.1:
                against[one] |= 1 << other
                against[other] |= 1 << one
        found = list(compatible_cycles(arrows, against.__getitem__, 10_000))
        assert {frozenset(arrow[0] for arrow in row) for row in found} == slow_compatible(arrows, against), seed
        assert len(found) == len({frozenset(arrow[0] for arrow in row) for row in found}), "each set of nodes once"
        for row in found:
            assert all(one[1] == other[0] for one, other in itertools.pairwise((*row, row[0])))
            assert not any(against[one[2]] >> other[2] & 1 for one, other in itertools.combinations(row, 2))
            lengths[len(row)] += 1
        assert {node for row in found for node, _, _ in row} <= on_cycles({(one, other) for one, other, _ in arrows})
    assert set(lengths) == {2, 3, 4, 5}, lengths


def test_a_search_that_would_take_too_long_ends_with_what_it_has() -> None:
    nodes = [str(number) for number in range(12)]
    arrows = [(one, other, place) for place, (one, other) in enumerate(itertools.permutations(nodes, 2))]
    found = list(compatible_cycles(arrows, lambda place: 1 << place, 2_000))
    assert 66 <= len(found) < 2_000  # all pairs at least: the shortest come first


# ---- start and join --------------------------------------------------------------------------------------------------


AB = {frozenset({"lock0", "lock1"})}


def test_what_a_thread_did_before_it_started_another_cannot_deadlock_with_that_one() -> None:
    assert reported(Recorder().nest(0, A, B).start(0, 1).nest(1, B, A)) == set()


def test_what_a_thread_does_after_it_started_another_can_deadlock_with_that_one() -> None:
    assert reported(Recorder().start(0, 1).nest(1, B, A).nest(0, A, B)) == AB


def test_what_a_thread_does_after_it_joined_another_cannot_deadlock_with_that_one() -> None:
    assert reported(Recorder().start(0, 1).nest(1, B, A).join(0, 1).nest(0, A, B)) == set()


def test_threads_that_run_one_after_the_other_cannot_deadlock() -> None:
    log = Recorder().start(0, 1).nest(1, B, A).join(0, 1).start(0, 2).nest(2, A, B).join(0, 2)
    assert reported(log) == set()
    assert set(graph(edges(log.records))) == {"lock0", "lock1"}, "the orders are in the graph all the same"


def test_the_order_goes_through_threads_that_take_no_lock() -> None:
    log = Recorder().start(0, 1).start(1, 2).nest(2, A, B).join(1, 2).join(0, 1).start(0, 3).start(3, 4).nest(4, B, A)
    assert reported(log) == set()


def test_an_order_that_was_taken_before_and_after_a_start_counts_in_both() -> None:
    assert reported(Recorder().nest(0, A, B).start(0, 1).nest(1, B, A).nest(0, A, B)) == AB
    assert reported(Recorder().start(0, 1).nest(1, B, A).nest(0, A, B).join(0, 1).nest(0, A, B)) == AB


def test_a_start_that_the_log_has_lost_orders_nothing() -> None:
    log = Recorder().nest(0, A, B).start(0, 1).nest(1, B, A)
    assert reported(Recorder([record for record in log.records if record.op != "start"])) == AB


def test_the_order_in_which_threads_came_to_a_lock_was_luck() -> None:
    log = Recorder().nest(1, A, B).nest(1, D).nest(2, D).nest(2, B, A)
    assert reported(log) == AB


def test_three_threads_of_which_two_never_meet_cannot_deadlock() -> None:
    log = Recorder().start(0, 1).start(0, 2).nest(1, A, B).nest(2, B, C).join(0, 1).start(0, 3).nest(3, C, A)
    assert reported(log) == set()


def test_a_ring_in_both_directions_is_told_once() -> None:
    log = Recorder()
    for thread, (one, other) in enumerate(itertools.permutations((A, B, C), 2)):
        log.nest(thread, one, other)
    assert {len(locks) for locks in reported(log)} == {2, 3}


def test_threads_of_one_number_in_two_explored_schedules_are_different_threads() -> None:
    log = Recorder().start(0, 1)
    log.add(1, "acquired", A)  # the schedule ends here, with the lock held
    log.start(0, 1).nest(1, B).nest(2, B, A)
    assert reported(log) == set()
    # What the second does comes after what its own starter did, not after what the first did.
    log = Recorder().start(0, 1).nest(1, A, B).start(2, 1).nest(1).start(1, 3).nest(3, B, A)
    assert reported(log) == AB


# ---- how much is kept ------------------------------------------------------------------------------------------------


def test_a_thread_that_goes_round_and_round_adds_its_edge_once() -> None:
    log = Recorder()
    for _ in range(2_000):
        log.nest(1, A, B)
    (edge,) = edges(log.records)
    assert (edge.held, edge.taken, len(edge.segment.order)) == ("lock0", "lock1", 1)


def test_starting_and_joining_cuts_a_thread_only_where_it_takes_locks() -> None:
    log = Recorder().nest(0, A, B)
    for child in range(1, 1_000):
        log.start(0, child)
    for child in range(1, 1_000):
        log.join(0, child)
    log.nest(0, A, B)
    before, after = edges(log.records)
    assert (before.segment.number, after.segment.number, len(after.segment.order)) == (0, 1, 2)
    assert len(graph(edges(log.records))["lock0"]["lock1"]) == 1, "whoever reads the graph sees the edge once"


def test_ten_thousand_threads_one_after_the_other_cannot_deadlock_and_one_that_stays_can() -> None:
    log = Recorder()
    for child in range(1, 10_000):
        log.start(0, child).nest(child, *((A, B) if child % 2 else (B, A))).join(0, child)
    found = list(edges(log.records))
    assert len(found) == 9_999 and cycles(found) == []
    log.start(0, 10_000).nest(10_000, A, B).start(0, 10_001).nest(10_001, B, A)
    (cycle,) = cycles(edges(log.records))
    assert [edge.thread for edge in cycle.edges] == ["T10000", "T10001"]


def test_ten_thousand_threads_at_once_are_one_potential_deadlock() -> None:
    log = Recorder()
    for child in range(1, 10_000):
        log.start(0, child).nest(child, *((A, B) if child % 2 else (B, A)))
    assert reported(log) == AB


def test_a_ring_of_a_thousand_locks_is_one_potential_deadlock() -> None:
    log = Recorder()
    for child in range(1_000):
        log.nest(child, LOCKS + child, LOCKS + (child + 1) % 1_000)
    (locks,) = reported(log)
    assert len(locks) == 1_000
