"""A permit given back by a with block, whatever happens."""

import threading


def scenario():
    permits = threading.Semaphore(1)
    parsed = []

    def parse(text):
        with permits:
            parsed.append(int(text))

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
