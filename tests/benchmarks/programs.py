"""The programs that are measured: plain ``threading``, the same text for every tool.

A program is a state, the workers that share it, and a check of what they leave behind. One tool wants these three
apart, another wants one function that starts the threads, joins them and asserts: `Program.scenario` is that function.
Reads and writes that race stand on lines of their own, so that tools which switch between lines only see them too.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

Worker = Callable[[Any], None]
HOLDS, FAILS = "holds", "fails"


@dataclass(frozen=True)
class Program:
    """One program.

    Attributes:
        name: what the tables call it.
        truth: HOLDS when every schedule passes the check and ends, else FAILS.
        setup: makes the state that the workers share.
        workers: one function a thread; each is given the state.
        check: true when the state, after all workers have ended, is as it should be.
        scenario: the same as one function without arguments.
    """

    name: str
    truth: str
    setup: Callable[[], Any]
    workers: tuple[Worker, ...]
    check: Callable[[Any], bool]
    scenario: Callable[[], None]


def program(
    name: str, truth: str, setup: Callable[[], Any], workers: tuple[Worker, ...], check: Callable[[Any], bool]
) -> Program:
    """Make a program, and the one function that runs it."""

    def scenario() -> None:
        state = setup()
        threads = [threading.Thread(target=worker, args=(state,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert check(state)

    return Program(name, truth, setup, workers, check, scenario)


# --- counters -----------------------------------------------------------------------------------------------------


class Counter:
    def __init__(self) -> None:
        self.value = 0
        self.lock = threading.Lock()


def add_unlocked(counter: Counter) -> None:
    value = counter.value
    counter.value = value + 1


def add(counter: Counter) -> None:
    with counter.lock:
        value = counter.value
        counter.value = value + 1


def add_twice(counter: Counter) -> None:
    for _ in range(2):
        add(counter)


def add_three_times(counter: Counter) -> None:
    for _ in range(3):
        add(counter)


def two_adds() -> None:
    """Two threads add one to a counter, without a lock: start, read, write, join."""
    counter = Counter()
    first = threading.Thread(target=add_unlocked, args=(counter,))
    second = threading.Thread(target=add_unlocked, args=(counter,))
    first.start()
    second.start()
    first.join()
    second.join()


def two_adds_four_times() -> None:
    """`two_adds` four times in a row: 4 ** 4 classes of schedules."""
    for _ in range(4):
        two_adds()


def write_often(counter: Counter) -> None:
    for number in range(12):
        counter.value = number


def two_that_write_often() -> None:
    """Two threads that write one variable twelve times each: 24! / (12! * 12!) classes, 2.7 million."""
    counter = Counter()
    first = threading.Thread(target=write_often, args=(counter,))
    second = threading.Thread(target=write_often, args=(counter,))
    first.start()
    second.start()
    first.join()
    second.join()


# --- a bank -------------------------------------------------------------------------------------------------------


class Bank:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.left = 100
        self.right = 100


def transfer_right(bank: Bank) -> None:
    with bank.lock:
        if bank.left >= 60:
            bank.left -= 60
            bank.right += 60


def transfer_left(bank: Bank) -> None:
    with bank.lock:
        if bank.right >= 120:
            bank.right -= 120
            bank.left += 120


# --- dining philosophers, with a footman --------------------------------------------------------------------------

PHILOSOPHERS = 3


class Table:
    def __init__(self) -> None:
        self.forks = [threading.Semaphore(1) for _ in range(PHILOSOPHERS)]
        self.footman = threading.Semaphore(PHILOSOPHERS - 1)  # seats: one fewer than forks, so that nobody starves
        self.meals = [0] * PHILOSOPHERS


def philosopher(place: int) -> Worker:
    def dine(table: Table) -> None:
        with table.footman, table.forks[place], table.forks[(place + 1) % PHILOSOPHERS]:
            table.meals[place] += 1

    return dine


# --- a buffer with a condition ------------------------------------------------------------------------------------


class Buffer:
    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.items: list[int] = []
        self.taken: list[int] = []


def produce_two(buffer: Buffer) -> None:
    for item in (1, 2):
        with buffer.condition:
            buffer.items.append(item)
            buffer.condition.notify()


def consume(buffer: Buffer) -> None:
    with buffer.condition:
        while not buffer.items:
            buffer.condition.wait()
        buffer.taken.append(buffer.items.pop())


def consume_with_if(buffer: Buffer) -> None:
    with buffer.condition:
        if not buffer.items:
            buffer.condition.wait()
        buffer.taken.append(buffer.items.pop())


def both_taken(buffer: Buffer) -> bool:
    return sorted(buffer.taken) == [1, 2]


# --- an event, a queue --------------------------------------------------------------------------------------------


class Signal:
    def __init__(self) -> None:
        self.event = threading.Event()
        self.ready = False


def announce(signal: Signal) -> None:
    signal.ready = True
    signal.event.set()


def wait_for_it(signal: Signal) -> None:
    if not signal.ready:
        signal.event.clear()  # wipes out a set() that came after the look at `ready`
        signal.event.wait()


def one_item() -> queue.Queue[int]:
    items: queue.Queue[int] = queue.Queue()
    items.put(1)
    return items


def take_if_there(items: queue.Queue[int]) -> None:
    if not items.empty():
        items.get()


# --- threads of threads -------------------------------------------------------------------------------------------


def start_two(counter: Counter) -> None:
    children = [threading.Thread(target=add_unlocked, args=(counter,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def submit_two(counter: Counter) -> None:
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(add_unlocked, counter)


# --- a lock made at import time -----------------------------------------------------------------------------------

LOCK = threading.Lock()


def add_under_the_module_lock(counter: Counter) -> None:
    with LOCK:
        value = counter.value
        counter.value = value + 1


def lock_only_the_write(counter: Counter) -> None:
    value = counter.value
    with LOCK:
        counter.value = value + 1


# --- a loop that waits for a flag ---------------------------------------------------------------------------------


class Message:
    def __init__(self) -> None:
        self.flag = False
        self.text = ""
        self.received = ""


def send(message: Message) -> None:
    message.text = "hello"
    message.flag = True


def send_the_flag_first(message: Message) -> None:
    message.flag = True
    message.text = "hello"


def receive(message: Message) -> None:
    while not message.flag:
        pass
    message.received = message.text


def counts_to(number: int) -> Callable[[Counter], bool]:
    def check(counter: Counter) -> bool:
        return counter.value == number

    return check


def always(_: Any) -> bool:
    return True


CORRECT = (
    program("counter 2x1", HOLDS, Counter, (add, add), counts_to(2)),
    program("counter 2x3", HOLDS, Counter, (add_three_times, add_three_times), counts_to(6)),
    program("counter 3x2", HOLDS, Counter, (add_twice, add_twice, add_twice), counts_to(6)),
    program("bank transfer", HOLDS, Bank, (transfer_right, transfer_left), lambda bank: bank.left + bank.right == 200),
    program(
        "dining, footman",
        HOLDS,
        Table,
        tuple(philosopher(place) for place in range(PHILOSOPHERS)),
        lambda table: table.meals == [1] * PHILOSOPHERS,
    ),
    program("condition buffer", HOLDS, Buffer, (produce_two, consume, consume), both_taken),
)

# Wrong ones, and for what tools stumble over in a right program too, the right one beside it.
TELLING = (
    program("condition with if", FAILS, Buffer, (produce_two, consume_with_if, consume_with_if), both_taken),
    program("lost wake-up", FAILS, Signal, (announce, wait_for_it), always),
    program("empty() then get()", FAILS, one_item, (take_if_there, take_if_there), always),
    program("threads of a worker", FAILS, Counter, (start_two,), counts_to(2)),
    program("thread pool", FAILS, Counter, (submit_two,), counts_to(2)),
    program("import-time lock", FAILS, Counter, (lock_only_the_write, lock_only_the_write), counts_to(2)),
    program("import lock, right", HOLDS, Counter, (add_under_the_module_lock, add_under_the_module_lock), counts_to(2)),
    program("spin-wait", FAILS, Message, (send_the_flag_first, receive), lambda message: message.received == "hello"),
    program("spin-wait, right", HOLDS, Message, (send, receive), lambda message: message.received == "hello"),
)

PROGRAMS = {one.name: one for one in (*CORRECT, *TELLING)}
