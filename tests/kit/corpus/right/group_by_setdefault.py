"""Members grouped by dict.setdefault and append: two single steps."""

import threading


def scenario():
    groups = {}

    def join(name):
        groups.setdefault("tennis", []).append(name)

    threads = [threading.Thread(target=join, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(groups["tennis"]) == ["ada", "bob"]
