"""One small program for each class of bug that programs_of_verdicts.py has none for. The scenario's name says which."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from programs_of_verdicts import SHOWN, TOLD

from sync_tools import run_together


class Account:
    def __init__(self) -> None:
        self.checking = 100
        self.savings = 0


class Board:
    def __init__(self) -> None:
        self.open = False
        self.prices: dict[str, int] = {}


def torn_read() -> None:
    account = Account()

    def move() -> None:
        account.checking -= 30
        account.savings += 30

    def audit() -> None:
        total = account.checking + account.savings
        assert total == 100, f"100 in all, the audit found {total}"

    run_together(move, audit)


def torn_write() -> None:
    page: list[str] = []

    def write(name: str) -> None:
        page.append(f"<{name}>")
        page.append(f"</{name}>")

    run_together((write, "b"), (write, "i"))
    assert "".join(page) in ("<b></b><i></i>", "<i></i><b></b>"), f"the page is {''.join(page)}"


def publication() -> None:
    board = Board()

    def set_up() -> None:
        board.open = True
        board.prices["tea"] = 5

    def ask() -> None:
        if board.open:
            assert "tea" in board.prices, "the shop is open and has no price for tea"

    run_together(set_up, ask)


def order_violation() -> None:
    found: dict[str, int] = {}

    def count() -> None:
        found["words"] = 7

    threading.Thread(target=count).start()
    assert found == {"words": 7}, f"7 words, found {found}"


def forgotten_signal() -> None:
    done = threading.Event()
    results: list[int] = []

    def work() -> None:
        results.append(7)

    threading.Thread(target=work).start()
    done.wait()
    assert results == [7]


def circular_wait() -> None:
    heard = threading.Event()

    def call_back() -> None:
        clerk.join()
        heard.set()

    clerk = threading.Thread(target=heard.wait, name="clerk")
    clerk.start()
    caller = threading.Thread(target=call_back, name="caller", daemon=True)
    caller.start()
    clerk.join()


def serialised_threads() -> None:
    both = threading.Barrier(2)
    for _ in range(2):
        worker = threading.Thread(target=both.wait)
        worker.start()
        worker.join()


def sequential_error() -> None:
    totals = {"tea": 2}
    totals["tea"] += 1
    assert totals["tea"] == 2, f"2 pieces, counted {totals['tea']}"


PROGRAMS: dict[str, tuple[Callable[[], None], dict[str, Any]]] = {
    **SHOWN,
    **TOLD,
    **{
        program.__name__: (program, {})
        for program in (
            torn_read,
            torn_write,
            publication,
            order_violation,
            forgotten_signal,
            circular_wait,
            serialised_threads,
            sequential_error,
        )
    },
}
