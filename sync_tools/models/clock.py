"""``time``, ``datetime`` and ``random`` in a scenario: a virtual clock (explored), a seeded generator a thread."""

from __future__ import annotations

import datetime
import random
import time
from collections.abc import Callable
from typing import Any

from sync_tools.seams.world import current
from sync_tools.words.errors import Uncontrolled

EPOCH = 1_700_000_000.0  # what time.time() shows at virtual time 0


def _explored() -> Any:
    """The calling thread's explored world; None where the real clocks are right."""
    world = current()
    return world if world is not None and world.name == "explored" else None


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1_000_000_000)


def _clock(real: Callable[[], Any], offset: float, nanoseconds: bool) -> Callable[[], Any]:
    def read() -> Any:
        world = _explored()
        if world is None:
            return real()
        now = world.now()
        return _nanoseconds(now) + _nanoseconds(offset) if nanoseconds else now + offset

    read.__name__ = real.__name__
    return read


# ---- other faces of the same clock -----------------------------------------------------------------------------------


def _cpu_time(real: Callable[[], Any]) -> Callable[[], Any]:
    def read() -> Any:
        world = _explored()
        if world is None:
            return real()
        world.fault = Uncontrolled(
            f"time.{real.__name__}: processor time was asked for, which no schedule can control. "
            "Ask for time.monotonic() or time.perf_counter(): they are virtual here."
        )
        raise world.fault

    read.__name__ = real.__name__
    return read


_OFFSETS = {
    getattr(time, name, None): offset
    for offset, names in (
        (EPOCH, ("CLOCK_REALTIME", "CLOCK_TAI")),
        (0.0, ("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW", "CLOCK_HIGHRES")),
    )
    for name in names
}


def _clock_by_number(real: Callable[[int], Any], nanoseconds: bool) -> Callable[[int], Any]:
    own = _cpu_time(real)  # type: ignore[arg-type]

    def read(clk_id: int, /) -> Any:
        world = _explored()
        if world is None:
            return real(clk_id)
        if clk_id not in _OFFSETS:
            return own()
        now, offset = world.now(), _OFFSETS[clk_id]
        return _nanoseconds(now) + _nanoseconds(offset) if nanoseconds else now + offset

    read.__name__ = real.__name__
    return read


def _date(real: Callable[..., Any]) -> Callable[..., Any]:
    """``localtime``, ``gmtime`` and ``ctime``: of now, unless they are given a time."""

    def read(seconds: float | None = None, /) -> Any:
        world = _explored()
        return real(seconds) if world is None or seconds is not None else real(EPOCH + world.now())

    read.__name__ = real.__name__
    return read


def _text(real: Callable[..., Any]) -> Callable[..., Any]:
    """``asctime`` and ``strftime``: of now, unless their last argument is a time."""
    first = 1 if real.__name__ == "strftime" else 0

    def write(*args: Any) -> Any:
        world = _explored()
        if world is None or len(args) != first:
            return real(*args)
        return real(*args, real_localtime(EPOCH + world.now()))

    write.__name__ = real.__name__
    return write


def _now(tz: datetime.tzinfo | None = None) -> datetime.datetime:
    world = _explored()
    if world is None:
        return datetime.datetime.now(tz)
    return datetime.datetime.fromtimestamp(EPOCH + world.now(), tz)


def _utcnow() -> datetime.datetime:
    return _now(datetime.timezone.utc).replace(tzinfo=None)


def _today() -> datetime.date:
    return _now().date()


# C types cannot be patched: rewritten code is led to these at the place of the call.
DATES: dict[Any, Any] = {
    datetime.datetime.now: _now,
    datetime.datetime.today: lambda: _now(),
    datetime.datetime.utcnow: _utcnow,
    datetime.date.today: _today,
}


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
real_localtime = time.localtime
for _names, _made in (
    (("process_time", "process_time_ns", "thread_time", "thread_time_ns"), _cpu_time),
    (("clock_gettime",), lambda real: _clock_by_number(real, False)),
    (("clock_gettime_ns",), lambda real: _clock_by_number(real, True)),
    (("localtime", "gmtime", "ctime"), _date),
    (("asctime", "strftime"), _text),
):
    for _name in _names:
        if hasattr(time, _name):  # not every platform has them all
            CLOCKS[_name] = (getattr(time, _name), _made(getattr(time, _name)))

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
