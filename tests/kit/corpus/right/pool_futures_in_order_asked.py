"""Futures are read in the order in which they were made."""

from concurrent.futures import ThreadPoolExecutor, as_completed


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, digit) for digit in "12"]
        done = list(as_completed(futures))
        values = [future.result() for future in futures]
    assert len(done) == 2
    assert values == [1, 2]
