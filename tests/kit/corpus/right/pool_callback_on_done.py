"""A callback added to a future runs once, early or late."""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    seen = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(int, "5")
        future.add_done_callback(lambda future: seen.append(future.result()))
    assert seen == [5]
