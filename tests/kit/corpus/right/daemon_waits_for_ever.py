"""A daemon that waits for ever at the end is no deadlock."""

import threading


def scenario():
    bell = threading.Event()
    threading.Thread(target=bell.wait, daemon=True).start()
    assert not bell.is_set()
