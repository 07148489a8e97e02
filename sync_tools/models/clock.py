"""``time`` and ``random`` in a scenario: a virtual clock (explored) and one seeded generator a thread."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from sync_tools.seams.world import current

EPOCH = 1_700_000_000.0  # what time.time() shows at virtual time 0


def _clock(real: Callable[[], Any], offset: float, nanoseconds: bool) -> Callable[[], Any]:
    def read() -> Any:
        world = current()
        if world is None or world.name != "explored":
            return real()
        now = world.now() + offset
        return int(now * 1_000_000_000) if nanoseconds else now

    read.__name__ = real.__name__
    return read


def _sleep(real: Callable[[float], None]) -> Callable[[float], None]:
    def sleep(seconds: float, /) -> None:
        world = current()
        if world is None:
            real(seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        world.sleep(seconds)

    return sleep


def _drawn(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def draw(*args: Any, **kwargs: Any) -> Any:
        world = current()
        if world is None:
            return real(*args, **kwargs)
        return getattr(world.generator(), name)(*args, **kwargs)

    draw.__name__ = name
    return draw


real_sleep = time.sleep
CLOCKS: dict[str, tuple[Any, Any]] = {
    name: (
        getattr(time, name),
        _clock(getattr(time, name), EPOCH if name.startswith("time") else 0.0, name.endswith("_ns")),
    )
    for name in ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")
}
CLOCKS["sleep"] = (real_sleep, _sleep(real_sleep))

DRAWS: dict[str, tuple[Any, Any]] = {
    name: (getattr(random, name), _drawn(name, getattr(random, name)))
    for name in (
        "random", "uniform", "triangular", "randint", "choice", "randrange", "sample", "shuffle", "choices",
        "normalvariate", "lognormvariate", "expovariate", "vonmisesvariate", "gammavariate", "gauss", "betavariate",
        "paretovariate", "weibullvariate", "getrandbits", "randbytes", "seed", "getstate", "setstate",
    )
}  # fmt: skip


class SeededRandom(random.Random):
    """``random.Random()``: without a seed it takes the world's, so that a schedule can be run again."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__new__(cls)

    def __init__(self, x: Any = None) -> None:
        world = current()
        if x is None and world is not None:
            x = world.generator().getrandbits(64)
        super().__init__(x)
