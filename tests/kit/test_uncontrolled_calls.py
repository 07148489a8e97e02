"""What no schedule can control, such as sockets, processes and real threads, is named, and not done."""

import _thread
import asyncio
import multiprocessing.pool
import os
import select
import selectors
import socket
import subprocess
import sys
import threading

import pytest
from bad_input import (
    beside,
    the_next_exploration_works,  # noqa: F401  # used by every test
)

from sync_tools import explore
from sync_tools.words.errors import Uncontrolled


def connect():
    with socket.socket() as plug:
        plug.connect(("127.0.0.1", 9))


def wait_for_a_socket(wait):
    def work():
        one, other = socket.socketpair()
        with one, other:
            wait(one)

    return work


def by_selector(plug):
    with selectors.DefaultSelector() as selector:
        selector.register(plug, selectors.EVENT_READ)
        selector.select(timeout=1)


def pool():
    with multiprocessing.pool.ThreadPool(2) as workers:
        workers.map(abs, [1, -2])


def real_joinable_thread():
    _thread.start_joinable_thread(int)


UNCONTROLLED = {
    "connect": connect,
    "input": input,
    "subprocess": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "os.system": lambda: os.system("true"),
    "name look-up": lambda: socket.getaddrinfo("localhost", 80),
    "select.select": wait_for_a_socket(lambda plug: select.select([plug], [], [])),
    "a selector": wait_for_a_socket(by_selector),
}
if os.name == "posix":  # Windows has other calls for these waits, which are not refused yet
    UNCONTROLLED["asyncio"] = lambda: asyncio.run(asyncio.sleep(0.01))
    UNCONTROLLED["a pool of multiprocessing's"] = pool
TOLD = {
    "connect": "connect",
    "input": "input",
    "subprocess": "Popen",
    "os.system": "system",
    "name look-up": "getaddrinfo",
    "select.select": "select",
    "a selector": "select",
    "asyncio": "select",
    "a pool of multiprocessing's": "select",
    "a real thread of threading's own": "start_joinable_thread",
}
if sys.version_info >= (3, 13):
    UNCONTROLLED["a real thread of threading's own"] = real_joinable_thread


@pytest.mark.parametrize("what", UNCONTROLLED)
def test_a_real_call_is_named_and_not_made(what):
    for scenario in (UNCONTROLLED[what], beside(UNCONTROLLED[what])):
        with pytest.raises(Uncontrolled, match=f"^{TOLD[what]}: .*no schedule can control"):
            explore(scenario, instrument=[__name__])


def test_what_is_refused_is_not_done(tmp_path):
    made = tmp_path / "made"
    command = f'echo > "{made}"'
    for work in (lambda: os.system(command), lambda: subprocess.run(command, shell=True, check=True)):
        with pytest.raises(Uncontrolled, match="starts a process"):
            explore(beside(work), instrument=[__name__])
        assert not made.exists()
        work()  # such calls do make it
        made.unlink()


def test_a_program_that_swallows_the_error_does_not_get_past_it():
    def work():
        try:  # noqa: SIM105  # as students write it
            connect()
        except Exception:
            pass

    with pytest.raises(Uncontrolled):
        explore(beside(work), instrument=[__name__])


def test_to_look_without_waiting_is_allowed():
    def work():
        one, other = socket.socketpair()
        with one, other, selectors.DefaultSelector() as selector:
            selector.register(one, selectors.EVENT_READ)
            assert selector.select(0) == []
            assert select.select([one], [], [], 0) == ([], [], [])
            other.send(b"x")
            assert len(selector.select(timeout=0)) == 1

    assert explore(beside(work), instrument=[__name__]).outcome == "passed"


def test_threads_that_are_not_the_scenarios_may_wait():
    one, other = socket.socketpair()
    waits = []

    def listen():
        while not select.select([one], [], [], 0.001)[0]:
            waits.append(len(waits))

    with one, other:
        listener = threading.Thread(target=listen)
        listener.start()
        before = len(waits)
        while len(waits) < before + 3:  # until it has waited while schedules were explored
            assert explore(beside(lambda: None), instrument=[__name__]).outcome == "passed"
            assert listener.is_alive()
        other.send(b"x")
        listener.join()
