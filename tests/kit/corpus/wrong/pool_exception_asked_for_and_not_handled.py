"""The result of a task that raises is asked for without a handler.

fails: exception
"""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, text) for text in ("7", "x")]
        values = []
        for future in futures:
            values.append(future.result())
    assert values == [7, None]
