"""as_completed gives futures in the order in which they end.

fails: assertion
"""

from concurrent.futures import ThreadPoolExecutor, as_completed


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, digit) for digit in "12"]
        done = list(as_completed(futures))
        values = [future.result() for future in done]
    assert len(done) == 2
    assert values == [1, 2]
