"""What tasks did is looked at after shutdown(wait=False).

fails: assertion
"""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    written = []
    pool = ThreadPoolExecutor(max_workers=1)
    pool.submit(written.append, "page")
    pool.shutdown(wait=False)
    assert written == ["page"]
