"""Start one thread a callable, and wait for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sync_tools.seams.world import current

RAISED_IN = "_sl_raised_in"  # on an exception: identity of the thread that it comes from


def run_together(*calls: Callable[[], Any] | tuple[Any, ...]) -> list[Any]:
    """Run callables side by side, one thread each, in either world or outside of both.

    Args:
        calls: functions without arguments, or tuples ``(function, argument, ...)``.

    Returns:
        What they returned, in the order of the calls.

    Raises:
        BaseException: the first error, in the order of the calls, once all threads have ended.
    """
    world = current()
    results: list[Any] = [None] * len(calls)
    errors: list[BaseException | None] = [None] * len(calls)

    def work(index: int, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            results[index] = function(*args)
        except Exception as error:
            errors[index] = error
            if world is not None:  # it is raised again in another thread, and a report says where it came from
                error.__dict__[RAISED_IN] = world.ident()

    threads = []
    for index, call in enumerate(calls):
        function, *args = call if isinstance(call, tuple) else (call,)
        if world is not None:
            world.meet(function)
        threads.append(threading.Thread(target=work, args=(index, function, tuple(args)), name=f"worker-{index + 1}"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        if error is not None:
            raise error
    return results
