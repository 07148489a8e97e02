"""A future asked once whether it is done.

fails: assertion
"""

import time
from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(int, "5")
        if not future.done():
            time.sleep(0.1)
        assert future.done()
