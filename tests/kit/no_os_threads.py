"""Explorations in which no OS thread may be started: every thread of a scenario has to be the kit's own."""

import _thread
import threading
from contextlib import contextmanager

from sync_tools import explore

STARTERS = [
    (module, name)
    for module in (_thread, threading)
    for name in (
        "start_new_thread",
        "start_new",
        "start_joinable_thread",
        "_start_new_thread",
        "_start_joinable_thread",
    )
    if hasattr(module, name)
]


@contextmanager
def os_threads():
    """Counts the OS threads that are started through any of the names that the standard library has for it."""
    started = []
    kept = [(module, name, getattr(module, name)) for module, name in STARTERS]

    def counting(real):
        def start(*args, **kwargs):
            started.append(args)
            return real(*args, **kwargs)

        return start

    alive = _thread._count()
    for module, name, real in kept:
        setattr(module, name, counting(real))
    try:
        yield started
        started.extend([()] * max(0, _thread._count() - alive))
    finally:
        for module, name, real in kept:
            setattr(module, name, real)


def explored(scenario, *args):
    """All that a scenario can give, explored to the end and without a single OS thread."""
    with os_threads() as started:
        result = explore(scenario, args=args, stop="never", max_schedules=20_000)
    assert started == []
    assert result.outcome == "passed", result.failure and result.failure.report()
    assert result.complete, result.unseen
    return result


def fails(scenario, *args):
    """The kind of the first failure, and no OS thread on the way."""
    with os_threads() as started:
        result = explore(scenario, args=args)
    assert started == []
    assert result.outcome == "failed"
    return result.failure.kind
