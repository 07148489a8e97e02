"""Objects that several threads use, some right and some wrong, their sequential models, and operations to draw."""

import queue
import threading
from collections import deque


class PlainCounter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1
        return self.value


class RacyCounter(PlainCounter):
    pass


class LockedCounter(PlainCounter):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            return super().increment()


class PlainAccount:
    def __init__(self):
        self.balance = 2

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if self.balance < amount:
            raise ValueError("not enough")
        self.balance -= amount


class CheckThenActAccount(PlainAccount):
    """Each look is guarded, and what lies between is not."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def deposit(self, amount):
        with self.lock:
            self.balance += amount

    def withdraw(self, amount):
        with self.lock:
            enough = self.balance >= amount
        if not enough:
            raise ValueError("not enough")
        with self.lock:
            self.balance -= amount


class PlainStack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop() if self.items else None


class UncheckedStack(PlainStack):
    def pop(self):
        if self.items:
            return self.items.pop()
        return None


class Node:
    def __init__(self, item, below):
        self.item = item
        self.below = below


class LinkedStack:
    """Treiber's stack; `swap` is the compare-and-swap that a machine would have. Who comes too late tries again."""

    def __init__(self):
        self.top = None
        self.guard = threading.Lock()

    def swap(self, old, new):
        with self.guard:
            if self.top is not old:
                return False
            self.top = new
            return True

    def push(self, item):
        top = self.top
        if not self.swap(top, Node(item, top)):
            self.push(item)

    def pop(self):
        top = self.top
        if top is None:
            return None
        return top.item if self.swap(top, top.below) else self.pop()


class LossyStack(LinkedStack):
    """It looks at the top twice."""

    def pop(self):
        seen = self.top
        if seen is None:
            return None
        top = self.top
        if top is None:
            return None
        return top.item if self.swap(top, seen.below) else self.pop()


class PlainRegister:
    def __init__(self):
        self.value = 0

    def write(self, value):
        self.value = value

    def read(self):
        return self.value


class LaggingRegister(PlainRegister):
    """A read gives what the read before it saw: each result alone is fine, and only the time of it is wrong."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.cached = 0

    def read(self):
        with self.lock:
            value, self.cached = self.cached, self.value
            return value


class BufferedRegister:
    """Each thread writes to a buffer of its own, emptied at its next write, and reads its own writes at once.

    Two registers in one: sequentially consistent histories abound, and some that are nothing more.
    """

    def __init__(self):
        self.value = 0
        self.waiting = threading.local()

    def write(self, value):
        self.waiting.value = value

    def flush(self):
        self.value = getattr(self.waiting, "value", self.value)

    def read(self):
        return getattr(self.waiting, "value", self.value)


class PlainBuffered(PlainRegister):
    def flush(self):
        pass


class PlainQueue:
    def __init__(self):
        self.items = deque()

    def put(self, item):
        self.items.append(item)

    def get_nowait(self):
        if not self.items:
            raise queue.Empty
        return self.items.popleft()

    def qsize(self):
        return len(self.items)


class TwoCells:
    """A write goes to one cell and then to the other; a read takes either, so that times and values both matter."""

    def __init__(self):
        self.one = self.other = 0

    def write(self, value):
        self.one = value
        self.other = value

    def read(self):
        return self.other

    def peek(self):
        return self.one


class PlainCells(PlainRegister):
    peek = PlainRegister.read


class Striped:
    """Each thread counts for itself; the total is read one part after the other."""

    def __init__(self):
        self.low = self.high = 0
        self.lock = threading.Lock()

    def left(self):
        with self.lock:
            self.low += 1

    def right(self):
        self.high += 1

    def total(self):
        return self.low + self.high


class PlainStriped:
    def __init__(self):
        self.count = 0

    def left(self):
        self.count += 1

    right = left

    def total(self):
        return self.count


ACCOUNT = {"deposit": [[1, 2]], "withdraw": [[1, 2]], "balance": []}
REGISTER = {"write": [[1, 2]], "read": []}
STACK = {"push": [[1, 2]], "pop": []}
QUEUE = {"put": [[1, 2]], "get_nowait": [], "qsize": []}
