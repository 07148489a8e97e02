"""A model of ``concurrent.futures.ThreadPoolExecutor``.

The real one counts idle workers and keeps module-level locks and exit hooks; all of that would differ from schedule to
schedule and from version to version.

Where a program does not shut an executor down, the interpreter does at its exit: it lets the workers finish what was
submitted, and ends those that idle. A scenario's exit is the end of its last thread that is neither a daemon nor a
worker; from then on nothing more can be submitted.
"""

from __future__ import annotations

import concurrent.futures as cf
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sync_tools.models.futures import Future
from sync_tools.models.queues import Queue
from sync_tools.models.threads import join_when_started, state_of
from sync_tools.models.tickets import inside
from sync_tools.seams.world import current
from sync_tools.words.errors import Unwind
from sync_tools.words.operations import EXIT

RealExecutor = cf.ThreadPoolExecutor
_real = {name: RealExecutor.__dict__[name] for name in ("__init__", "submit", "shutdown")}

DEFAULT_WORKERS = 8  # the real default depends on the machine

Task = tuple[Any, Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def _has_work_or_is_shut(state: tuple[int, int]) -> bool:
    return state[0] > 0 or state[1] > 0


class Tasks(Queue):
    """What the workers of an executor take their work from.

    Attributes:
        shut: nothing comes any more, so whoever finds it empty ends.
    """

    shut = False

    def __init__(self) -> None:
        super().__init__()
        self._sl_name = "the pool's tasks"

    def _state(self) -> tuple[int, int]:
        return len(self.queue), int(self.shut)

    def put_as(self, act: Callable[[], Any], reads: tuple[Any, ...]) -> Any:
        """Do `act`, which puts a task, as one operation that also reads what is given."""
        return self._do("put", act, also=reads)

    def take(self) -> Task | None:
        """Wait for a task; None for a worker that has nothing more to do."""

        def act() -> Any:
            return self.queue.popleft() if self.queue else None

        task: Task | None = self._do("get", act, _has_work_or_is_shut)
        return task

    def close(self, act: Callable[[], Any]) -> Any:
        """Do `act`, after which nothing can be put."""
        return self._do("shutdown", act)

    def drained(self) -> list[Task]:
        """The effect of taking all tasks at once."""
        tasks = list(self.queue)
        self.queue.clear()
        return tasks


def awaits_work(op: Any) -> bool:
    """True for what a worker stands before that has done all its tasks: at the interpreter's exit it simply ends."""
    return op.kind == "get" and isinstance(op.target, Tasks)


class Pool:
    """What stands behind an executor in a world: one new worker a task, up to `most`.

    Attributes:
        threads: its workers. Invariant: each was started, or is about to be by the thread that submitted a task.
        broken: why nothing can be submitted any more: an initializer failed. "" while none has.
    """

    def __init__(
        self, most: int, prefix: str, initializer: Callable[..., object] | None, initargs: tuple[Any, ...]
    ) -> None:
        self.world = inside()
        self.world.pools = True
        self.most = most
        self.prefix = prefix or "ThreadPoolExecutor"
        self.initializer, self.initargs = initializer, initargs
        self.tasks = Tasks()
        self.threads: list[threading.Thread] = []
        self.broken = ""

    def submit(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """As ``Executor.submit``."""
        world, tasks = self.world, self.tasks
        world.meet(fn)
        future = Future()
        future._pool = self.threads

        def put() -> threading.Thread | None:
            # One step, as the real one holds its locks for it: nobody shuts the executor down in the middle.
            if self.broken:
                raise cf.thread.BrokenThreadPool(self.broken)
            if tasks.shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if world.exiting:
                raise RuntimeError("cannot schedule new futures after interpreter shutdown")
            tasks.queue.append((future, fn, args, kwargs))
            return self._new_worker() if len(self.threads) < self.most else None

        state = state_of(world.thread())
        helps = state is not None and (state.daemon or state.worker)
        # While another kind of thread submits, it has not ended, and so this is not the exit.
        thread = tasks.put_as(put, ((EXIT, "R"),) if helps else ())
        if thread is not None:
            thread.start()
        return future

    def _new_worker(self) -> threading.Thread:
        thread = threading.Thread(target=self._work, name=f"{self.prefix}_{len(self.threads)}")
        state = state_of(thread)
        assert state is not None
        state.worker = True
        self.threads.append(thread)
        return thread

    def _work(self) -> None:
        if self.initializer is not None:
            try:
                self.initializer(*self.initargs)
            except Unwind:
                raise
            except BaseException as error:
                self._break(error)
                return
        while True:
            task = self.tasks.take()
            if task is None:
                return
            future, fn, args, kwargs = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = fn(*args, **kwargs)
            except Unwind:
                raise
            except BaseException as error:  # a SystemExit too, as in the real one
                future.set_exception(error)
            else:
                future.set_result(result)

    def _break(self, error: BaseException) -> None:
        def act() -> list[Task]:
            self.broken = "a worker's initializer failed; the pool is not usable anymore"
            return self.tasks.drained()

        for future, *_ in self.tasks.close(act):
            future.set_exception(cf.thread.BrokenThreadPool(f"a worker's initializer failed: {error!r}"))

    def shutdown(self, wait: bool, cancel_futures: bool) -> None:
        """As ``Executor.shutdown``."""

        def act() -> list[Task]:
            self.tasks.shut = True
            return self.tasks.drained() if cancel_futures else []

        for future, *_ in self.tasks.close(act):
            future.cancel()
        if wait:
            for thread in self.threads:
                join_when_started(thread)


class ThreadPoolExecutor(cf.Executor):
    """A model of ``concurrent.futures.ThreadPoolExecutor``."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealExecutor(*args, **kwargs)
        return object.__new__(cls)

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        if max_workers is None:
            max_workers = DEFAULT_WORKERS
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._max_workers = max_workers
        self._sl_pool = Pool(max_workers, thread_name_prefix, initializer, initargs)
        self._threads = self._sl_pool.threads

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """As ``Executor.submit``."""
        return self._sl_pool.submit(fn, args, kwargs)

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, **kw: Any) -> Any:
        """As ``Executor.map``."""
        world = self._sl_pool.world
        end = None if timeout is None else world.peek() + timeout
        futures = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]

        def results() -> Iterator[Any]:
            for future in futures:
                yield future.result(None if end is None else end - world.peek())

        return results()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As ``Executor.shutdown``."""
        self._sl_pool.shutdown(wait, cancel_futures)


# ---- the real class, where a program has it from before the scenario: it made one then, or a subclass ----------------


def _pool_of(executor: Any) -> Pool | None:
    """What stands behind a real executor; None outside of every scenario."""
    pool: Pool | None = executor.__dict__.get("_sl_pool")
    world: Any = current()
    return pool if pool is not None or world is None else world.stand_in(executor, _pool_like)


def _pool_like(real: Any) -> Pool:
    known = real.__dict__
    pool = Pool(
        real._max_workers, real._thread_name_prefix, known.get("_initializer"), tuple(known.get("_initargs", ()))
    )
    pool.tasks.shut = bool(real._shutdown)
    return pool


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    if current() is None:
        _real["__init__"](self, *args, **kwargs)
    else:
        ThreadPoolExecutor.__init__(self, *args, **kwargs)


def _submit(self: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    pool = _pool_of(self)
    return _real["submit"](self, fn, *args, **kwargs) if pool is None else pool.submit(fn, args, kwargs)


def _shutdown(self: Any, wait: bool = True, *, cancel_futures: bool = False) -> None:
    pool = _pool_of(self)
    if pool is None:
        _real["shutdown"](self, wait, cancel_futures=cancel_futures)
    else:
        pool.shutdown(wait, cancel_futures)


METHODS: dict[str, Any] = {"__init__": _init, "submit": _submit, "shutdown": _shutdown}
