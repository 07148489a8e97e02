"""The strategies by their names."""

from __future__ import annotations

from collections.abc import Callable

from sync_tools.strategies.auto import Auto
from sync_tools.strategies.base import Strategy
from sync_tools.strategies.dfs import Dfs
from sync_tools.strategies.dpor import Dpor
from sync_tools.strategies.pct import Pct
from sync_tools.strategies.pos import Pos
from sync_tools.strategies.sampling import RandomWalk
from sync_tools.strategies.surw import Surw
from sync_tools.words.errors import UserError

SAMPLERS: dict[str, Callable[[int], Strategy]] = {"random": RandomWalk, "pct": Pct, "pos": Pos, "surw": Surw}
SAMPLING = frozenset(SAMPLERS)
STRATEGIES = ("auto", "dpor", "dfs", *SAMPLERS)


def check(name: str, preemptions: int | None, time: str) -> None:
    """Refuse what cannot be.

    Raises:
        UserError: there is no such strategy, or it cannot be bounded, or not under that time.
    """
    if name not in STRATEGIES:
        raise UserError(f"unknown strategy {name!r}; there are {', '.join(STRATEGIES)}")
    if preemptions is not None and name not in ("dfs", "auto"):
        raise UserError(f"preemptions= goes with strategy='dfs': a bound cuts schedules that {name!r} counts on")
    if time == "exact" and name == "dpor":
        raise UserError("time='exact' makes everything depend on the clock, so no schedules are equivalent; use 'dfs'")


def strategy_for(name: str, preemptions: int | None, seed: int, time: str, stop: str) -> Strategy:
    """The strategy with that name.

    Raises:
        UserError: see :func:`check`.
    """
    check(name, preemptions, time)
    if name in SAMPLERS:
        return SAMPLERS[name](seed)
    if name == "dfs" or preemptions is not None or time == "exact":
        return Dfs(preemptions)
    if name == "auto" and stop == "first":
        return Auto(seed)
    return Dpor()
