"""How a single schedule has ended, and the failure that it showed."""

from __future__ import annotations

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.racing import build_race_failure, racing_pairs
from sync_tools.drivers.runner import Run, Runner
from sync_tools.drivers.shrink import departures_of
from sync_tools.kernel.turns import PRUNED
from sync_tools.words.failure import Failure
from sync_tools.words.position import FAILED, PASSED, TOO_LONG
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling


def outcome_of(run: Run, races: str) -> str:
    """ "passed", "failed" or "too long"; "" for a schedule that was not run to its end.

    Args:
        run: the schedule, run with details.
        races: "fail" where a data race is a failure.
    """
    if run.failed:
        return FAILED
    if run.world.stopped == PRUNED:
        return ""
    if races == "fail" and racing_pairs(run):
        return FAILED
    return TOO_LONG if run.world.unfair else PASSED


def token_of(run: Run, tokens: tuple[str, str]) -> str:
    """The token of a schedule that was run with details; `tokens` are the digests of scenario and program."""
    return str(Token(*tokens, departures_of(run)))


def failure_of(runner: Runner, run: Run, telling: Telling, tokens: tuple[str, str]) -> Failure:
    """What broke in a schedule whose outcome is "failed"."""
    token = token_of(run, tokens)
    if run.failed:
        return runner.stamped(build_failure(run, telling, token=token))
    return runner.stamped(build_race_failure(run, racing_pairs(run)[0], telling, token=token))
