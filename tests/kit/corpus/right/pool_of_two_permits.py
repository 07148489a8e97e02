"""Three users of two connections: never more than two at once."""

import threading


def scenario():
    permits = threading.Semaphore(2)
    connections = ["a", "b"]

    def use():
        with permits:
            connection = connections.pop()
            connections.append(connection)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(connections) == ["a", "b"]
