"""locked() is asked, then the lock taken: the second one waits for ever.

fails: leaked-lock
"""

import threading


def scenario():
    cleaning = threading.Lock()
    cleaned = []

    def clean():
        if not cleaning.locked():
            cleaning.acquire()
            cleaned.append(1)

    threads = [threading.Thread(target=clean) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cleaned == [1]
