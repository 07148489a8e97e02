"""synclab: a lab kit for race conditions and synchronization.

A wrong program fails every time, a right program passes every time, and the failure explains itself.
The names below are the public surface; everything else is private.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sync_tools.drivers.decorators import explored as explored
    from sync_tools.drivers.decorators import stressed as stressed
    from sync_tools.drivers.drawn import Schedule as Schedule
    from sync_tools.drivers.drawn import schedules as schedules
    from sync_tools.drivers.exploration import Exploration as Exploration
    from sync_tools.drivers.explore import explore as explore
    from sync_tools.drivers.linearizable import Linearizability as Linearizability
    from sync_tools.drivers.linearizable import linearizable as linearizable
    from sync_tools.drivers.replay import replay as replay
    from sync_tools.drivers.stress import stress as stress
    from sync_tools.drivers.together import run_together as run_together
    from sync_tools.presentation.progress import progress_bar as progress_bar
    from sync_tools.primitives import AcquisitionLog as AcquisitionLog
    from sync_tools.primitives import Barrier as Barrier
    from sync_tools.primitives import BoundedSemaphore as BoundedSemaphore
    from sync_tools.primitives import Condition as Condition
    from sync_tools.primitives import Event as Event
    from sync_tools.primitives import Lock as Lock
    from sync_tools.primitives import RLock as RLock
    from sync_tools.primitives import Semaphore as Semaphore
    from sync_tools.primitives import disable as disable
    from sync_tools.primitives import enable as enable
    from sync_tools.primitives import recording as recording
    from sync_tools.words.failure import Failure as Failure
    from sync_tools.words.failure import Race as Race

# Where each public name lives. They are imported on first use, so that `import sync_tools` stays quick.
_HOMES = {
    **dict.fromkeys(
        (
            "Lock",
            "RLock",
            "Condition",
            "Event",
            "Semaphore",
            "BoundedSemaphore",
            "Barrier",
            "recording",
            "enable",
            "disable",
            "AcquisitionLog",
        ),
        "sync_tools.primitives",
    ),
    "explore": "sync_tools.drivers.explore",
    "linearizable": "sync_tools.drivers.linearizable",
    "Linearizability": "sync_tools.drivers.linearizable",
    "Exploration": "sync_tools.drivers.exploration",
    "stress": "sync_tools.drivers.stress",
    "replay": "sync_tools.drivers.replay",
    "progress_bar": "sync_tools.presentation.progress",
    "run_together": "sync_tools.drivers.together",
    "explored": "sync_tools.drivers.decorators",
    "stressed": "sync_tools.drivers.decorators",
    "Schedule": "sync_tools.drivers.drawn",
    "schedules": "sync_tools.drivers.drawn",
    "Failure": "sync_tools.words.failure",
    "Race": "sync_tools.words.failure",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sync_tools' has no attribute {name!r}")
    if home != "sync_tools.primitives":
        for drawing in ("report", "outcomes"):  # so that failures and explorations know how to draw themselves
            import_module(f"sync_tools.presentation.{drawing}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
