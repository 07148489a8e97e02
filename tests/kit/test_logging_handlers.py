"""Handlers of ``logging`` in scenarios: what they do is seen, and their locks keep threads apart."""

from __future__ import annotations

import logging

import pytest

from sync_tools import explore, run_together


class Keeping(logging.Handler):
    """Keeps what was logged, in two steps a message."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self.count = 0

    def emit(self, record):
        self.lines.append(record.getMessage())
        self.count = self.count + 1


class Unlocked(Keeping):
    def handle(self, record):
        self.emit(record)


def record_of(name):
    return logging.LogRecord(name, logging.INFO, "", 0, name, None, None)


def two_threads_log(handler):
    run_together((handler.handle, record_of("a")), (handler.handle, record_of("b")))
    return "".join(handler.lines), handler.count


def test_both_orders_of_two_messages_are_seen():
    found = explore(lambda: two_threads_log(Keeping()), stop="never")
    assert set(found.results) == {("ab", 2), ("ba", 2)}
    assert found.complete and found.schedules == 2, "the handler's lock lets one message after the other through"


def test_a_handler_that_goes_round_its_lock_loses_counts():
    found = explore(lambda: two_threads_log(Unlocked()), stop="never")
    assert set(found.results) == {("ab", 2), ("ab", 1), ("ba", 2), ("ba", 1)}


def test_loggers_with_a_handler_of_the_scenario():
    def logged():
        handler = Keeping()
        logger = logging.Logger("shop")
        logger.addHandler(handler)
        run_together((logger.info, "a"), (logger.info, "b"))
        return "".join(handler.lines)

    assert set(explore(logged, stop="never").results) == {"ab", "ba"}


def test_a_handler_that_calls_back_into_its_logger_while_another_thread_logs_deadlocks_when_it_would():
    import threading

    def crossing():
        lock = threading.Lock()

        class Locking(logging.Handler):
            def emit(self, record):
                with lock:
                    pass

        handler = Locking()

        def log_with_the_lock():
            with lock:
                handler.handle(record_of("a"))

        threads = [
            threading.Thread(target=handler.handle, args=(record_of("b"),)),
            threading.Thread(target=log_with_the_lock),
        ]
        for thread in threads:
            thread.start()

    found = explore(crossing)
    assert found.failure.kind in ("deadlock", "self-deadlock")


BEFORE = Keeping()
PLAIN = logging.StreamHandler()


def test_a_handler_from_before_the_scenario_withholds_the_proof_and_is_named():
    found = explore(lambda: two_threads_log(BEFORE) and None)
    assert found.outcome == "passed" and not found.complete
    assert any("Keeping" in said and "before the scenario" in said for said in found.unseen)


def test_a_handler_of_the_library_from_before_the_scenario_is_no_matter(capsys):
    logger = logging.Logger("shop")
    logger.addHandler(PLAIN)
    found = explore(lambda: run_together((logger.info, "a"), (logger.info, "b")) and None)
    assert found.outcome == "passed" and found.complete


@pytest.mark.parametrize("name", ["acquire", "release", "handle"])
def test_outside_of_scenarios_logging_is_as_it_was(name):
    before = getattr(logging.Handler, name)
    explore(lambda: two_threads_log(Keeping()))
    assert getattr(logging.Handler, name) is before and before.__module__ == "logging"
