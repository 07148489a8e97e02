"""Each thread has its own cell; the parent adds them up."""

import threading


def scenario():
    parts = [0, 0]

    def work(cell, numbers):
        for number in numbers:
            parts[cell] += number

    threads = [threading.Thread(target=work, args=(cell, [1, 2])) for cell in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(parts) == 6
