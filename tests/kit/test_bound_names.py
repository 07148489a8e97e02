"""A primitive is called what the program calls it: found in the byte code, the same on every Python."""

from __future__ import annotations

import gc
import re
import sys
import weakref
from collections import Counter
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from sync_tools import explore
from sync_tools.primitives import Condition, Lock, binding, recording

FILE = Path(__file__).name
ARGUMENTS = {"Barrier": "2"}
KINDS = ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]
CALLS = {kind: f"primitives.{kind}({ARGUMENTS.get(kind, '')})" for kind in KINDS}
CALLS["a subclass"] = "Mine()"
CALLS["an alias"] = "L()"
CALLS["a factory"] = "partial(L)()"
PRELUDE = """
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from sync_tools import primitives
from sync_tools.primitives import Lock as L

class Mine(L):
    def __init__(self):
        super().__init__()
        self.more = 1
"""


def run(source: str, folder: Path) -> dict[str, Any]:
    """The variables of a module with that source; Python 3.10 learns the names of classes from the file."""
    path = folder / "program.py"
    path.write_text(PRELUDE + source, encoding="utf-8")
    variables: dict[str, Any] = {"__name__": "program"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True), variables)
    return variables


def line_of(source: str, text: str) -> int:
    return next(number for number, line in enumerate((PRELUDE + source).splitlines(), 1) if text in line)


# ---- one statement of each style -------------------------------------------------------------------------------------

# What is bound, how to get at it, and its name. NEW stands for the call.
STATEMENTS = [
    ("x = NEW", "x", "x"),
    ("x: object = NEW", "x", "x"),
    ("a = b = NEW", "b", "a"),
    ("a = c.b = NEW", "a", "a"),
    ("c.b = a = NEW", "a", "c.b"),
    ("a, b = NEW, NEW", "a", "a"),
    ("a, b = NEW, NEW", "b", "b"),
    ("a, b, d = NEW, 1, NEW", "d", "d"),
    ("a, b, d, e = 1, 2, NEW, 4", "d", "d"),
    ("[a, (b, d)] = 1, (2, NEW)", "d", "d"),
    ("a, c.b = NEW, NEW", "c.b", "c.b"),
    ("a, b = [x for x in 'ab'], NEW", "b", "b"),
    ("a, b = NEW, {x: 1 for x in 'ab' if x}", "a", "a"),
    ("a, b = NEW, lambda: c", "a", "a"),
    ("x = (y := NEW)", "x", "y"),
    ("(x := NEW)", "x", "x"),
    ("x = NEW if c else None", "x", "x"),
    ("x = None if not c else NEW", "x", "x"),
    ("x = None or NEW", "x", "x"),
    ("x = c and NEW", "x", "x"),
    ("x = NEW or None", "x", "x"),
    ("a, b = NEW, (c or 1)", "a", "a"),
    ("a, b = NEW, f'{c!r:>10}' < 'a' < 'b'", "a", "a"),
    ("c.lock = NEW", "c.lock", "c.lock"),
    ("c.inner.lock = NEW", "c.inner.lock", "c.inner.lock"),
    ("get().lock = NEW", "c.lock", "lock"),
    ("setattr(c, 'lock', NEW)", "c.lock", "c.lock"),
    ("object.__setattr__(c, 'lock', NEW if c else None)", "c.lock", "c.lock"),
    ("d['k'] = NEW", "d['k']", "d['k']"),
    ("d[3] = NEW", "d[3]", "d[3]"),
    ("d[k] = NEW", "d[k]", "d[k]"),
    ("d[c.number] = NEW", "d[c.number]", "d[c.number]"),
    ("d[k + 'x'] = NEW", "d[k + 'x']", "d[]"),
    ("d['a']['b'] = NEW", "d['a']['b']", "d['a']['b']"),
    ("c.table[k] = NEW", "c.table[k]", "c.table[k]"),
    ("d.setdefault(k, NEW)", "d[k]", "d[k]"),
    ("d.setdefault('z', []).append(NEW)", "d['z'][-1]", "FILE"),
    ("x = d.setdefault(k, NEW)", "x", "d[k]"),
    ("x = {'a': NEW}", "x['a']", "x['a']"),
    ("x = {'a': NEW, 'b': NEW}", "x['b']", "x['b']"),
    ("x = {k: NEW, 'b': 1}", "x[k]", "x[k]"),
    ("x = {**d, 'b': NEW}", "x['b']", "x['b']"),
    ("x = {k: NEW for k in 'ab'}", "x['a']", "x[k]"),
    ("x = {'a': [NEW, NEW]}", "x['a'][1]", "x['a'][1]"),
    ("x = [NEW, NEW]", "x[1]", "x[1]"),
    ("x = (NEW, NEW)", "x[0]", "x[0]"),
    ("x = [NEW]", "x[0]", "x[0]"),
    ("x = [None, [NEW]]", "x[1][0]", "x[1][0]"),
    ("x = {NEW}", "x.pop()", "x[]"),
    ("x = [*'ab', NEW]", "x[2]", "x[]"),
    ("x = [NEW for _ in range(3)]", "x[2]", "x[]"),
    ("x = [NEW for _ in range(3) if c if k]", "x[2]", "x[]"),
    ("x = [[NEW for _ in 'ab'] for _ in 'ab']", "x[1][0]", "x[][]"),
    ("x = {NEW for _ in range(3)}", "x.pop()", "x[]"),
    ("x = list(NEW for _ in range(3))", "x[2]", "x[]"),
    ("x = tuple(NEW for _ in range(3))", "x[2]", "x[]"),
    ("x = deque((NEW for _ in range(3)), 5)", "x[2]", "x[]"),
    ("x = tuple([NEW for _ in range(3)])", "x[2]", "x[]"),
    ("x = [*(NEW for _ in range(3))]", "x[2]", "x[]"),
    ("x = [NEW] * 3", "x[2]", "x[]"),
    ("x = [None] + [NEW]", "x[1]", "x[]"),
    ("l += [NEW]", "l[-1]", "l[]"),
    ("l[0:1] = [NEW]", "l[0]", "l[]"),
    ("l[:] = [NEW for _ in 'ab']", "l[0]", "l[]"),
    ("l.append(NEW)", "l[-1]", "l[]"),
    ("l.insert(0, NEW)", "l[0]", "l[]"),
    ("l.extend([NEW])", "l[-1]", "l[]"),
    ("l.extend(NEW for _ in 'ab')", "l[-1]", "l[]"),
    ("c.items.append(NEW)", "c.items[-1]", "c.items[]"),
    ("x = defaultdict(lambda: NEW)['a']", "x", "FILE"),
    ("x = defaultdict(partial(eval, 'NEW'))['a']", "x", "FILE"),
    ("for x in [NEW]: pass", "x", "FILE"),
    ("for x in (NEW for _ in 'a'): pass", "x", "x"),
    ("a, b = (NEW for _ in 'ab')", "a", "FILE"),
    ("a, b = [NEW for _ in 'ab']", "a", "FILE"),
    ("a, *b = 1, NEW", "b[0]", "FILE"),
    ("x = identity(NEW)", "x", "FILE"),
    ("x = identity(value=NEW)", "x", "FILE"),
    ("x = [identity(NEW)]", "x[0]", "FILE"),
    ("x = identity(*[NEW])", "x", "FILE"),
    ("x = default()", "x", "default"),
    ("def f(x=NEW): return x\nx = f()", "x", "FILE"),
    ("def f(*, x=NEW): return x\nx = f()", "x", "FILE"),
    ("def f(): return NEW\nx = f()", "x", "FILE"),
    ("def f(): yield NEW\nx = next(f())", "x", "FILE"),
    ("x = (lambda: NEW)()", "x", "FILE"),
    ("x = next(NEW for _ in 'ab')", "x", "FILE"),
    ("x = max([NEW], key=id)", "x", "FILE"),
]  # fmt: skip
SET_UP = """
c, d, k, l = SimpleNamespace(number=1, inner=SimpleNamespace(), table={}, items=[]), {'a': {}}, 'q', [0, 1]
identity = lambda value: value
get = lambda: c
def default(made=[]):
    made.append(NEW)
    return made[-1]
"""


@pytest.mark.parametrize(("statement", "where", "name"), STATEMENTS, ids=lambda value: value.replace("\n", "; "))
def test_a_statement_names_what_it_binds_in_a_module_and_in_a_function(
    tmp_path: Path, statement: str, where: str, name: str
) -> None:
    if name == "default":
        name = "made[]"
    inside = SET_UP + statement.replace("\n", "\n") + f"\nresult = {where}"
    indented = "\n".join("    " + line for line in inside.splitlines())
    program = f"{inside}\ndef work():{indented}\n    return result\nresults = [result, work()]".replace("NEW", "L()")
    for result in run(program, tmp_path)["results"]:
        if name == "FILE":
            assert re.fullmatch(r"(program\.py|<string>):\d+", result.name)
        else:
            assert result.name == name


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_kind_takes_the_name_of_a_variable_an_attribute_a_class_and_a_container(
    tmp_path: Path, call: str
) -> None:
    source = """
module = NEW
class Account:
    shared = NEW
    table = {'a': NEW}
    def __init__(self, given=None):
        self.lock = given or NEW
        self.__secret = NEW
        self.locks = [NEW for _ in range(2)]
        self.by_name = {name: NEW for name in 'ab'}
        def later():
            self.inner = NEW
        later()
        local = NEW
        self.kept = local
    def __new__(cls, *arguments):
        self = super().__new__(cls)
        self.early = NEW
        return self
    @classmethod
    def make(cls):
        cls.made = NEW
        return cls
    @staticmethod
    def touch(account):
        account.touched = NEW
    class Inner:
        lock = NEW
account = Account()
Account.make()
Account.touch(account)
"""
    variables = run(source.replace("NEW", call), tmp_path)
    account = variables["account"]
    found = {
        "module": variables["module"], "Account.shared": account.shared, "Account.table['a']": account.table["a"],
        "Account.lock": account.lock, "Account.__secret": account._Account__secret,
        "Account.locks[]": account.locks[1], "Account.by_name[name]": account.by_name["b"],
        "Account.inner": account.inner, "local": account.kept, "Account.early": account.early,
        "Account.made": account.made, "account.touched": account.touched, "Inner.lock": account.Inner.lock,
    }  # fmt: skip
    assert {name: thing.name for name, thing in found.items()} == {name: name for name in found}


@pytest.mark.parametrize("options", ["", "(frozen=True)", "(slots=True)", "(order=True, kw_only=True)"])
def test_a_field_of_a_dataclass_is_called_by_class_and_field(tmp_path: Path, options: str) -> None:
    source = f"""
@dataclass{options}
class Account:
    owner: str = ""
    lock: object = field(default_factory=L)
@dataclass{options}
class Savings(Account):
    limits: list = field(default_factory=lambda: [L()])
    by: dict = field(default_factory=lambda: defaultdict(L))
class Plain(Savings):
    def __init__(self):
        super().__init__(owner="me")
made = [Account(), Savings(), Plain()]
"""
    account, savings, plain = run(source, tmp_path)["made"]
    assert [thing.lock.name for thing in (account, savings, plain)] == ["Account.lock", "Savings.lock", "Plain.lock"]
    assert savings.limits[0].name == f"program.py:{line_of(source, 'limits: list')}"
    with savings.by["a"]:
        assert savings.by["a"].name == "savings.by['a']"


def test_the_lock_of_a_condition_is_called_after_the_condition() -> None:
    full = Condition(Lock())
    with recording() as log, full:
        pass
    assert (full.name, {record.primitive for record in log.records}) == ("full", {"full's lock"})


def test_a_with_statement_names_what_it_enters() -> None:
    made: list[Lock] = []

    class Guard(Lock):
        def __enter__(self) -> Any:
            made.append(self)
            super().__enter__()
            return self

    with Guard() as guard:
        pass
    with Guard():
        line = sys._getframe().f_lineno - 1
    assert [lock.name for lock in made] == ["guard", f"{FILE}:{line}"]
    assert made[0] is guard


def test_a_given_name_comes_first_then_that_of_rewritten_code_then_the_variable() -> None:
    lock = Lock(name="door")
    other = Lock()
    assert (lock.name, other.name) == ("door", "other")
    other._sl_name = "bank.lock"  # as rewritten code does
    assert other.name == "bank.lock"


def test_what_cannot_be_read_is_called_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "Walk", lambda *_: 1 / 0)
    lock = Lock()
    assert lock.name == f"{FILE}:{sys._getframe().f_lineno - 1}"


# ---- it costs nothing, runs nothing, keeps nothing -------------------------------------------------------------------


def test_no_code_of_the_program_runs_for_a_name() -> None:
    calls: list[str] = []

    class Spy(dict):  # type: ignore[type-arg]
        def __getattribute__(self, name: str) -> Any:
            calls.append(name)
            return super().__getattribute__(name)

        def __repr__(self) -> str:
            calls.append("repr")
            return "spy"

        def __hash__(self) -> int:  # type: ignore[override]
            return 1

    spy = Spy()
    spy.lock = Lock()  # type: ignore[attr-defined]
    spy[spy] = Lock()
    one, other = spy.__dict__["lock"], dict.__getitem__(spy, spy)
    calls.clear()
    assert (one.name, other.name, calls) == ("spy.lock", "spy[spy]", [])


def test_making_one_reads_nothing_and_keeps_no_local_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "Walk", lambda *_: pytest.fail("the byte code is read when the name is asked for"))

    class Thing:
        pass

    class Owner:
        def __init__(self) -> None:
            thing = Thing()
            gone = weakref.ref(thing)
            self.lock = Lock()
            del thing
            gc.collect()
            assert gone() is None

    Owner()


def test_names_are_kept_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "MOST_NAMES", 3)
    monkeypatch.setattr(binding, "_names", {})
    walked: Counter[int] = Counter()

    class Counted(binding.Walk):
        def __init__(self, code: CodeType, offset: int, *more: Any) -> None:
            walked[offset] += 1
            super().__init__(code, offset, *more)

    monkeypatch.setattr(binding, "Walk", Counted)
    for _ in range(3):
        lock = Lock()
        assert lock.name == "lock"
    assert list(walked.values()) == [1]
    for number in range(10):
        made = eval(compile(f"[lock for lock in [Lock()]] if {number} < 99 else 0", f"f{number}", "eval"))
        assert made[0].name == f"f{number}:1"
        assert len(binding._names) <= 3


def test_a_program_that_is_traced_or_measured_gets_the_same_names() -> None:
    def work() -> list[str]:
        one, two = Lock(), Lock()
        three = [Lock() for _ in range(2)]
        return [lock.name for lock in (one, two, *three)]

    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        traced = work()
    finally:
        sys.settrace(before)
    assert traced == work() == ["one", "two", "three[]", "three[]"]


def test_a_hot_loop_gets_the_same_names() -> None:
    names = set()
    for _ in range(2000):  # by then the interpreter has specialized the call
        lock = Lock()
        names.add(lock.name)
    assert names == {"lock"}


# ---- in a scenario ---------------------------------------------------------------------------------------------------


class Account:
    shared = Lock()

    def __init__(self) -> None:
        self.lock = Lock()
        self.full = Condition()


def operate() -> list[str]:
    account, local = Account(), Lock()
    with recording() as log, account.shared, account.lock, local, account.full:
        pass
    return [record.primitive for record in log.records if record.op == "acquired"]


def test_a_record_names_locks_alike_in_both_worlds() -> None:
    native = operate()
    (explored,) = explore(lambda: tuple(operate())).results
    assert native == list(explored) == ["Account.shared", "Account.lock", "local", "Account.full"]
