"""Styles of sleeping, of waiting in a loop and of drawing random numbers: programs for test_every_style.py."""

# (the right program, what makes it wrong, all that the right one gives, all that the wrong one gives)
TIME_AND_SPINNING = {
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
}
