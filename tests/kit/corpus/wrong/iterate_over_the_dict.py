"""A loop over a dict that another thread extends.

fails: exception
"""

import threading


def scenario():
    online = {"ada": 1, "bob": 2}
    greeted = []

    def greet():
        for name in online:
            greeted.append(name)

    def arrive():
        online["cyd"] = 3

    threads = [threading.Thread(target=target) for target in (greet, arrive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert greeted[:2] == ["ada", "bob"]
