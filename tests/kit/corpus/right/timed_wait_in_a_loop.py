"""A timed wait whose loop looks again."""

import threading


def scenario():
    condition = threading.Condition()
    answers = []

    def ask():
        with condition:
            while not answers:
                condition.wait(timeout=5)
            assert answers == [42]

    def answer():
        with condition:
            answers.append(42)
            condition.notify()

    threads = [threading.Thread(target=target) for target in (ask, answer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
