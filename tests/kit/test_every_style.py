"""Programs arrive in every style people write, and the kit controls all of them.

Each style stands here as a small program whose `scenario` gives a value. As written it is right; with one change it is
not. Both are explored to the end, and what they can give must be exactly what is expected: a lock that was not ours
would let too much through or stop the process, a thread that was not ours is counted. Every program is run the way a
lab is (loaded anew in every schedule) and the way a script is (imported once, and rewritten by swapping its code).
"""

import _thread
import concurrent.futures as cf
import importlib.util
import queue
import random
import sys
import threading
import threading as t
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from textwrap import dedent
from threading import Lock, Thread

import pytest

from sync_tools import RLock as KitRLock
from sync_tools import explore, run_together, stress
from sync_tools.instrument.loader import LabModule

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


def test_the_counter_of_os_threads_sees_one():
    with os_threads() as started:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    assert started


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


# ---- styles: (the right program, what makes it wrong, all that the right one gives, all that the wrong one gives) ----

STYLES = {
    "import threading": (
        """
        import threading

        class Counter:
            def __init__(self):
                self.value = 0
                self.lock = threading.Lock()

            def add(self):
                with self.lock:
                    self.value += 1

        def scenario():
            counter = Counter()
            threads = [threading.Thread(target=counter.add) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return counter.value
        """,
        ("with self.lock:", "if True:"),
        {2},
        {1, 2},
    ),
    "import threading as t": (
        """
        import threading as t

        def scenario():
            box = {"n": 0}
            guard = t.RLock()

            def add():
                with guard:
                    guard.acquire()
                    box["n"] = box["n"] + 1
                    guard.release()

            threads = [t.Thread(target=add), t.Thread(target=add)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            return box["n"]
        """,
        ("t.RLock()", "t.Semaphore(4)"),
        {2},
        {1, 2},
    ),
    "from threading import": (
        """
        from threading import Lock, Thread

        lock = Lock()
        total = 0

        def add():
            global total
            with lock:
                total += 1

        def scenario():
            global total
            total = 0
            threads = [Thread(target=add), Thread(target=add)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return total
        """,
        ("with lock:", "if True:"),
        {2},
        {1, 2},
    ),
    "from threading import as": (
        """
        from threading import Condition as Room, Thread as Worker

        def scenario():
            room, box = Room(), []

            def give():
                with room:
                    box.append("x")
                    room.notify()

            def take():
                with room:
                    while not box:
                        room.wait()
                    seen.append(box.pop())

            seen = []
            threads = [Worker(target=take), Worker(target=give)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return seen[0]
        """,
        ("while not box:", "if True:"),
        {"x"},
        "lost-wakeup",
    ),
    "a subclass of Thread with run": (
        """
        import threading

        class Adder(threading.Thread):
            total = 0
            lock = threading.Lock()

            def __init__(self, amount):
                super().__init__(name=f"adder-{amount}", daemon=False)
                self.amount = amount

            def run(self):
                with Adder.lock:
                    Adder.total = Adder.total + self.amount

        def scenario():
            Adder.total = 0
            adders = [Adder(1), Adder(2)]
            for adder in adders:
                adder.start()
            for adder in adders:
                adder.join()
            return Adder.total
        """,
        ("with Adder.lock:", "if True:"),
        {3},
        {1, 2, 3},
    ),
    "Timer": (
        """
        from threading import Event, Timer

        def scenario():
            rung = Event()
            seen = []

            def ring():
                seen.append("ring")
                rung.set()

            timer = Timer(0.001, ring)
            timer.start()
            rung.wait()
            return tuple(seen)
        """,
        ("rung.wait()", "rung.wait(60.0)"),
        {("ring",)},
        {(), ("ring",)},
    ),
    "threading.local": (
        """
        import threading

        mine = threading.local()

        def scenario():
            seen = []

            def work(name):
                mine.name = name
                seen.append(mine.name == name)

            threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return all(seen)
        """,
        ("threading.local()", "type('Space', (), {})()"),
        {True},
        {True, False},
    ),
    "daemon threads": (
        """
        import threading

        def scenario():
            jobs, done = threading.Semaphore(0), threading.Event()
            count = [0]

            def serve():
                while True:
                    jobs.acquire()
                    count[0] += 1
                    done.set()

            threading.Thread(target=serve, daemon=True).start()
            jobs.release()
            done.wait()
            return count[0]
        """,
        ("done.wait()", "pass"),
        {1},
        {0, 1},
    ),
    "a dataclass with field(default_factory=Lock)": (
        """
        import threading
        from dataclasses import dataclass, field
        from threading import Lock

        @dataclass
        class Account:
            balance: int = 0
            lock: Lock = field(default_factory=Lock)

            def deposit(self, amount):
                with self.lock:
                    self.balance += amount

        def scenario():
            account = Account()
            threads = [threading.Thread(target=account.deposit, args=(n,)) for n in (1, 2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return account.balance
        """,
        ("with self.lock:", "if True:"),
        {3},
        {1, 2, 3},
    ),
    "a lock as a default argument": (
        """
        import threading

        def add(box, lock=threading.Lock(), *, again=threading.RLock()):
            with lock, again:
                box[0] += 1

        def scenario():
            box = [0]
            threads = [threading.Thread(target=add, args=(box,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return box[0]
        """,
        ("with lock, again:", "if True:"),
        {2},
        {1, 2},
    ),
    "objects made at import time": (
        """
        import queue
        import threading

        ready, room = threading.Event(), threading.Condition()
        tickets, bounded = threading.Semaphore(1), threading.BoundedSemaphore(1)
        line, gate = queue.Queue(), threading.Barrier(2)
        registry = {"lock": threading.Lock()}
        locks = [threading.Lock(), threading.RLock()]

        def scenario():
            box = [0]

            def add():
                gate.wait()
                ready.wait()
                with registry["lock"], locks[0], locks[1], tickets, bounded, room:
                    box[0] += 1
                line.put(1)

            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads:
                thread.start()
            ready.set()
            for thread in threads:
                thread.join()
            return box[0], line.get() + line.get()
        """,
        ('with registry["lock"], locks[0], locks[1], tickets, bounded, room:', "if True:"),
        {(2, 2)},
        {(1, 2), (2, 2)},
    ),
    "Queue": (
        """
        import queue
        import threading

        def scenario():
            line, seen = queue.Queue(maxsize=1), []

            def give():
                for item in (1, 2):
                    line.put(item)

            def take():
                while len(seen) < 2:
                    seen.append(line.get())
                    line.task_done()

            threads = [threading.Thread(target=give), threading.Thread(target=take)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            line.join()
            return tuple(seen)
        """,
        ("queue.Queue(maxsize=1)", "queue.LifoQueue()"),
        {(1, 2)},
        {(1, 2), (2, 1)},
    ),
    "LifoQueue and PriorityQueue": (
        """
        from queue import LifoQueue, PriorityQueue
        from threading import Thread

        def scenario():
            stack, heap = LifoQueue(), PriorityQueue()

            def give(item):
                stack.put(item)
                heap.put(item)

            threads = [Thread(target=give, args=(item,)) for item in (2, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return (stack.get(), stack.get()), (heap.get(), heap.get())
        """,
        ("heap = LifoQueue(), PriorityQueue()", "heap = LifoQueue(), LifoQueue()"),
        {((1, 2), (1, 2)), ((2, 1), (1, 2))},
        {((1, 2), (1, 2)), ((2, 1), (1, 2)), ((1, 2), (2, 1)), ((2, 1), (2, 1))},
    ),
    "SimpleQueue": (
        """
        from queue import Empty, SimpleQueue
        from threading import Thread

        def scenario():
            line = SimpleQueue()

            def take():
                try:
                    seen.append(line.get(timeout=None))
                except Empty:
                    seen.append("nothing")

            seen = []
            thread = Thread(target=take)
            thread.start()
            line.put("x")
            thread.join()
            return seen[0]
        """,
        ("timeout=None", "timeout=5"),
        {"x"},
        {"x", "nothing"},
    ),
    "ThreadPoolExecutor": (
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor, as_completed, wait

        def scenario():
            lock, box = threading.Lock(), [0]

            def add(amount):
                with lock:
                    box[0] += amount
                return amount

            with ThreadPoolExecutor(max_workers=2) as pool:
                futures = [pool.submit(add, amount) for amount in (1, 2)]
                done, late = wait(futures)
                total = sum(future.result() for future in as_completed(futures))
            return box[0], total, len(done), len(late)
        """,
        ("with lock:", "if True:"),
        {(3, 3, 2, 0)},
        {(3, 3, 2, 0), (2, 3, 2, 0), (1, 3, 2, 0)},
    ),
    "Executor.map": (
        """
        import concurrent.futures
        import threading

        def scenario():
            lock, box = threading.Lock(), [0]

            def add(amount):
                with lock:
                    box[0] += amount
                return amount * 10

            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                tens = list(pool.map(add, [1, 2]))
            return box[0], tuple(tens)
        """,
        ("with lock:", "if True:"),
        {(3, (10, 20))},
        {(3, (10, 20)), (2, (10, 20)), (1, (10, 20))},
    ),
    "time.sleep": (
        """
        import threading
        import time

        def scenario():
            box = []

            def work():
                time.sleep(0.5)
                box.append("done")

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            return len(box)
        """,
        ("thread.join()", "time.sleep(3600)"),
        {1},
        {0, 1},
    ),
    "from time import sleep, and a join with a timeout": (
        """
        from threading import Thread
        from time import sleep

        def scenario():
            box = []

            def work():
                sleep(10)
                box.append(1)

            thread = Thread(target=work)
            thread.start()
            thread.join()
            return len(box)
        """,
        ("thread.join()", "thread.join(20)"),
        {1},
        {0, 1},
    ),
    "random": (
        """
        import random
        import threading

        def scenario():
            lock, box = threading.Lock(), [0]

            def add():
                amount = random.randint(1, 1) + random.choice([0]) + random.Random().randint(0, 0)
                random.shuffle([1, 2, 3])
                with lock:
                    box[0] += amount

            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return box[0]
        """,
        ("with lock:", "if True:"),
        {2},
        {1, 2},
    ),
    "threads started by threads": (
        """
        import threading

        def scenario():
            lock, box = threading.Lock(), [0]

            def add():
                with lock:
                    box[0] += 1

            def parent():
                child = threading.Thread(target=add)
                child.start()
                add()
                child.join()

            thread = threading.Thread(target=parent)
            thread.start()
            thread.join()
            return box[0]
        """,
        ("with lock:", "if True:"),
        {2},
        {1, 2},
    ),
    "a spin-wait": (
        """
        import threading

        class Flag:
            up = False
            value = 0

        def scenario():
            flag = Flag()

            def work():
                flag.value = 1
                flag.up = True

            thread = threading.Thread(target=work)
            thread.start()
            while not flag.up:
                pass
            return flag.value
        """,
        ("flag.value = 1\n        flag.up = True", "flag.up = True\n        flag.value = 1"),
        {1},
        {0, 1},
    ),
    "a spin-wait that sleeps": (
        """
        import threading
        import time

        class Flag:
            up = False
            value = 0

        def scenario():
            flag = Flag()

            def work():
                flag.value = 1
                flag.up = True

            thread = threading.Thread(target=work)
            thread.start()
            while not flag.up:
                time.sleep(0.01)
            return flag.value
        """,
        ("flag.value = 1\n        flag.up = True", "flag.up = True\n        flag.value = 1"),
        {1},
        {0, 1},
    ),
    "_thread.allocate_lock": (
        """
        import _thread
        import threading

        lock = _thread.allocate_lock()

        def scenario():
            box = [0]
            inner = _thread.allocate_lock()

            def add():
                with lock, inner:
                    box[0] += 1

            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return box[0]
        """,
        ("with lock, inner:", "if True:"),
        {2},
        {1, 2},
    ),
    "the kit's wrappers, made inside and outside": (
        """
        import threading
        from sync_tools import Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore

        outside, room, tickets, flag = RLock(), Condition(), BoundedSemaphore(1), Event()
        plain, gate, lights = Lock(), Barrier(2), Semaphore(1)

        def scenario():
            box = [0]
            inside = Lock()

            def add():
                gate.wait()
                flag.wait()
                with outside, room, tickets, plain, lights, inside:
                    box[0] += 1

            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads:
                thread.start()
            flag.set()
            for thread in threads:
                thread.join()
            return box[0]
        """,
        ("with outside, room, tickets, plain, lights, inside:", "if True:"),
        {2},
        {1, 2},
    ),
}


def written(folder, style, wrong):
    """The style's program as a file; its name is new for each, so that no import finds another one."""
    text, (old, new), *_ = STYLES[style]
    text = dedent(text)
    assert text.count(old) == 1
    number = list(STYLES).index(style)
    path = folder / f"style_{number}_{'wrong' if wrong else 'right'}.py"
    path.write_text(text.replace(old, new) if wrong else text, encoding="utf-8")
    return path


def as_lab(folder, style, wrong=False):
    path = written(folder, style, wrong)
    return LabModule(f"lab_{path.stem}", path)


@contextmanager
def as_script(folder, style, wrong=False):
    path = written(folder, style, wrong)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[path.stem]


def run_lab(lab):
    return lab.scenario()


def check_lab(lab, right):
    given = lab.scenario()
    assert given in right


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_loaded_as_a_lab_gives_just_what_it_should(style, tmp_path):
    right = STYLES[style][2]
    result = explored(run_lab, as_lab(tmp_path, style))
    assert set(result.results) == right


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_run_as_a_script_gives_just_what_it_should(style, tmp_path):
    with as_script(tmp_path, style) as module:
        assert set(explored(module.scenario).results) == STYLES[style][2]


@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_program_fails_in_whatever_way_it_is_loaded(style, tmp_path):
    _, _, right, wrong = STYLES[style]
    lab = as_lab(tmp_path, style, wrong=True)
    if isinstance(wrong, str):
        assert fails(run_lab, lab) == wrong
    else:
        assert set(explored(run_lab, lab).results) == wrong
        assert fails(check_lab, lab, right) == "assertion"
    with as_script(tmp_path, style, wrong=True) as module:
        if isinstance(wrong, str):
            assert fails(module.scenario) == wrong
        else:
            assert set(explored(module.scenario).results) == wrong


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_survives_stress(style, tmp_path):
    lab = as_lab(tmp_path, style)
    assert stress(check_lab, args=(lab, STYLES[style][2]), rounds=20).outcome == "passed"


# ---- the same in this very module, which pytest has rewritten for its asserts ----------------------------------------

module_lock = Lock()
module_kit_lock = KitRLock()
module_event = threading.Event()


class Shared:
    lock = t.RLock()
    condition = threading.Condition()

    def __init__(self):
        self.value = 0


@dataclass
class Account:
    balance: int = 0
    lock: Lock = field(default_factory=Lock)


class Adder(Thread):
    def __init__(self, shared, guard):
        Thread.__init__(self)
        self.shared, self.guard = shared, guard

    def run(self):
        with self.guard:
            self.shared.value += 1


class NoGuard:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


def add_with_a_default(shared, lock=threading.Lock()):  # noqa: B008  # the very style
    with lock:
        shared.value += 1


GUARDS = {
    "a lock of the module": lambda: module_lock,
    "the kit's own, of the module": lambda: module_kit_lock,
    "a lock of the class": lambda: Shared.lock,
    "a condition of the class": lambda: Shared.condition,
    "from threading import Lock": lambda: Lock(),
    "threading as t": lambda: t.Lock(),
    "the kit's own, made inside": lambda: KitRLock(),
    "a default factory's": lambda: Account().lock,
    "a semaphore": lambda: threading.Semaphore(1),
}


def adders(guard):
    guard = guard()
    shared = Shared()
    threads = [Adder(shared, guard), Adder(shared, guard)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return shared.value


@pytest.mark.parametrize("style", GUARDS)
def test_a_lock_of_this_module_guards(style):
    assert set(explored(adders, GUARDS[style]).results) == {2}


def test_without_one_an_update_is_lost():
    assert set(explored(adders, NoGuard).results) == {1, 2}


def test_a_default_argument_of_this_module_guards():
    def scenario():
        shared = Shared()
        run_together((add_with_a_default, shared), (add_with_a_default, shared))
        assert shared.value == 2, "an assert that pytest rewrote"

    explored(scenario)


def test_threads_that_run_inside_of_an_assert_are_controlled_too():
    def scenario():
        assert adders(NoGuard) == 2

    assert fails(scenario) == "assertion"


def test_an_event_of_this_module_is_unset_again_in_every_schedule():
    def scenario():
        was_set = module_event.is_set()
        thread = Thread(target=module_event.set)
        thread.start()
        module_event.wait()
        thread.join()
        return was_set

    assert set(explored(scenario).results) == {False}
    assert not module_event.is_set(), "the real one was not touched"


def test_futures_and_queues_of_this_module_are_ours():
    def scenario():
        line = queue.Queue()
        with cf.ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(line.put, 1), pool.submit(line.put, 2)
            cf.wait([first, second])
        return line.get(), line.get()

    assert set(explored(scenario).results) == {(1, 2), (2, 1)}


def test_random_numbers_are_the_same_in_every_schedule_and_differ_with_the_seed():
    def scenario():
        return tuple(run_together((random.randint, 0, 10**9), (random.randint, 0, 10**9)))

    one, same, other = (explore(scenario, stop="never", seed=seed).results for seed in (1, 1, 2))
    assert len(one) == 1
    assert one == same
    assert set(one) != set(other)


def test_a_day_of_sleep_takes_no_time_at_all():
    def scenario():
        began = time.monotonic()
        run_together((time.sleep, 86_400))
        return time.monotonic() - began >= 86_400

    assert set(explored(scenario).results) == {True}
