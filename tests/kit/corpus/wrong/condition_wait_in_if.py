"""A consumer waits in an if: woken too late, it takes what is gone.

fails: exception
"""

import threading


def scenario():
    room = threading.Condition()
    items = []
    got = []

    def take():
        with room:
            if not items:
                room.wait()
            got.append(items.pop())

    def put_two():
        for item in "ab":
            with room:
                items.append(item)
                room.notify()

    threads = [threading.Thread(target=target) for target in (take, take, put_two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["a", "b"]
