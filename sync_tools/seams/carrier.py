"""The carrier of virtual threads: greenlet.

greenlet was chosen because a switch costs well under a microsecond, it is maintained, has wheels for every supported
Python on Linux, macOS and Windows, and gives each greenlet its own ``contextvars`` context, as threads have.
Nothing else in the kit imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet

from sync_tools.words.errors import Unwind

# A bare ``except:`` in a loop can swallow the unwinding for ever; after this many tries the thread is let go.
UNWIND_TRIES = 5


def hub() -> Any:
    """The carrier of the caller, to which finished threads return."""
    return getcurrent()


def make(body: Callable[[], None], parent: Any) -> Any:
    """A carrier that runs `body` on the first ``switch()`` and returns to `parent` when it ends."""
    return greenlet(body, parent)


def unwind(carrier: Any, parent: Any) -> bool:
    """Make a suspended carrier leave the user's code.

    Returns:
        False when the code swallowed the unwinding and the carrier had to be given up.
    """
    for _ in range(UNWIND_TRIES):
        if carrier.dead or not carrier:
            return True
        carrier.parent = parent
        carrier.throw(Unwind)
    return bool(carrier.dead)
