"""SystemExit ends the thread that raises it, and nothing else."""

import sys
import threading


def scenario():
    seen = []

    def leave():
        seen.append("leave")
        sys.exit(3)

    def stay():
        seen.append("stay")

    threads = [threading.Thread(target=target) for target in (leave, stay)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["leave", "stay"]
