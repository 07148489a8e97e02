"""cancel() is taken for done, though the task may have begun.

fails: assertion
"""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    sent = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(sent.append, "mail")
        future.cancel()
    assert sent == []
