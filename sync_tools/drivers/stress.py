"""Run a scenario again and again on OS threads, with seeded noise."""

from __future__ import annotations

import gc
import io
import sys
import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sync_tools.detectors.patterns import classify
from sync_tools.drivers.autopsy import native_autopsy
from sync_tools.drivers.building import described
from sync_tools.drivers.exploration import FAILED, PASSED, Exploration
from sync_tools.drivers.runner import fresh_arguments
from sync_tools.drivers.together import RAISED_IN
from sync_tools.instrument.loader import LabModule
from sync_tools.instrument.swap import swapped
from sync_tools.words import failure as kinds
from sync_tools.words.errors import Uncontrolled, UserError
from sync_tools.words.failure import Failure
from sync_tools.words.sites import site
from sync_tools.words.telling import Telling
from sync_tools.worlds.native import NativeWorld
from sync_tools.worlds.patch import installed

ROUNDS = 200
TINY_INTERVAL = 1e-6  # seconds between two forced thread switches of the interpreter


def stress(
    scenario: Callable[..., Any],
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
    instrument: Iterable[str] = (),
    name: str | None = None,
    hint: str = "",
    promise: str = "",
    progress: Callable[[int], None] | None = None,
) -> Exploration:
    """Run a scenario on OS threads until it fails, or `rounds` times.

    All threads begin at once, the interpreter switches as often as it can, and seeded noise stands between each load
    and store of shared state. Passing proves nothing: it only did not fail.

    Args:
        scenario, args, kwargs, instrument, name, hint, promise: as for ``explore``.
        rounds: how often at the most.
        seed: of the noise.
        progress: called after each round with its number.

    Returns:
        An :class:`Exploration` with ``world="native"``; ``schedules`` counts rounds and ``complete`` is never true.

    Raises:
        UserError: wrong arguments, a lab that cannot be loaded, or a thread that does not come back from a real call.
    """
    if rounds < 1:
        raise UserError(f"rounds={rounds}: at least one is needed")
    keyword = dict(kwargs or {})
    for value in (*args, *keyword.values()):
        if isinstance(value, LabModule):
            value.check()
    title = name or str(getattr(scenario, "__name__", "scenario"))
    telling = Telling(title, hint=hint, promise=promise)
    began = clock.perf_counter()
    interval = sys.getswitchinterval()
    failure = None
    done = 0
    with installed(), swapped(scenario, instrument) as unseen:
        sys.setswitchinterval(TINY_INTERVAL)
        gc.collect()
        try:
            while done < rounds and failure is None:
                done += 1
                failure = _round(scenario, args, keyword, f"{seed}/{done}", telling, done)
                if progress is not None:
                    progress(done)
        finally:
            sys.setswitchinterval(interval)
    return Exploration(
        scenario=title,
        outcome=FAILED if failure else PASSED,
        complete=False,
        schedules=done,
        failing=1 if failure else 0,
        seconds=clock.perf_counter() - began,
        unseen=tuple(unseen),
        failure=failure,
        world="native",
    )


def _round(
    scenario: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    seed: str,
    telling: Telling,
    number: int,
) -> Failure | None:
    world = NativeWorld(seed, native_autopsy)

    def body() -> None:
        positional, keyword = fresh_arguments(args, kwargs)
        scenario(*positional, **keyword)

    output = io.StringIO()
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = output
    try:
        stuck = world.run(body)
    finally:
        sys.stdout, sys.stderr = streams
    if stuck is not None:
        raise Uncontrolled(f"{telling.name}: {stuck}. The scenario must not wait for anything outside of itself.")
    for _, error in world.errors:
        if isinstance(error, UserError):
            raise error
    return _failure(world, telling, number, output.getvalue())


def _failure(world: NativeWorld, telling: Telling, number: int, output: str) -> Failure | None:
    message, text, waiters, failing, error = "", "", (), None, None
    if world.errors:
        thread, error = world.errors[0]
        failing = error.__dict__.get(RAISED_IN, 1000 + thread.tid) - 1000
        kind, message, text = described(error)
    elif world.stopped == "quiescent":
        kind, message, waiters = world.finding
    elif world.stopped:
        kind = kinds.ENDLESS_LOOP if world.stopped == "endless-loop" else kinds.LIVELOCK
        place = site(world.stopped_site)
        message = f"no end in sight at {place.short()}: {place.source}"
    else:
        return None
    pattern = classify(kind, (), waiters)  # there are no steps: only the kind can tell
    failure = Failure(
        scenario=telling.name,
        kind=kind,
        bug_class=pattern.bug_class,
        message=message,
        schedule="",
        threads=tuple(str(thread.face.name) for thread in world.threads),
        found_on=number,
        waiters=waiters,
        failing_thread=failing,
        why=pattern.why,
        output=output,
        traceback=text,
        world="native",
        exception=error,
    )
    return telling.of(failure)
