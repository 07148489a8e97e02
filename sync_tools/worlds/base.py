"""What the two worlds share: stand-ins for objects made outside, numbers, generators, the faces of their threads."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from sync_tools.models import barriers, conditions, locks, queues, threads
from sync_tools.models.threads import ThreadState
from sync_tools.seams.real import LockType, RLockType
from sync_tools.worlds.naming import variable_of

REAL_TYPES: frozenset[type] = frozenset(
    {
        LockType,
        RLockType,
        conditions.RealCondition,
        conditions.RealEvent,
        conditions.RealSemaphore,
        conditions.RealBoundedSemaphore,
        barriers.RealBarrier,
        queues.RealSimpleQueue,
        queues.RealQueue,
        queues.RealLifoQueue,
        queues.RealPriorityQueue,
        threads.RealLocal,
    }
)


class Twins:
    """Stand-ins for real synchronization objects that were made before the scenario, afresh in every schedule.

    Attributes:
        detail: False where no report will be made, so that nothing needs a name.
    """

    detail: bool = True

    def __init__(self) -> None:
        self._twins: dict[int, tuple[Any, Any]] = {}  # id -> (real, kept so that its id stays its own; stand-in)

    def twin(self, real: Any) -> Any:
        """The stand-in of `real`; anything that is not a real synchronization object is its own."""
        return self.stand_in(real, self._make) if type(real) in REAL_TYPES else real

    def stand_in(self, real: Any, make: Callable[[Any], Any]) -> Any:
        """What stands for `real` in this world; made on the first call."""
        found = self._twins.get(id(real))
        if found is None:
            found = (real, make(real))
            self._twins[id(real)] = found
            if self.detail and getattr(found[1], "_sl_name", "") is None:
                name = variable_of(real)
                found[1]._sl_name = None if name is None else self.unique(name)
        return found[1]

    def unique(self, name: str) -> str:
        """`name`, with a number behind it when another object of this schedule has it already."""
        raise NotImplementedError

    def _make(self, real: Any) -> Any:
        kind = type(real)
        if kind is LockType:
            lock = locks.Lock()
            if real.locked():
                lock.owner = locks.OUTSIDE
            return lock
        if kind is RLockType:
            return locks.RLock()
        if kind is conditions.RealCondition:
            return conditions.Condition(self.twin(real._lock))
        if kind is conditions.RealEvent:
            event = conditions.Event()
            event.flag = real._flag
            return event
        if kind is conditions.RealSemaphore:
            return conditions.Semaphore(real._value)
        if kind is conditions.RealBoundedSemaphore:
            bounded = conditions.BoundedSemaphore(real._initial_value)
            bounded._value = real._value
            return bounded
        if kind is barriers.RealBarrier:
            return barriers.Barrier(real._parties, real._action, real._timeout)
        if kind is threads.RealLocal:
            local = threads.Local()
            local.__dict__.update(real.__dict__)
            return local
        if kind is queues.RealSimpleQueue:
            items = []
            while not real.empty():
                items.append(real.get_nowait())
            for item in items:
                real.put(item)
            simple = queues.SimpleQueue()
            simple._inside.queue = deque(items)
            return simple
        made: Any = {
            queues.RealQueue: queues.Queue,
            queues.RealLifoQueue: queues.LifoQueue,
            queues.RealPriorityQueue: queues.PriorityQueue,
        }[kind](real.maxsize)
        made.queue = type(real.queue)(real.queue)
        made.unfinished_tasks = real.unfinished_tasks
        return made


class Faces(Twins):
    """Numbers and threads of one schedule.

    Attributes:
        pools: the program has made an executor, so that the exit matters.
        exiting: no thread is left but daemons and executors' workers. Invariant: never goes back.
    """

    pools = False
    exiting = False

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self._threads_made = 0
        self._names: dict[str, int] = {}
        self._views: dict[int, tuple[Any, Any]] = {}
        self.names: dict[int, str] = {}  # id of a container -> the variable it was read from, for reports
        self._resumers: dict[int, tuple[Any, int]] = {}  # generator -> itself, and the first thread that resumed it
        self.running_generators: set[int] = set()  # ids of those that a thread has resumed
        self._generators: dict[int, random.Random] = {}

    def release(self) -> None:
        """Let go of the objects that stand for others."""
        self._twins.clear()
        self._views.clear()
        self._resumers.clear()
        self.running_generators.clear()
        self._generators.clear()

    def next_thread_number(self) -> int:
        """Threads without a name are numbered afresh in every schedule."""
        self._threads_made += 1
        return self._threads_made

    def unique(self, name: str) -> str:
        """`name`, with a number behind it when another object of this schedule has it already."""
        seen = self._names[name] = self._names.get(name, 0) + 1
        return name if seen == 1 else f"{name}#{seen}"

    def keep_view(self, view: Any, target: Any) -> None:
        """Remember which dict a view shows."""
        self._views[id(view)] = (view, target)

    def viewed(self, view: Any) -> Any:
        """The dict behind a view; the view itself when it is not known."""
        kept = self._views.get(id(view))
        return view if kept is None else kept[1]

    def meet(self, callback: Any) -> None:
        """See :class:`sync_tools.seams.world.World`."""

    def shares(self, generator: Any) -> bool:
        """True when another thread went through a generator before the calling one."""
        ident = self.ident()
        return bool(self._resumers.setdefault(id(generator), (generator, ident))[1] != ident)

    def ident(self) -> int:
        """See :class:`sync_tools.seams.world.World`."""
        raise NotImplementedError

    def generator(self) -> random.Random:
        """The calling thread's random generator: shared, every draw would depend on every other."""
        ident = self.ident()
        generator = self._generators.get(ident)
        if generator is None:
            # A real Random, whatever stands under the random module now; a string seed does not depend on hashing.
            generator = self._generators[ident] = random.SystemRandom.__mro__[1](f"{self.seed}/{ident}")
        return generator

    def main_face(self) -> Any:
        """The ``threading.Thread`` that stands for the scenario's own thread."""
        face = object.__new__(threading.Thread)
        face.__dict__.update(_name="MainThread", _target=None, _args=(), _kwargs={}, _initialized=True, _daemonic=False)
        state = ThreadState(self, daemon=False)
        state.status = "started"
        face.__dict__["_sl_state"] = state
        return face

    def adopt(self, thread: Any) -> ThreadState:
        """Take in a ``Thread`` object that was made before the scenario and is started in it."""
        state = ThreadState(self, bool(thread.__dict__.get("_daemonic")))
        thread.__dict__["_sl_state"] = state
        return state
