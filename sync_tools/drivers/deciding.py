"""Which operations decide something: those that take part in a race in some schedule of a scenario.

A race is what the search reverses: two dependent operations of two threads, either of which could come first. An
operation that is in no race, in no schedule, commutes with all that others can do before it. So where a thread stands
before such a one nothing is lost by doing it at once: the thread alone is a persistent set (Godefroid,
"Partial-order methods for the verification of concurrent systems", 1996), and every end can still be reached.
"""

from __future__ import annotations

from typing import Any

from sync_tools.drivers.autopsy import op_site
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.runner import Runner
from sync_tools.kernel.turns import ENDLESS
from sync_tools.strategies.dpor import Dpor
from sync_tools.words.operations import Op

SCHEDULES = 2_000  # in which all must have been seen
OPERATIONS = 100_000  # over all of them: few long schedules take as long as many short ones

# What is the same about an operation in every schedule that does it. Objects and numbers of threads are not.
Place = tuple[bool, str, str, int, str, str]


def place_of(op: Op) -> Place:
    """Where an operation stands: whether the scenario's own thread does it, its kind, the source, and the variable."""
    site = op_site(op)
    name = op.name if type(op.name) is str else ""
    return (op.tid == 0, op.kind, site.file, site.line, site.function, name)


class Racing(Dpor):
    """The search through all classes, which remembers what raced. Its schedules are run with details.

    Attributes:
        found: where the operations stand that decide something.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: set[Place] = set()
        self._view: Any = None

    def end(self, view: Any) -> None:
        """See :class:`Dpor`."""
        # Details are noted where somebody is asked who goes on, and nobody is asked up to where schedules are the same.
        for op, did in zip(view.trace[: len(self.plan)], self.did, strict=False):
            if op.site is None:
                op.site = did[1]
        self._view = view
        super().end(view)
        self._view = None
        self._note_errors(view)

    def _reverse(self, first: int, second: int, length: int) -> None:
        # The schedule that shows it the other way round would name the other one; both are noted as soon as it is met.
        self.found.add(place_of(self._op(first)))
        self.found.add(place_of(self._op(second)))
        super()._reverse(first, second, length)

    def _op(self, at: int) -> Op:
        trace = self._view.trace
        if at < len(self.path):
            return trace[at]  # type: ignore[no-any-return]
        return self._view.threads[self.history.tids[at]].pending  # type: ignore[no-any-return]

    def _note_errors(self, view: Any) -> None:
        """A schedule's failure is its first error: which of two comes first matters, though they may commute."""
        # A thread runs on from an operation until it fails, so the last one before is what it failed after.
        ends = [steps - 1 for _, _, steps in view.errors if 0 < steps <= len(self.history)]
        before = self.history.before
        for number, later in enumerate(ends):
            for earlier in ends[:number]:
                if not before[later] >> earlier & 1:
                    self.found |= {place_of(view.trace[earlier]), place_of(view.trace[later])}


def deciding(runner: Runner, schedules: int = SCHEDULES, operations: int = OPERATIONS) -> frozenset[Place] | None:
    """Explore a scenario for where the operations stand that decide something.

    Args:
        runner: runs its schedules.
        schedules, operations: how much of that is run at most.

    Returns:
        The places; None where not all schedules could be seen, so that nobody knows.

    Raises:
        UserError: the scenario is not deterministic, or does what no schedule can control.
    """
    if runner.time != "any":
        return None  # the search relies on delays that may be of any length
    search = Racing()
    left = operations
    with signals_belong_to(runner), runner.open():
        for _ in range(schedules):
            if not search.begin():
                return frozenset(search.found)
            run = runner.run(search, detail=True)
            search.end(run.world)
            left -= len(run.world.trace)
            # What a schedule that was cut short would have done is unknown.
            cut = run.world.unfair or run.world.stopped == ENDLESS
            run.world.forget()
            if cut or runner.unseen or left < 0:
                return None
        return None if search.begin() else frozenset(search.found)
