"""Run one schedule again, from its token."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.racing import build_race_failure, racing_pairs
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import departures_of
from sync_tools.strategies.following import Departing
from sync_tools.words.errors import TokenMismatch
from sync_tools.words.failure import Failure
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling

# Options of an exploration that the same schedule depends on, so that it has to be run again with them.
MATTER = ("races", "time", "seed", "instrument")
# Those that the report speaks of.
TOLD = ("name", "replay_command", "look_command", "hint", "promise")


def replay(
    scenario: Callable[..., Any],
    token: str,
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    strict: bool = True,
    time: str = "any",
    seed: int = 0,
    instrument: Iterable[str] = (),
    races: str = "report",
    name: str | None = None,
    replay_command: str = "",
    look_command: str = "",
    hint: str = "",
    promise: str = "",
) -> Failure | None:
    """Run the schedule of a token.

    Args:
        scenario: as for ``explore``; of a test under ``@explored`` it is the test's function.
        args, kwargs, time, seed, instrument: as for ``explore``.
        token: from a report's Replay line.
        strict: the token must be of this scenario and this program, and fit step by step. Otherwise it is followed as
            far as it goes.
        races: "fail" where a data race is a failure, as for ``explore``.
        name, replay_command, look_command, hint, promise: for the report, as for ``explore``.

    Returns:
        The failure, or None when the schedule no longer fails.

    Raises:
        TokenMismatch: it is no token, or (strict) one of another scenario or program; the first divergence is named.
    """
    parsed = Token.parse(token)
    scenario = _undecorated(scenario)
    runner = Runner(scenario, args, kwargs, time=time, seed=seed, instrument=instrument)
    own = tokens_of(runner)
    title = name or str(getattr(scenario, "__name__", "scenario"))
    if strict and parsed.scenario != own[0]:
        raise TokenMismatch(f"the token {token} belongs to another scenario than {title}")
    if strict and parsed.program != own[1]:
        raise TokenMismatch(
            f"the token {token} was made with another version of the program: it has changed since. "
            "Run the tests again for a new token, or follow it as far as it goes with strict=False."
        )
    follow = Departing(parsed.departures, strict)
    with signals_belong_to(runner), runner.open():
        run = runner.run(follow, detail=True, replaying=True)
        follow.end(run.world)
    pairs = racing_pairs(run) if races == "fail" and not run.failed else []
    if not run.failed and not pairs:
        return None
    shown = str(Token(*own, departures_of(run)))
    telling = Telling(title, replay_command, look_command, hint, promise)
    if pairs:
        found = build_race_failure(run, pairs[0], telling, token=shown)
    else:
        found = build_failure(run, telling, token=shown)
    return runner.stamped(found)


def _undecorated(scenario: Any) -> Any:
    """The scenario of a test under ``@explored``, also where that stands under ``@given``."""
    scenario = getattr(getattr(scenario, "hypothesis", None), "inner_test", scenario)
    return getattr(scenario, "scenario", scenario)
