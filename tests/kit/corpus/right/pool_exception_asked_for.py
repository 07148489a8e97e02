"""The result of a task that raises is asked for, and the exception handled."""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, text) for text in ("7", "x")]
        values = []
        for future in futures:
            try:
                values.append(future.result())
            except ValueError:
                values.append(None)
    assert values == [7, None]
