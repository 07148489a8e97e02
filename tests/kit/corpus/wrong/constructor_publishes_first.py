"""A session puts itself into the registry before it has all its attributes.

fails: exception
"""

import threading

sessions = []


class Session:
    def __init__(self, user):
        sessions.append(self)
        self.user = user


def report():
    for session in list(sessions):
        assert session.user == "ada"


def log_in():
    Session("ada")


def scenario():
    sessions.clear()
    threads = [threading.Thread(target=target) for target in (log_in, report)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sessions) == 1
