"""cancel() tells whether it came in time."""

from concurrent.futures import ThreadPoolExecutor


def scenario():
    sent = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(sent.append, "mail")
        cancelled = future.cancel()
    assert sent == [] if cancelled else sent == ["mail"]
