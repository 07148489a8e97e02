"""Errors, in three classes that are never mixed up.

* :class:`UserError`: the caller's mistake; the message says what, where and what to do next.
* :class:`ScenarioFailed` / :class:`ScenarioInconclusive`: a finding about the program under test.
* :class:`InternalError`: a fault of the kit itself; it asks for a report.

:class:`Unwind` is none of these: it ends a virtual thread whose schedule is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync_tools.words.failure import Failure


class SyncLabError(Exception):
    """Base class of everything that the kit raises on purpose."""


class UserError(SyncLabError):
    """The caller's mistake: a wrong argument, an unknown lab, a broken file."""


class UnknownLab(UserError):
    """No lab has this name; the message lists the nearest names."""


class BrokenLab(UserError):
    """A lab's file cannot be loaded (a syntax error, an error at import); file and line are named."""


class BrokenRegistry(UserError):
    """``labs.toml`` is missing or says something that is not true."""


class TokenMismatch(UserError):
    """A schedule token that cannot be read, or that does not fit this program."""


class NotDeterministic(UserError):
    """The same schedule, run twice, did different things; the first difference is named."""


class Uncontrolled(UserError):
    """Code under test did something that no scheduler can control: a real thread, socket or process."""


class InternalError(SyncLabError):
    """A fault of the kit. Please report it together with the program that showed it."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"[internal bug] {message}. This is a fault of synclab, not of your program: please report it."
        )


class ScenarioFailed(AssertionError):
    """A schedule breaks the scenario. ``failure`` says which and why.

    It is an ``AssertionError`` so that every test runner counts it as a failed test and not as an error.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure

    def __str__(self) -> str:
        # Drawn when it is asked for: hypothesis raises hundreds of these and shows the last one.
        return self.failure.report()


class ScenarioEndless(BaseException):
    """Raised in place of :class:`ScenarioFailed` when hypothesis has drawn data for a program that does not end.

    Each example of such a program is slow, and hypothesis would try hundreds to find a smaller one. It stops at once at
    an exception that is no ``Exception``; a test runner counts a failed test all the same.
    """

    def __init__(self, failure: Failure, drawn: str) -> None:
        super().__init__(failure.report())
        self.failure = failure
        self.__notes__ = [drawn]


FINDINGS = (ScenarioFailed, ScenarioEndless)  # both have a `failure`


class ScenarioInconclusive(AssertionError):
    """The budget of schedules ended before the space did: neither passed nor failed."""


class Unwind(BaseException):
    """Thrown into a virtual thread whose schedule is over, so that it leaves the user's code.

    Never caught by user code on purpose; rewritten broad handlers let it through.
    """
