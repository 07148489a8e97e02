"""Layer 3: the instrumented, drop-in primitives and the record they keep."""

from sync_tools.primitives.barrier import Barrier
from sync_tools.primitives.condition import Condition
from sync_tools.primitives.event import Event
from sync_tools.primitives.lock import Lock, RLock
from sync_tools.primitives.log import AcquisitionLog, recording
from sync_tools.primitives.program import disable, enable, enable_from_environment
from sync_tools.primitives.record import Record
from sync_tools.primitives.semaphore import BoundedSemaphore, Semaphore

__all__ = [
    "AcquisitionLog",
    "Barrier",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "RLock",
    "Record",
    "Semaphore",
    "disable",
    "enable",
    "recording",
]

enable_from_environment()
