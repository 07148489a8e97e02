"""Styles of handing work over, by queues and by executors: programs for test_every_style.py."""

# (the right program, what makes it wrong, all that the right one gives, all that the wrong one gives)
QUEUES_AND_POOLS = {
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
}
