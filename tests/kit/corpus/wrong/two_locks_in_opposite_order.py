"""Two threads take two locks in opposite orders.

fails: deadlock
"""

import threading

printer = threading.Lock()
scanner = threading.Lock()
done = []


def copy():
    with printer, scanner:
        done.append("copy")


def archive():
    with scanner, printer:
        done.append("archive")


def scenario():
    done.clear()
    threads = [threading.Thread(target=target) for target in (copy, archive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["archive", "copy"]
