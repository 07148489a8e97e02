"""Styles of getting at locks and their kin, and of keeping them: programs for test_every_style.py."""

# (the right program, what makes it wrong, all that the right one gives, all that the wrong one gives)
LOCKS = {
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
