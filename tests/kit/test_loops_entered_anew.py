"""A loop that is entered a second time, by a second call of its function, has not gone round."""

from __future__ import annotations

from sync_tools import explore, run_together


class Stack:
    def __init__(self):
        self.top = None

    def pop(self):
        while True:
            if self.top is None:
                return None
            self.top = None


def test_two_calls_of_a_loop_that_returns_at_once_are_no_spin_wait():
    def scenario():
        stack = Stack()

        def twice():
            stack.pop()
            stack.pop()

        run_together(twice, stack.pop)

    found = explore(scenario)
    assert (found.outcome, found.complete) == ("passed", True)
