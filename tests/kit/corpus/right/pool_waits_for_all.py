"""wait() for all futures, then all have a result."""

from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, ThreadPoolExecutor, wait

HOW = ALL_COMPLETED, FIRST_COMPLETED


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, digit) for digit in "12"]
        wait(futures, return_when=HOW[0])
        assert all(future.done() for future in futures)
