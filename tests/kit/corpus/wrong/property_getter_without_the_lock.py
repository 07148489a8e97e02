"""A property that changes two things under a lock, with a getter without it.

fails: assertion
"""

import threading


class Thermostat:
    def __init__(self):
        self._celsius, self._kelvin = 0, 273
        self._lock = threading.RLock()

    @property
    def both(self):
        return self._celsius, self._kelvin

    @both.setter
    def both(self, celsius):
        with self._lock:
            self._celsius = celsius
            self._kelvin = celsius + 273


def warm(thermostat):
    thermostat.both = 20


def look(thermostat, seen):
    seen.append(thermostat.both)


def scenario():
    thermostat = Thermostat()
    seen = []
    threads = [threading.Thread(target=target) for target in (lambda: warm(thermostat), lambda: look(thermostat, seen))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    celsius, kelvin = seen[0]
    assert kelvin - celsius == 273
