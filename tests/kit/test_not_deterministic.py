"""A scenario that does not do the same in the same schedule is called not deterministic."""

import pytest
from bad_input import the_next_exploration_works  # noqa: F401  # used by every test

from sync_tools import explore, run_together
from sync_tools.words.errors import NotDeterministic

left_behind = 0
kept = []


class Cell:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1


def counting_runs():
    global left_behind
    left_behind += 1
    cell = Cell()
    run_together(*[cell.add] * (2 + left_behind % 2))


def keeping_things():
    kept.append(Cell())
    cell = Cell()

    def work():
        for _ in range(len(kept)):
            cell.add()

    run_together(work, work)


def failing_at_first():
    global left_behind
    left_behind += 1
    cell = Cell()
    run_together(cell.add, cell.add)
    assert left_behind > 1


@pytest.mark.parametrize("scenario", [counting_runs, keeping_things, failing_at_first])
def test_a_scenario_that_remembers_earlier_runs_is_called_not_deterministic(scenario):
    global left_behind
    left_behind = 0
    kept.clear()
    with pytest.raises(NotDeterministic, match="deterministic"):
        explore(scenario)


def test_the_order_of_addresses_is_called_not_deterministic():
    def scenario():
        # Objects of earlier runs are kept alive, so that the new ones stand elsewhere.
        cells = [Cell() for _ in range(8)]
        kept.append([Cell() for _ in range(len(kept) % 3)] + cells[len(kept) % 7 :])
        order = sorted(range(8), key=lambda n: hash(id(cells[n])) * 2654435761 % 2**32)

        def work(number):
            for n in order:
                if n % 2 == number:
                    cells[order[0]].add()
                cells[n].value = number

        run_together((work, 0), (work, 1))

    kept.clear()
    with pytest.raises(NotDeterministic, match="deterministic"):
        explore(scenario)


def test_a_result_that_differs_while_the_operations_do_not_is_named():
    calls = []

    def scenario():
        calls.append(1)
        return len(calls)

    with pytest.raises(NotDeterministic, match=r"returned 1 once and 2 when it was run again"):
        explore(scenario)


def test_results_that_differ_by_their_address_alone_are_the_same():
    class Thing:
        pass

    assert explore(Thing).outcome == "passed"
