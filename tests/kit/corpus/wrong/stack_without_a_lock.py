"""A linked stack whose push reads the top, then replaces it.

fails: assertion
"""

import threading


class Stack:
    def __init__(self):
        self.top = None

    def push(self, value):
        self.top = (value, self.top)

    def __len__(self):
        node, length = self.top, 0
        while node:
            node, length = node[1], length + 1
        return length


def scenario():
    stack = Stack()
    threads = [threading.Thread(target=target) for target in (lambda: stack.push("a"), lambda: stack.push("b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stack) == 2
