"""Who is logged in stands in a context variable: each thread has its own context."""

import contextvars
import threading

user = contextvars.ContextVar("user")


def log_in(name):
    user.set(name)


def handle(name):
    log_in(name)
    assert user.get() == name


def scenario():
    threads = [threading.Thread(target=target) for target in (lambda: handle("ada"), lambda: handle("bob"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
