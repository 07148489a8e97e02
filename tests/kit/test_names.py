"""A report calls each lock what the program calls it, however it was bound."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock

import pytest

from sync_tools import explore, run_together, stress


class Pair:
    def __init__(self):
        self.one, self.two = Lock(), Lock()


def variables():
    one = Lock()
    two = threading.Lock()
    return one, two


def variables_in_one_statement():
    one, two = Lock(), threading.Lock()
    return one, two


def attributes():
    pair = Pair()
    return pair.one, pair.two


def instances_of_a_subscript():
    locks = {}
    locks["one"] = Lock()
    locks["two"] = Lock()
    return locks["one"], locks["two"]


def a_walrus():
    return (one := Lock()), (two := Lock()), one, two


def annotated():
    one: Lock = Lock()
    two: Lock = Lock()
    return one, two


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (variables, {"one", "two"}),
        (variables_in_one_statement, {"one", "two"}),
        (attributes, {"Pair.one", "Pair.two"}),
        (instances_of_a_subscript, {"['one']", "['two']"}),
        (a_walrus, {"one", "two"}),
        (annotated, {"one", "two"}),
    ],
)
def test_a_deadlock_names_both_locks_as_the_program_does(make, names):
    def scenario():
        first, second, *_ = make()

        def forth():
            with first, second:
                pass

        def back():
            with second, first:
                pass

        run_together(forth, back)

    failure = explore(scenario).failure
    assert failure.kind == "deadlock"
    stuck = [waiter for waiter in failure.waiters if waiter.operation == "acquire"]
    assert {waiter.target for waiter in stuck} == names
    assert {name for waiter in stuck for name, _ in waiter.holds} == names


# ---- made before the scenario ----------------------------------------------------------------------------------------


class Printer:
    shared = threading.Lock()

    def __init__(self):
        self.lock = Lock()


printer = Lock()
scanner = threading.RLock()
office = Printer()
papers = ["a"]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda: (printer, scanner), {"printer", "scanner"}),
        (lambda: (Printer.shared, printer), {"Printer.shared", "printer"}),
        (lambda: (office.lock, scanner), {"Printer.lock", "scanner"}),
    ],
    ids=["module", "class", "instance of the module"],
)
@pytest.mark.parametrize("drive", [explore, stress])
def test_a_lock_made_at_import_is_called_by_its_variable(drive, make, names):
    def scenario():
        first, second = make()

        def forth():
            with first, second:
                pass

        def back():
            with second, first:
                pass

        run_together(forth, back)

    stuck = [waiter for waiter in drive(scenario).failure.waiters if waiter.operation == "acquire"]
    assert {waiter.target for waiter in stuck} == names
    assert {name for waiter in stuck for name, _ in waiter.holds} == names


def test_a_lock_made_around_the_scenario_is_called_by_its_variable():
    outer, inner = threading.Lock(), threading.Lock()

    def scenario():
        def forth():
            with outer, inner:
                pass

        def back():
            with inner, outer:
                pass

        run_together(forth, back)

    stuck = [waiter for waiter in explore(scenario).failure.waiters if waiter.operation == "acquire"]
    assert {waiter.target for waiter in stuck} == {"outer", "inner"}


def test_containers_are_called_by_their_variables_wherever_those_stand():
    def scenario():
        papers[:] = ["a"]
        tray = {"a": 1}

        def work(box):
            papers.append("b")
            tray["b"] = 2
            box.add("c")

        box = set()
        run_together((work, box), (work, box))
        assert (len(papers), len(tray), len(box)) == (1, 2, 1)

    targets = {step.target.partition("[")[0] for step in explore(scenario).failure.steps}
    assert targets == {"papers", "tray", "box"}


def test_two_containers_of_one_name_are_told_apart():
    def scenario():
        def work(box):
            box.append(1)
            box.append(2)

        ones, others = [], []
        run_together((work, ones), (work, ones), (work, others), (work, others))
        assert len(ones) + len(others) == 0

    targets = {step.target for step in explore(scenario).failure.steps}
    assert targets == {"box", "box#2"}


def test_locks_of_a_list_are_called_by_their_places():
    def scenario():
        forks = [Lock() for _ in range(2)]

        def dine(seat):
            with forks[seat], forks[1 - seat]:
                pass

        run_together((dine, 0), (dine, 1))

    stuck = [waiter for waiter in explore(scenario).failure.waiters if waiter.operation == "acquire"]
    assert [waiter.target for waiter in stuck] == ["forks[1]", "forks[0]"]


def test_futures_are_called_by_their_places_and_not_by_a_loop_s_variable():
    def scenario():
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [pool.submit(int, digit) for digit in "12"]
            values = [future.result() for future in as_completed(futures)]
        assert values == [1, 2]

    targets = {step.target for step in explore(scenario).failure.steps if step.operation == "result"}
    assert targets == {"futures[0]", "futures[1]"}


def test_looking_for_a_name_runs_no_code_of_the_program():
    class Spy:
        def __init__(self):
            object.__setattr__(self, "log", [])

        def __getattribute__(self, name):
            object.__getattribute__(self, "log").append(name)
            return object.__getattribute__(self, name)

    def scenario():
        spy, lock, cells = Spy(), [Lock()], []

        def work():
            with lock[0]:
                cells.append(spy)

        run_together(work, work)
        assert object.__getattribute__(spy, "log") == ["told"]

    failure = explore(scenario).failure
    assert failure.kind == "assertion"
    assert "lock[0]" in {step.target for step in failure.steps}
