"""A permit that is lost when the work raises.

fails: starved-semaphore
"""

import threading


def scenario():
    permits = threading.Semaphore(1)
    parsed = []

    def parse(text):
        permits.acquire()
        parsed.append(int(text))
        permits.release()

    def work(text):
        try:
            parse(text)
        except ValueError:
            pass

    threads = [threading.Thread(target=target) for target in (lambda: work("x"), lambda: work("7"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert parsed == [7]
