"""The mutator: each rule makes the fault that it says, in the place that it says, and leaves the rest alone."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from sync_tools import explore, run_together
from sync_tools.instrument.loader import LabModule
from sync_tools.mutants.mutant import OPERATORS, mutants_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
RIGHT = sorted([*ROOT.glob("solutions/*/*.py"), *ROOT.glob("tests/variants/*/other_*.py")])
PROGRAMS = [path for path in RIGHT if path.stem != "__main__"]

COUNTER = """
import threading

class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.n = 0

    def add(self):
        with self.lock:
            self.n += 1
"""

BY_HAND = COUNTER.replace("with self.lock:", "self.lock.acquire()").replace(
    "    self.n += 1", "self.n += 1\n        self.lock.release()"
)

SEVERAL_STEPS = COUNTER.replace("self.n += 1", "n = self.n\n            self.n = n + 1")

TWO_LOCKS = """
import threading

class Counter:
    def __init__(self):
        self.other = threading.Lock()
        self.lock = threading.Lock()
        self.n = 0
        self.m = 0

    def add(self):
        with self.lock:
            self.n += 1

    def add_again(self):
        with self.lock:
            self.n += 1

    def add_other(self):
        with self.other:
            self.m += 1
"""

BOTH_LOCKS = """
import threading

class Counter:
    def __init__(self):
        self.first = threading.Lock()
        self.second = threading.Lock()

    def add(self):
        with self.first:
            with self.second:
                pass

    def again(self):
        with self.first, self.second:
            pass
"""

ORDERED = """
import threading

class Account:
    def __init__(self, number):
        self.number = number
        self.lock = threading.Lock()

def transfer(source, target):
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock:
        with second.lock:
            pass
"""

CHOSEN = ORDERED.replace(
    "sorted((source, target), key=lambda account: account.number)",
    "(source, target) if source.number < target.number else (target, source)",
)

SWAPPED = ORDERED.replace(
    "first, second = sorted((source, target), key=lambda account: account.number)",
    "first, second = source, target\n    if first.number > second.number:\n        first, second = second, first",
)

GATE = """
import threading

class Gate:
    def __init__(self):
        self.changed = threading.Condition()
        self.permits = 0

    def enter(self):
        with self.changed:
            while self.permits == 0:
                self.changed.wait()
            self.permits -= 1
            return self.permits

    def open(self, permits):
        with self.changed:
            self.permits += permits
            self.changed.notify_all()
"""

WAIT_FOR = GATE.replace(
    "while self.permits == 0:\n                self.changed.wait()", "self.changed.wait_for(lambda: self.permits > 0)"
)

PUBLISHED = """
import threading

class Settings:
    def __init__(self):
        self.ready = threading.Event()
        self.value = None

    def load(self):
        self.value = "loaded"
        self.ready.set()

    def get(self):
        self.ready.wait()
        return self.value
"""

STARTED = """
import threading

class Worker:
    def __init__(self):
        self.value = 7
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        self.value += 1

    def result(self):
        self.thread.join()
        return self.value
"""

TWO_AT_ONCE = """
import threading

def work(step):
    step()
"""


def counting(lab):
    counter = lab.Counter()
    run_together(counter.add, counter.add)
    assert counter.n == 2


def counting_in_two_ways(lab):
    counter = lab.Counter()
    run_together(counter.add, counter.add_again, counter.add_other)
    assert (counter.n, counter.m) == (2, 1)


def taking_both(lab):
    counter = lab.Counter()
    run_together(counter.add, counter.again)


def transferring(lab):
    one, two = lab.Account(1), lab.Account(2)
    run_together((lab.transfer, one, two), (lab.transfer, two, one))


def entering(lab):
    gate = lab.Gate()
    run_together(gate.enter, gate.enter, (gate.open, 2))


def entering_one_by_one(lab):
    gate = lab.Gate()
    *left, _ = run_together(gate.enter, gate.enter, lambda: [gate.open(1), gate.open(1)])
    assert all(number >= 0 for number in left)


def asking(lab):
    settings = lab.Settings()
    got, _ = run_together(settings.get, settings.load)
    assert got == "loaded"


def working(lab):
    assert lab.Worker().result() == 8


def meeting(lab):
    import threading

    barrier = threading.Barrier(2)
    run_together((lab.work, barrier.wait), (lab.work, barrier.wait))


# (operator, program, scenario, names of its mutants that must fail, with the kind)
CASES = [
    ("drop-with", COUNTER, counting, {"Counter.add 1": "assertion"}),
    ("fresh-lock", COUNTER, counting, {"Counter.add 1": "assertion"}),
    ("split", COUNTER, counting, {"Counter.add 1": "assertion"}),
    ("split", SEVERAL_STEPS, counting, {"Counter.add 1": "assertion"}),
    ("move-out", SEVERAL_STEPS, counting, {"Counter.add 1": "assertion", "Counter.add 2": "assertion"}),
    ("drop-acquire", BY_HAND, counting, {"Counter.add 1": "assertion"}),
    ("swap-locks", TWO_LOCKS, counting_in_two_ways, {"Counter.add 1": "assertion", "Counter.add_again 1": "assertion"}),
    ("swap-acquisitions", BOTH_LOCKS, taking_both, {"Counter.add 1": "deadlock", "Counter.again 1": "deadlock"}),
    ("swap-acquisitions", ORDERED, transferring, {"transfer 1": "deadlock"}),
    ("swap-acquisitions", CHOSEN, transferring, {"transfer 1": "deadlock"}),
    ("swap-acquisitions", SWAPPED, transferring, {"transfer 1": "deadlock"}),
    ("while-if", GATE, entering_one_by_one, {"Gate.enter 1": "assertion"}),
    ("while-if", WAIT_FOR, entering_one_by_one, {"Gate.enter 1": "assertion"}),
    ("notify-one", GATE, entering, {"Gate.open 1": "lost-wakeup"}),
    ("drop-notify", GATE, entering, {"Gate.open 1": "lost-wakeup"}),
    ("drop-notify", PUBLISHED, asking, {"Settings.load 1": "lost-wakeup"}),
    ("drop-join", STARTED, working, {"Worker.result 1": "assertion"}),
    ("publish-earlier", PUBLISHED, asking, {"Settings.load 1": "assertion"}),
    ("publish-earlier", STARTED, working, {"Worker.__init__ 1": "exception"}),
    ("one-lock", TWO_AT_ONCE, meeting, {"": "unfilled-barrier"}),
]


def outcome(folder: Path, text: str, scenario) -> str:
    """What an exploration of a program says: "passed", or the kind of failure."""
    program = folder / "program.py"
    program.write_text(text, encoding="utf-8")
    found = explore(scenario, args=(LabModule("lab99_program", program),))
    return found.failure.kind if found.failure else found.outcome


@pytest.mark.parametrize(("operator", "program", "scenario", "expected"), CASES)
def test_a_mutant_has_the_fault_that_its_operator_makes(tmp_path, operator, program, scenario, expected):
    assert outcome(tmp_path, program, scenario) == "passed"
    made = {mutant.name: mutant for mutant in mutants_of(program) if mutant.operator == operator}
    for short, kind in expected.items():
        mutant = made[f"{operator} {short}".strip()]
        folder = tmp_path / mutant.name.replace(" ", "_")
        folder.mkdir()
        assert outcome(folder, mutant.text, scenario) == kind, mutant.diff


def test_every_operator_is_tried_on_a_program_that_it_breaks():
    assert {operator for operator, *_ in CASES} == set(OPERATORS)


def test_conditions_over_one_lock_are_swapped_where_they_wait_and_signal():
    program = """
    class Buffer:
        def __init__(self):
            lock = threading.Lock()
            self.room = threading.Condition(lock)
            self.item = threading.Condition(lock)

        def put(self, item):
            with self.room:
                self.room.wait()
                self.item.notify()
    """
    swapped = [mutant for mutant in mutants_of(textwrap.dedent(program)) if mutant.operator == "swap-locks"]
    changed = [[line for line in mutant.diff.splitlines() if line[0] == "+"] for mutant in swapped]
    # `with self.item` would take the same lock, so it is no mutant.
    assert changed == [["+            self.item.wait()"], ["+            self.room.notify()"]]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("with self.lock:\n            self.n = 1\n            return True", "only a constant is returned after it"),
        ("with self.lock:\n            a = 1\n            self.n = a", "only a local name is bound before it"),
        ("with open('x') as file:\n            file.read()\n            file.read()", "a file is no lock"),
        ("with suppress(ValueError):\n            self.a()\n            self.b()", "suppress is no lock"),
    ],
)
def test_no_mutant_is_made_where_no_thread_could_tell(body, why):
    program = f"class Counter:\n    def add(self):\n        {body}\n"
    operators = {mutant.operator for mutant in mutants_of(program)} - {"drop-with", "fresh-lock", "one-lock"}
    assert operators == set(), why


def test_main_is_left_alone_since_no_test_calls_it():
    program = COUNTER + "\ndef main():\n    with lock:\n        pass\n    thread.join()\n"
    assert not [mutant for mutant in mutants_of(program) if " main" in mutant.name]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_mutants_of_the_labs_programs_are_programs_each_another_one(path):
    source = path.read_text(encoding="utf-8")
    mutants = mutants_of(source)
    assert mutants == mutants_of(source), "the second time others were made"
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    texts = {mutant.text for mutant in mutants}
    assert len(texts) == len(mutants) and ast.unparse(ast.parse(source)) not in texts
    for mutant in mutants:
        ast.parse(mutant.text)
        assert mutant.operator in OPERATORS and mutant.what and mutant.diff
        assert 1 <= mutant.line <= len(source.splitlines())


DECLARING = """
def report(totals):
    '''The sum of all.'''
    n = 0

    def work():
        nonlocal n
        note.append(1)
        totals["a"] = n
"""


def test_a_statement_does_not_come_before_the_declaration_of_its_names():
    for mutant in mutants_of(DECLARING):
        compile(mutant.text, mutant.name, "exec")
    assert "publish-earlier report.work 1" in {mutant.name for mutant in mutants_of(DECLARING)}


def test_what_has_no_order_to_begin_with_is_no_mutant_without_sorting():
    ordered = [mutant.operator for mutant in mutants_of("def f(a, b):\n    take(sorted([a, b]))\n")]
    from_a_set = [mutant.operator for mutant in mutants_of("def f(a, b):\n    take(sorted({a, b}))\n")]
    assert "swap-acquisitions" in ordered and "swap-acquisitions" not in from_a_set


def test_what_only_goes_to_local_names_is_not_parted():
    body = "with self.lock:\n            n, m = self.n, self.m\n            self.n = m"
    program = f"class C:\n    def f(self):\n        {body}\n"
    parted = [mutant.what for mutant in mutants_of(program) if mutant.operator == "split"]
    assert [what for what in parted if "n, m" in what] == []
    assert parted == ["two critical sections, the second from `self.n = m` on"]


NESTED = """
class Outer:
    class Inner:
        def method(self):
            with lock:
                a.x = b.x

            def local():
                with lock:
                    a.x = b.x


if FAST:
    def chosen():
        with lock:
            a.x = b.x
"""


def test_functions_are_found_wherever_they_stand():
    dropped = {mutant.name for mutant in mutants_of(NESTED) if mutant.operator == "drop-with"}
    assert dropped == {
        "drop-with Outer.Inner.method 1",
        "drop-with Outer.Inner.method.local 1",
        "drop-with chosen 1",
    }
