"""A drawn program as a scenario: its threads run operations on one object, and then its history is checked.

Each operation stands between two marks, its call and its return, which the explored world knows as steps of the
thread. What they touch decides what a search does with them (``sync_tools/detectors/real_time.py`` says why):

* In a *free* scenario nothing depends on a mark. The search runs one schedule of each class as if there were none, and
  every order in real time that the class allows is checked at once, by the happens-before order of its steps.
* In a *timed* scenario a call depends on the returns of other operations. What is checked is what this very schedule
  shows, so it is the one to report, and to replay. It also confirms what a free one says: where steps that order two
  operations are not seen (code that is not rewritten), a class seems to allow what no schedule shows.

The check is no part of the program: it runs quietly, without a step.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sync_tools.detectors.linear import Call, Machine, Operation, Response, private, response_of, search
from sync_tools.detectors.real_time import Order, allowed, call_of, ended_before, in_line, return_of, unexplained
from sync_tools.drivers.history_text import by_thread, call_text, letter, response_text, unexplained_text
from sync_tools.drivers.together import run_together
from sync_tools.instrument import calls
from sync_tools.seams.world import current
from sync_tools.words.errors import SyncLabError, UserError
from sync_tools.words.history import History
from sync_tools.words.operations import Access, identity
from sync_tools.words.sites import add_site

Program = tuple[tuple[Call, ...], ...]  # for each thread, what it does
_places: dict[tuple[str, int, str], int] = {}  # one number a place, however many schedules there are
_MAKE = add_site("?", 0, "make")
MARKS = (CALL, RETURN) = ("call", "return")  # what reports call the two steps of an operation


class NotLinearizable(AssertionError):
    """No order of the operations explains what they returned.

    Attributes:
        history: the operations.
    """

    def __init__(self, message: str, history: tuple[Operation, ...]) -> None:
        super().__init__(message)
        self.history = history


class Unexplained(UserError):
    """Ends a search at once: it is known that a program fails, and the schedule to show is still to be looked for.

    Unlike a finding, an error is not made smaller first. It never leaves the driver.
    """


class Recorder:
    """The history of one schedule.

    Args:
        program: what each thread does; operations are numbered thread by thread.
        timed: True where a call shall depend on the returns of other operations.
    """

    def __init__(self, program: Program, timed: bool) -> None:
        self.calls = [call for thread in program for call in thread]
        self.threads = [number for number, thread in enumerate(program, 1) for _ in thread]
        self.timed = timed
        self.responses: list[Response | None] = [None] * len(self.calls)
        self.errors: list[Exception | None] = [None] * len(self.calls)
        self.line: list[int] = []  # the marks in the order in which they were reached
        self.steps: dict[int, int] = {}  # mark -> its place in the trace; empty where a world keeps none
        self.target = object()

    def run(self, target: Any, operation: int) -> None:
        """Do one operation on the object under test, between its two marks."""
        call = self.calls[operation]
        with hushed():
            site = _place(type(target), call.name)
            args = [private(value) for value in call.args]
        self._mark(call_of(operation), CALL, f"{letter(operation)} {call_text(call)}", site, None)
        value = raised = None
        try:
            found = calls.method(target, call.name, site)
            value = found(*args) if callable(found) else found
        except SyncLabError:
            raise
        except Exception as error:
            self.errors[operation], raised = error, type(error)
        with hushed():
            response = response_of(target, value, raised)
        self._mark(return_of(operation), RETURN, letter(operation), site, response)
        self.responses[operation] = response

    def _mark(self, mark: int, kind: str, name: str, site: int, response: Response | None) -> None:
        world: Any = current()
        # Calls commute with calls and returns with returns, as readings and replacements of an element do.
        touched: Access = ((identity(self.target), "history"), "e" if kind == RETURN else "R")
        if not self.timed:
            touched = ((identity(self.target), mark), "R")
        step = world.access(kind, self.target, (touched,), site, name)
        if step is not None and response is not None:
            with hushed():
                step.value = response_text(response)
        self.line.append(mark)
        trace = getattr(world, "trace", None)
        if trace:
            self.steps[mark] = len(trace) - 1
            self.threads[mark // 2] = trace[-1].tid

    def called(self) -> list[int]:
        """The operations that were begun: a thread may have ended before it came to all of its own."""
        return [operation for operation in range(len(self.calls)) if call_of(operation) in self.line]

    def order(self) -> Order:
        """Which marks come before which: in this schedule if it is timed, or on OS threads, else in its whole class.

        The marks are those of the operations that were begun, numbered anew.
        """
        if self.timed or not self.steps:
            before = {mark: set(self.line[:at]) for at, mark in enumerate(self.line)}
        else:
            before = happened_before(self.steps)
        marks = [mark for operation in self.called() for mark in (call_of(operation), return_of(operation))]
        # An operation that never returned is before nothing.
        return [sum(1 << at for at, other in enumerate(marks) if other in before.get(mark, ())) for mark in marks]

    def history(self, line: Sequence[int]) -> tuple[Operation, ...]:
        """The operations that were begun, where their marks, numbered anew, stand in this line."""
        at = {mark: place for place, mark in enumerate(line)}
        return tuple(
            Operation(
                self.threads[operation],
                self.calls[operation],
                at[call_of(number)],
                None if self.responses[operation] is None else at[return_of(number)],
                self.responses[operation],
            )
            for number, operation in enumerate(self.called())
        )


def happened_before(steps: dict[int, int]) -> dict[int, set[int]]:
    """For each mark those that happen before it in the schedule that runs now."""
    world: Any = current()
    history = History()
    for index, op in enumerate(world.trace):
        history.add(op, world.trace, world.children.get(index))
    return {
        mark: {other for other, earlier in steps.items() if other != mark and history.before[index] >> earlier & 1}
        for mark, index in steps.items()
    }


def has(target: Any, name: str) -> bool:
    """True when an object has that attribute; a property is not run to find out."""
    found: Any = inspect.getattr_static(target, name, hushed)  # any object will do that can't be the attribute
    return found is not hushed or hasattr(target, name)


@contextmanager
def hushed() -> Iterator[None]:
    """A stretch that is no part of the program: nothing in it is a step, and nobody may switch."""
    world = current()
    assert world is not None
    world.quiet += 1
    try:
        yield
    finally:
        world.quiet -= 1


def scenario_of(
    make: Callable[[], Any], machine: Machine, program: Program, *, timed: bool = False, asking: bool = False
) -> Callable[[], None]:
    """The scenario that runs a program on a fresh object and checks its history.

    Args:
        make: makes the object under test.
        machine: the model, and the program's operations thread by thread.
        program: what each thread does.
        timed: see the module.
        asking: whether it fails is all that is asked: raise :class:`Unexplained` in place of :class:`NotLinearizable`.
    """

    def scenario() -> None:
        recorder = Recorder(program, timed)
        target = calls.function(make, _MAKE)()
        with hushed():
            missing = [call.name for call in recorder.calls if not has(target, call.name)]
        if missing:
            raise UserError(f"operations: the {type(target).__name__} that make() returns has no {missing[0]!r}")

        def work(operations: range) -> None:
            for operation in operations:
                recorder.run(target, operation)

        ends = list(itertools.accumulate(len(thread) for thread in program))
        starts = [0, *ends[:-1]]
        run_together(*((work, range(start, end)) for start, end in zip(starts, ends, strict=True)))
        with hushed():
            try:
                check(recorder, machine)
            except NotLinearizable as finding:
                if asking:
                    raise Unexplained(str(finding)) from None
                raise

    scenario.__module__ = home_of(make)
    return scenario


def check(recorder: Recorder, machine: Machine) -> None:
    """Raise where the history of a schedule, or another one of its class, has no explanation.

    Raises:
        NotLinearizable: that is so.
        Exception: that is so, and an operation raised this, which the model does not raise in whatever order.
    """
    called = recorder.called()
    if len(called) < len(recorder.calls):
        machine = Machine(machine.model, [recorder.calls[operation] for operation in called])
    responses = [recorder.responses[operation] for operation in called]
    order = recorder.order()
    if recorder.timed or not recorder.steps:
        bad = order if search(machine, responses, ended_before(order, len(called))) is None else None
    else:
        bad = unexplained(machine, responses, order)
    if bad is None:
        return
    history = recorder.history(in_line(bad))
    for number, operation in enumerate(called):
        error = recorder.errors[operation]
        if error is not None and not _may_raise(machine, by_thread(history), number, error):
            raise error
    raise NotLinearizable(unexplained_text(history, machine), history)


def _may_raise(machine: Machine, before: Sequence[int], operation: int, error: Exception) -> bool:
    """True when the model raises such an error in some order."""
    answers = allowed(machine, [None] * len(before), before, operation)
    return any(answer.raised is not None and isinstance(error, answer.raised) for answer in answers)


def _place(owner: type, name: str) -> int:
    """The number of the place in the source where a method is defined, for reports."""
    method = getattr(owner, name, None)
    method = inspect.unwrap(getattr(method, "fget", None) or method) if callable(method) or method else owner
    code = getattr(method, "__code__", None)
    place = ("?", 0, name) if code is None else (code.co_filename, code.co_firstlineno, code.co_name)
    if place not in _places:
        _places[place] = add_site(*place)
    return _places[place]


def home_of(make: Callable[[], Any]) -> str:
    """The module whose accesses are to be seen: that of the object under test, unless it is the standard library's."""
    while isinstance(make, functools.partial):
        make = make.func
    module = getattr(make, "__module__", None) or type(make).__module__
    return __name__ if module.partition(".")[0] in sys.stdlib_module_names else str(module)
