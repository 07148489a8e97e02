"""What tasks did is looked at after the pool was shut down."""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    written = []
    pool = ThreadPoolExecutor(max_workers=1)
    pool.submit(written.append, "page")
    pool.shutdown(wait=True)
    assert written == ["page"]
