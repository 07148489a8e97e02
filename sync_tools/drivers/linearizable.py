"""``linearizable``: drawn programs on an object, explored, and checked against a sequential model.

Hypothesis draws the programs and makes a failing one smaller: fewer operations, simpler arguments. Then operations are
left out one by one, so that "no operation can be left out" is true whatever the library's own effort was. The schedule
of what is left is made smallest by ``explore``, as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from sync_tools.detectors.linear import Machine, Operation
from sync_tools.detectors.order import ORDER, SEQUENTIAL
from sync_tools.detectors.patterns import classify
from sync_tools.drivers.asking import Asking
from sync_tools.drivers.drawing import Operations, programs_of
from sync_tools.drivers.exploration import FAILED, INCONCLUSIVE, PASSED, Exploration
from sync_tools.drivers.explore import explore
from sync_tools.drivers.histories import MARKS, NotLinearizable, Program, Unexplained, scenario_of
from sync_tools.drivers.history_text import program_text
from sync_tools.instrument import calls
from sync_tools.seams.world import current
from sync_tools.words.errors import InternalError, ScenarioFailed, ScenarioInconclusive, UserError
from sync_tools.words.failure import ENDLESS_LOOP, LIVELOCK, Failure
from sync_tools.words.sites import add_site

EXAMPLES = 50
MAX_SCHEDULES = 5_000
MOST_OPERATIONS = 26  # in one program: each has a letter
NOT_LINEARIZABLE = "not linearizable"
# To find a schedule that is known to be there.
ANY: dict[str, Any] = {"strategy": "auto", "preemptions": None, "time_limit": None}
_MODEL = add_site("?", 0, "model")


@dataclass(frozen=True)
class Linearizability:
    """What the drawn programs showed.

    Attributes:
        name: the object under test.
        outcome: "passed", "failed" or "inconclusive", of the programs that were drawn.
        complete: True when every class of equivalent schedules of each of them was run.
        programs: how many different ones were explored.
        unseen: what could not be observed, one sentence each.
        failure: the smallest failing schedule of the smallest failing program that was found, or None.
        program: that program, for each thread the calls that it makes; empty where nothing failed.
        history: the operations of that schedule and what they returned, where no order of them explains it; empty for
            other kinds of failure.
        scenario: that program as a scenario: ``replay(found.scenario, found.failure.schedule)`` runs it again.
    """

    name: str
    outcome: str
    complete: bool
    programs: int
    schedules: int
    unseen: tuple[str, ...] = ()
    failure: Failure | None = None
    program: Program = ()
    history: tuple[Operation, ...] = ()
    scenario: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    def raise_if_failed(self, inconclusive: str = "fail") -> None:
        """Raise what a test should report.

        Args:
            inconclusive: "fail" or "pass": what a budget that ran out means here.

        Raises:
            ScenarioFailed: a schedule of a program is not explained by the model, or fails in another way.
            ScenarioInconclusive: a program's budget ended first, and that is not good enough.
        """
        if self.failure is not None:
            raise ScenarioFailed(self.failure)
        if self.outcome == INCONCLUSIVE and inconclusive == "fail":
            raise ScenarioInconclusive(
                f"{self.name}: inconclusive. {self.programs} programs were run under {self.schedules} schedules and "
                "none failed, but there are more. Raise max_schedules, lower length or threads, or accept samples "
                'with inconclusive="pass".'
            )


def linearizable(
    make: Callable[[], Any],
    model: Callable[[], Any],
    *,
    operations: Operations,
    threads: int = 2,
    length: int = 3,
    examples: int = EXAMPLES,
    seed: int = 0,
    max_schedules: int = MAX_SCHEDULES,
    name: str | None = None,
    **options: Any,
) -> Linearizability:
    """Check that an object, used by several threads, behaves as if its operations were done one after the other.

    Programs are drawn: a few operations a thread. Each is explored under every interleaving, and each history is
    checked: some order of the operations, which keeps what had returned before what was called later, must give the
    same results on the model. An operation that raises is explained by a model that raises the same.

    Args:
        make: makes a fresh object under test; a class or a function. It runs inside of the scenario.
        model: makes a fresh sequential object with methods of the same names. A plain class; or the class under test
            itself, which then only has to agree with what it does when one thread uses it.
        operations: the names of the methods to call (or attributes to read), each with what to draw its arguments
            from: for each argument a hypothesis strategy, or a list of values. ``{"deposit": [st.integers(1, 3)],
            "withdraw": [[1, 2, 3]], "balance": []}``. Without arguments the names alone will do.
        threads: how many threads a program has at most.
        length: how many operations each of them does at most.
        examples: how many programs are drawn at most.
        seed: of the programs and of the exploration; the same seed gives the same result.
        max_schedules: the budget of one program.
        name: what a report calls the object under test.
        options: further options of ``explore``: strategy, preemptions, instrument, time_limit, max_steps, hint,
            promise.

    Returns:
        A :class:`Linearizability`; ``linearizable(...).raise_if_failed()`` is a whole test.

    Raises:
        UserError: wrong arguments, or a program that is not deterministic or does what no schedule can control.
    """
    if current() is not None:
        raise UserError("linearizable explores on its own: call it in a plain test, not inside of a scenario")
    if threads < 1 or length < 1 or examples < 1 or threads * length > MOST_OPERATIONS:
        raise UserError(
            f"threads={threads}, length={length}, examples={examples}: at least 1 each, and at most "
            f"{MOST_OPERATIONS} operations in a program. Two threads of three operations find most bugs"
        )
    reserved = sorted({"args", "kwargs", "stop", "time", "races", "replay_command"} & options.keys())
    if reserved:
        raise UserError(f"{reserved[0]}= is not for linearizable to pass on: it runs programs of its own making")
    drawn = programs_of(operations, model, threads, length)
    title = name or str(getattr(make, "__name__", type(make).__name__))
    if title == "<lambda>":
        title = "object"
    trial = _Trial(make, model, title, {**options, "seed": seed, "max_schedules": max_schedules})
    failing = _smallest(trial, drawn, examples, seed)
    return trial.result(failing)


class _Trial:
    """Explores programs and remembers what they showed."""

    def __init__(self, make: Callable[[], Any], model: Callable[[], Any], title: str, options: dict[str, Any]) -> None:
        self.make = make
        self.model = model
        self.title = title
        self.options = options
        self.explored: list[Exploration] = []  # programs that were explored to an end
        self.programs = 0
        self.kind = ""  # of the first failure: a smaller program must fail in the same way
        self._known: dict[str, list[tuple[Program, str]]] = {}

    def fails(self, program: Program) -> bool:
        """True when the program fails as the first failing one did."""
        kind = self._kind(program)
        self.kind = self.kind or kind
        return kind != "" and kind == self.kind

    def _kind(self, program: Program) -> str:
        """How a program fails, "" for not at all; the same one is explored once."""
        alike = self._known.setdefault(repr(program), [])  # 1, 1.0 and True are equal, but not the same
        for other, known in alike:
            if other == program:
                return known
        self.programs += 1
        kind = self._verdict(program)
        alike.append((program, kind))
        return kind

    def _verdict(self, program: Program) -> str:
        try:
            return self._tallied(self._explore(self._scenario(program, asking=True)))
        except Unexplained:
            pass
        # By what was seen, some schedule has a history without explanation. Where something that orders the operations
        # was not seen, no schedule may have it: what an object is blamed for must really have been run.
        try:
            found = self._explore(self._scenario(program, timed=True, asking=True), **ANY)
        except Unexplained:
            return NOT_LINEARIZABLE
        hidden = f"what orders the operations of {self.title} where {', '.join(program_text(program))}"
        return self._tallied(replace(found, complete=False, unseen=(*found.unseen, hidden)))

    def _tallied(self, found: Exploration) -> str:
        self.explored.append(found)
        failure = found.failure
        return f"{failure.kind} {type(failure.exception).__name__}" if failure else ""

    def _scenario(self, program: Program, *, timed: bool = False, asking: bool = False) -> Callable[[], None]:
        model = self.model
        # A class of the standard library is replaced by what stands for it, which can't block the process.
        start = (lambda: calls.function(model, _MODEL)()) if isinstance(model, type) else model
        machine = Machine(start, [call for thread in program for call in thread])
        return scenario_of(self.make, machine, program, timed=timed, asking=asking)

    def _explore(self, scenario: Callable[[], None], **options: Any) -> Exploration:
        options = {**self.options, **options}
        command = 'replay(found.scenario, "{token}")'
        return explore(scenario, name=self.title, races="off", replay_command=command, **options)

    def result(self, failing: Program) -> Linearizability:
        """The value of the whole."""
        outcomes = {found.outcome for found in self.explored}
        result = Linearizability(
            name=self.title,
            outcome=FAILED if failing else INCONCLUSIVE if INCONCLUSIVE in outcomes else PASSED,
            complete=not failing and all(found.complete for found in self.explored),
            programs=self.programs,
            schedules=sum(found.schedules for found in self.explored),
            unseen=tuple(dict.fromkeys(line for found in self.explored for line in found.unseen)),
        )
        return self._with_failure(result, failing) if failing else result

    def _with_failure(self, result: Linearizability, failing: Program) -> Linearizability:
        scenario, failure = self._shown(failing)
        if not isinstance(failure.exception, NotLinearizable):
            failure = replace(failure, why=(*failure.why, *(f"{line}." for line in program_text(failing))))
            return replace(result, failure=failure, program=failing, scenario=scenario)
        history = failure.exception.history
        return replace(result, failure=_classified(failure), program=failing, history=history, scenario=scenario)

    def _shown(self, failing: Program) -> tuple[Callable[[], None], Failure]:
        """The smallest failing schedule of a program, and the scenario of which it is one."""
        for timed in (True,) if self.kind == NOT_LINEARIZABLE else (False, True):
            scenario = self._scenario(failing, timed=timed)
            failure = self._explore(scenario, **ANY).failure
            if failure is not None:
                return scenario, failure
        raise InternalError(f"{self.title} failed once, and not again, where {', '.join(program_text(failing))}")


def _classified(failure: Failure) -> Failure:
    """The failure with the pattern that its program's own steps show: a call and a return are none of them."""
    steps = [replace(step, reads=True) if step.operation in MARKS else step for step in failure.steps]
    pattern = classify(failure.kind, steps)
    if pattern.bug_class in ("unclassified", ORDER, SEQUENTIAL):  # what these say is said by the histories
        return replace(failure, bug_class=NOT_LINEARIZABLE, why=(), conflict=())
    return replace(failure, bug_class=pattern.bug_class, why=pattern.why, conflict=pattern.conflict)


def _smallest(trial: _Trial, drawn: st.SearchStrategy[Program], examples: int, seed: int) -> Program:
    """A failing program from which no operation can be left out; an empty one where none was found."""
    failing: Program = ()
    with Asking(drawn, examples, seed) as asking:
        for parts in asking:
            program = tuple(part for part in parts if part)
            fails = trial.fails(program)
            asking.answer(fails)
            if fails:
                failing = program
                if trial.kind.startswith((LIVELOCK, ENDLESS_LOOP)):
                    return failing  # each smaller one would take as long
    return _without_needless(trial, failing) if failing else failing


def _without_needless(trial: _Trial, program: Program) -> Program:
    """Leave out whole threads, then single operations, for as long as it still fails in the same way."""
    for at in range(len(program)):
        fewer = (*program[:at], *program[at + 1 :])
        if fewer and trial.fails(fewer):
            return _without_needless(trial, fewer)
    for at, thread in enumerate(program):
        for number in range(len(thread)):
            part = (*thread[:number], *thread[number + 1 :])
            fewer = tuple(part for part in (*program[:at], part, *program[at + 1 :]) if part)
            if fewer and trial.fails(fewer):
                return _without_needless(trial, fewer)
    return program
