"""A loop over a copy of a dict that another thread extends."""

import threading


def scenario():
    online = {"ada": 1, "bob": 2}
    greeted = []

    def greet():
        for name in list(online):
            greeted.append(name)

    def arrive():
        online["cyd"] = 3

    threads = [threading.Thread(target=target) for target in (greet, arrive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert greeted[:2] == ["ada", "bob"]
