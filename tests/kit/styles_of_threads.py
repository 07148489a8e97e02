"""Styles of making threads, and of keeping what is a thread's own: programs for test_every_style.py."""

# (the right program, what makes it wrong, all that the right one gives, all that the wrong one gives)
THREADS = {
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
}
