"""A consumer waits in a while loop, so a stolen item sends it back to wait."""

import threading


def scenario():
    room = threading.Condition()
    items = []
    got = []

    def take():
        with room:
            while not items:
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
