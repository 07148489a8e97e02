"""All positions of a game, explored beforehand: the ends are the classes of schedules, and what can break is known."""

from __future__ import annotations

import threading
from functools import cache

import pytest
from all_positions import (
    classes_by_graph,
    classes_by_search,
    ends_by_path,
    game_of,
    positions_of,
    results_of,
)
from corpus.table import programs
from drawn_programs import draw, scenario
from known_bugs import KNOWN_BUGS

from sync_tools import explore, replay, run_together
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.drivers.runner import shown
from sync_tools.words.position import FAILED, PASSED

pytestmark = pytest.mark.once

MOST = 60  # classes of a drawn program that is compared
SEEDS = range(80)
CORPUS = programs()


@cache
def drawn():
    """Programs that have few classes, but more than one, with their graphs and what the search says of them."""
    found = {}
    for seed in SEEDS:
        searched = explore(scenario, args=(draw(seed),), strategy="dpor", stop="never", max_schedules=MOST)
        if searched.complete and searched.schedules > 1:
            found[seed] = (positions_of(scenario, draw(seed)), searched)
    return found


def same_counts(graph, searched):
    """The classes, how many of them fail, and what the others return."""
    results = {shown(result): count for result, count in searched.results.items()}
    assert (graph.classes, graph.failing_classes) == (searched.schedules, searched.failing)
    assert results_of(graph) == results


# ---- against all classes ---------------------------------------------------------------------------------------------


def test_a_drawn_program_ends_in_each_of_its_classes_and_in_no_other():
    failing = merged = 0
    for seed, (graph, searched) in drawn().items():
        assert graph.complete, seed
        same_counts(graph, searched)
        ends = [node for node in graph.nodes if node.outcome]
        assert len(ends) == graph.classes, seed
        failing += graph.failing_classes > 0
        merged += len(list(ends_by_path(graph))) > len(ends)
    assert len(drawn()) > 30
    assert failing > 10, "programs that fail are among those compared"
    assert merged > 10, "and such as are no tree"


def test_the_ends_of_a_drawn_program_are_the_very_traces_that_the_search_runs():
    for seed in list(drawn())[::4]:
        game = game_of(scenario, draw(seed))
        searched = {name: end[:2] for name, end in classes_by_search(game.runner).items()}
        assert classes_by_graph(game, reachable(game)) == searched, seed


# Not all positions are explored here: there are many, or not all schedules can be seen, or each takes long.
LARGE = {"reorder_4", "reorder_5", "stack", "wronglock_3", "pool_of_two_permits", "pool_of_three_permits"}
NOT_WHOLE = {*LARGE, "finalizer_takes_the_lock", "starved_by_a_heartbeat", "starts_counted_in_the_thread"}
# When a polling loop may go on depends on when its turn began, which is no part of a trace: nothing is merged then.
POLLING = {
    *("peterson", "dekker", "bakery", "peterson_turn_first", "flags_without_a_turn", "future_polled_until_done"),
    *("queue_timed_get_in_a_loop", "spin_lock_by_try_acquire", "spin_looking_under_a_lock", "spin_on_a_flag"),
    *("spin_on_try_lock", "spin_until_thread_is_dead", "spin_with_sleep", "spin_flag_before_data"),
    *("spin_for_a_flag_that_is_cleared", "spin_lock_by_test_then_set", "starts_counted_before_the_start"),
    *("stop_flag_by_event", "timed_wait_in_a_loop", "try_lock_without_back_off"),
    *("try_lock_with_back_off_on_one_side",),
}
POLLS = "A loop polls: how often it goes round is nothing that other threads could tell."
# In this one a thread fails while others still have a choice, which makes no difference any more. The search tells
# apart what they do then.
FAILED_EARLY = "readers_writer_lock_counts_outside"


@pytest.mark.parametrize("bug", KNOWN_BUGS, ids=lambda bug: bug.name)
@pytest.mark.parametrize("fixed", [False, True])
def test_a_known_bug_ends_in_each_of_its_classes_or_says_that_there_are_more(bug, fixed):
    arguments = bug.corrected if fixed and bug.corrected is not None else bug.arguments
    game = Game(bug.scenario, args=arguments, kwargs={"fixed": fixed})
    game.pass_what_decides_nothing(schedules=300)
    graph = reachable(game, runs=1_200 if game.deciding is not None else 20)
    assert graph.complete == ((fixed or bug.name not in NOT_WHOLE) and bug.name not in POLLING)
    assert (POLLS in graph.why) == (bug.name in POLLING)
    assert graph.right == (fixed and graph.complete)
    if graph.complete:
        searched = explore(bug.scenario, args=arguments, kwargs={"fixed": fixed}, strategy="dpor", stop="never")
        same_counts(graph, searched)


@pytest.mark.parametrize("program", CORPUS, ids=lambda program: program.title)
def test_a_program_of_the_corpus_ends_in_each_of_its_classes_or_says_that_there_may_be_more(program):
    name = program.path.stem
    with program.loaded() as module:
        game = Game(module.scenario)
        game.pass_what_decides_nothing(schedules=300, operations=10_000)
        graph = reachable(game, runs=400 if game.deciding is not None else 10)
        assert graph.complete == (name not in NOT_WHOLE | {FAILED_EARLY} | POLLING)
        assert name in NOT_WHOLE or (POLLS in graph.why) == (name in POLLING)
        assert graph.right == (graph.complete and program.is_right)
        if graph.complete:
            same_counts(graph, explore(module.scenario, strategy="dpor", stop="never"))
        ends = {node.trace: node.outcome for node in graph.nodes if node.outcome}
        for node in graph.nodes:
            assert not node.outcome or node.outcome == ends[node.trace], "a class has one verdict"


def test_what_others_do_after_a_thread_has_failed_makes_no_class_of_its_own():
    def early():
        box = Box()

        def fail():
            raise KeyError("gone")

        def wait_and_write(value):
            box.failing.join()
            box.value = value

        box.failing = threading.Thread(target=fail)
        threads = [threading.Thread(target=wait_and_write, args=(value,)) for value in (1, 2)]
        for thread in (box.failing, *threads):
            thread.start()
        for thread in threads:
            thread.join()

    game = game_of(early)
    graph = reachable(game)
    searched = classes_by_search(game.runner)
    assert (graph.classes, graph.failing_classes, len(searched)) == (1, 1, 2)
    told = classes_by_graph(game, graph)
    assert set(told) < set(searched)
    assert all(late for name, (_, _, late) in searched.items() if name not in told)


def test_which_of_two_threads_fails_first_makes_two_ends_of_one_class():
    def both():
        box = Box()

        def fail(how):
            raise how(box.value)

        for how in (KeyError, OSError):
            threading.Thread(target=fail, args=(how,)).start()

    graph = positions_of(both)
    assert sorted(node.failure.message for node in graph.nodes if node.outcome) == ["KeyError: 0", "OSError: 0"]
    assert (graph.classes, graph.failing_classes) == (1, 1)
    assert graph.outlooks[0].must_break is True


def test_whether_the_test_ends_before_a_thread_that_it_gave_up_makes_no_class_of_its_own():
    def gives_up():
        box = Box()

        def work():
            box.value = 1

        worker = threading.Thread(target=work)
        worker.start()
        worker.join(timeout=1)
        return box.value

    game = game_of(gives_up)
    graph = reachable(game)
    searched = {name: end[:2] for name, end in classes_by_search(game.runner).items()}
    assert classes_by_graph(game, graph) == searched
    assert graph.classes == len(searched) == 3
    assert len([node for node in graph.nodes if node.outcome]) > 3


def test_the_token_of_an_end_replays_that_very_failure():
    tokens = 0
    for seed, (graph, _) in drawn().items():
        for node in graph.nodes:
            if node.outcome == FAILED:
                again = replay(scenario, node.failure.schedule, args=(draw(seed),))
                assert again is not None, (seed, node.number)
                assert (again.kind, again.message) == (node.failure.kind, node.failure.message)
                tokens += 1
    assert tokens > 100


# ---- what can become of a position -----------------------------------------------------------------------------------


def test_what_can_become_of_a_position_is_what_all_paths_from_there_say():
    kinds = set()
    for graph, _ in drawn().values():
        for node, outlook in zip(graph.nodes, graph.outlooks, strict=True):
            ends = [end for _, end in ends_by_path(graph, node.number)]
            broken = [end.outcome == FAILED for end in ends]
            assert outlook.can_break == any(broken)
            assert outlook.must_break == all(broken)
            assert outlook.classes == len({end.trace for end in ends})
            assert outlook.failing == len({end.trace for end in ends if end.outcome == FAILED})
            assert outlook.explored
            kinds.add((outlook.can_break, outlook.must_break))
    assert kinds == {(False, False), (True, False), (True, True)}


def test_a_right_program_has_no_end_that_fails_and_says_so():
    right = wrong = 0
    for graph, searched in drawn().values():
        fails = [node for node in graph.nodes if node.outcome == FAILED]
        assert graph.right == (not fails) == (searched.failing == 0)
        right += graph.right
        wrong += not graph.right
        assert graph.why == ()
    assert right > 10
    assert wrong > 10


class Box:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()


def two_adds():
    box = Box()

    def add():
        box.value += 1

    run_together(add, add)
    return box.value


def test_two_reads_and_two_writes_as_a_graph_by_hand():
    graph = positions_of(two_adds)
    # Who reads first, who goes on then; after both have read, who writes first.
    assert [node.outcome for node in graph.nodes].count("") == 4
    assert sorted(node.result for node in graph.nodes if node.outcome == PASSED) == ["1", "1", "2", "2"]
    root = graph.nodes[0]
    assert [edge.thread for edge in root.edges] == [1, 2]
    first, second = (graph.nodes[edge.to] for edge in root.edges)
    assert first.edges[1].to == second.edges[0].to, "both have read, whoever came first"
    assert [(step.thread, step.operation) for step in root.edges[0].steps] == [(1, "read")]
    assert [step.operation for step in graph.start][-2:] == ["start", "start"]
    assert graph.right


def test_a_program_without_a_choice_is_one_end():
    graph = positions_of(lambda: 5)
    assert (len(graph.nodes), graph.nodes[0].outcome, graph.nodes[0].result, graph.start) == (1, PASSED, "5", ())
    assert (graph.classes, graph.right) == (1, True)


def test_a_program_that_breaks_whatever_is_chosen_must_break_from_the_first_choice_on():
    def wrong():
        assert two_adds() == 3

    graph = positions_of(wrong)
    assert all(outlook.must_break is True for outlook in graph.outlooks)
    assert graph.failing_classes == graph.classes == 4
    assert not graph.right


def test_a_data_race_breaks_a_scenario_that_asks_for_none():
    assert positions_of(two_adds, races="fail").outlooks[0].must_break is True
    assert positions_of(two_adds).outlooks[0].can_break is False
