"""Members grouped by a look and a new list: a group can be replaced.

fails: assertion
"""

import threading


def scenario():
    groups = {}

    def join(name):
        if "tennis" not in groups:
            groups["tennis"] = []
        groups["tennis"].append(name)

    threads = [threading.Thread(target=join, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(groups["tennis"]) == ["ada", "bob"]
