"""A dataclass that carries its lock; dataclasses.replace gives each thread another one.

fails: assertion
"""

import dataclasses
import threading


@dataclasses.dataclass
class Ledger:
    entries: dict
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock, init=False)

    def add(self, amount):
        with self.lock:
            self.entries["sum"] = self.entries["sum"] + amount


def scenario():
    ledger = Ledger({"sum": 0})
    same = dataclasses.replace(ledger)
    threads = [threading.Thread(target=target) for target in (lambda: ledger.add(1), lambda: same.add(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.entries["sum"] == 3
