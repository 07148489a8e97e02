"""A task waits for a task that it submitted, and there is one worker.

fails: deadlock
"""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=1) as pool:

        def inner():
            return 21

        def outer():
            return 2 * pool.submit(inner).result()

        assert pool.submit(outer).result() == 42
