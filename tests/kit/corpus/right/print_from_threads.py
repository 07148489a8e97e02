"""Threads that print share nothing of the program's."""

import threading


def scenario():
    def greet(name):
        print("hello", name)

    threads = [threading.Thread(target=target) for target in (lambda: greet("ada"), lambda: greet("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
