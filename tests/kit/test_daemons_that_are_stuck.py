"""A daemon that the stuck threads hold up belongs to the explanation; one that only waits for work does not."""

import queue
import threading

import pytest

from sync_tools import explore, replay, stress

WORLDS = pytest.mark.parametrize("drive", [explore, stress])


class Dispatcher:
    """Whoever publishes waits until a thread of the dispatcher has done it."""

    def __init__(self, daemon=True):
        self.events = queue.SimpleQueue()
        threading.Thread(target=self.dispatch, name="dispatcher", daemon=daemon).start()

    def publish(self, event):
        done = threading.Event()
        self.events.put((event, done))
        done.wait()

    def dispatch(self):
        while True:
            event, done = self.events.get()
            event()
            done.set()


def told(failure):
    """Who waits for whom, of those that wait for ever."""
    return [(waiter.thread, waiter.operation, waiter.holder, waiter.would) for waiter in failure.waiters]


def a_dispatcher_that_joins_who_waits_for_it():
    dispatcher = Dispatcher()
    clerk = threading.Thread(target=dispatcher.publish, args=(int,), name="clerk")
    clerk.start()
    dispatcher.publish(clerk.join)


@WORLDS
def test_a_circle_through_a_daemon_and_a_signal_is_a_deadlock(drive):
    failure = drive(a_dispatcher_that_joins_who_waits_for_it).failure
    assert failure.kind == "deadlock"
    assert failure.message == "2 threads wait for each other in a circle"
    assert told(failure) == [(0, "wait", 1, "set"), (1, "join", 2, ""), (2, "wait", 1, "set")]
    (why,) = failure.why
    name = next(waiter.target for waiter in failure.waiters if waiter.thread == 2)  # done, or done#2: who came first?
    assert why == f"T1 waits for T2 to end; T2 waits for {name}, which T1 would set. None of them can be first."
    report = " ".join(failure.report(width=200).split())
    assert "which T1 would set" in report
    assert "T1 dispatcher waits for T2 to end" in report
    assert "Nobody sets" not in report


@WORLDS
def test_what_a_daemon_would_do_leaves_no_trace_in_the_report(drive):
    printed = []

    def scenario():
        lock, replies = threading.Lock(), queue.Queue()

        def serve():
            with lock:
                print("served after all")
                printed.append(1)
                replies.put("reply")
            raise ValueError("and more of that")

        with lock:
            threading.Thread(target=serve, daemon=True, name="server").start()
            replies.get()
            raise AssertionError("nobody replies")

    failure = drive(scenario).failure
    assert printed  # it did go on, to see what it would do
    assert (failure.kind, failure.output) == ("deadlock", "")
    assert told(failure) == [(0, "get", 1, "put into"), (1, "acquire", 0, "")]
    assert len(failure.threads) == 2
    assert [step for step in failure.steps if step.thread == 1] == []
    again = replay(scenario, failure.schedule) if failure.schedule else failure
    assert (again.kind, again.steps, again.waiters) == (failure.kind, failure.steps, failure.waiters)


@WORLDS
def test_a_thread_that_the_daemon_would_start_is_none_of_the_report(drive):
    def scenario():
        lock, bell = threading.Lock(), threading.Event()

        def serve():
            with lock:
                pass
            bell.set()
            threading.Thread(target=int, name="late").start()

        with lock:
            threading.Thread(target=serve, daemon=True, name="server").start()
            bell.wait()

    failure = drive(scenario).failure
    assert (failure.kind, failure.threads) == ("deadlock", ("MainThread", "server"))


@WORLDS
def test_a_daemon_that_would_give_the_signal_itself_waits_for_itself(drive):
    def scenario():
        dispatcher = Dispatcher()
        dispatcher.publish(lambda: dispatcher.publish(int))

    failure = drive(scenario).failure
    assert failure.kind == "self-deadlock"
    assert failure.message == "a thread waits for done#2, which it would set itself, but only later"
    assert told(failure) == [(0, "wait", 1, "set"), (1, "wait", 1, "set")]


@WORLDS
def test_a_daemon_that_waits_for_a_signal_that_nobody_gives_is_told_of_with_those_who_wait_for_it(drive):
    def scenario():
        wake, done = threading.Event(), threading.Event()

        def serve():
            wake.wait()
            done.set()

        threading.Thread(target=serve, daemon=True).start()
        done.wait()

    failure = drive(scenario).failure
    assert failure.kind == "lost-wakeup"
    assert told(failure) == [(0, "wait", 1, "set"), (1, "wait", None, "")]
    assert failure.why == (
        "Nobody sets wake in this schedule, before the wait or after it.",
        "T0 waits for done, which T1 would set.",
    )


@WORLDS
def test_a_circle_of_locks_through_a_daemon_is_one(drive):
    def scenario():
        first, second = threading.Lock(), threading.Lock()
        bell = threading.Event()

        def serve():
            with second:
                bell.set()
                with first:
                    pass

        with first:
            threading.Thread(target=serve, daemon=True).start()
            bell.wait()
            with second:
                pass

    failure = drive(scenario).failure
    assert (failure.kind, failure.bug_class) == ("deadlock", "lock-order inversion")
    assert [(waiter.thread, waiter.holder) for waiter in failure.waiters] == [(0, 1), (1, 0)]


@WORLDS
def test_a_chain_of_daemons_is_told_to_its_end(drive):
    def scenario():
        locks = [threading.Lock() for _ in range(3)]
        bells = [threading.Event() for _ in range(2)]

        def serve(number):
            with locks[number + 1]:
                bells[number].set()
                with locks[number]:
                    pass

        with locks[0]:
            for number in range(2):
                threading.Thread(target=serve, args=(number,), daemon=True).start()
                bells[number].wait()
            with locks[2]:
                pass

    failure = drive(scenario).failure
    assert failure.kind == "deadlock"
    assert [(waiter.thread, waiter.holder) for waiter in failure.waiters] == [(0, 2), (1, 0), (2, 1)]


def idle_in_a_queue():
    inbox = queue.Queue()
    while True:
        inbox.get()


def idle_in_a_condition():
    condition, items = threading.Condition(), []
    with condition:
        while not items:
            condition.wait()


def idle_in_a_semaphore():
    threading.Semaphore(0).acquire()


@WORLDS
@pytest.mark.parametrize("idle", [idle_in_a_queue, idle_in_a_condition, idle_in_a_semaphore])
def test_a_daemon_that_waits_for_work_is_not_counted_as_stuck(drive, idle):
    def scenario():
        threading.Thread(target=idle, daemon=True).start()
        bell = threading.Event()
        bell.wait()

    failure = drive(scenario).failure
    assert (failure.kind, [waiter.thread for waiter in failure.waiters]) == ("lost-wakeup", [0])
    assert failure.message.startswith("1 thread waits for ever")


@WORLDS
def test_daemons_that_are_stuck_among_themselves_are_nobodys_failure(drive):
    def scenario():
        locks = [threading.Lock(), threading.Lock()]

        def cross(one, other):
            with one, other:
                pass

        threading.Thread(target=cross, args=locks, daemon=True).start()
        threading.Thread(target=cross, args=locks[::-1], daemon=True).start()

    assert drive(scenario).failure is None


@WORLDS
@pytest.mark.parametrize("endless", [False, True])
def test_a_daemon_that_would_go_on_for_ever_is_looked_at_for_a_while_only(drive, endless):
    def scenario():
        lock, bell, beats = threading.Lock(), threading.Event(), [0]

        def serve():
            with lock:
                while endless:
                    beats[0] += 1
            while not endless:
                beats.append(threading.Event().is_set())

        with lock:
            threading.Thread(target=serve, daemon=True).start()
            bell.wait()

    failure = drive(scenario).failure
    assert (failure.kind, told(failure)) == ("lost-wakeup", [(0, "wait", None, ""), (1, "acquire", 0, "")])
    assert failure.why[-1] == "T1 waits for lock, which T0 holds."


@WORLDS
def test_a_daemon_that_would_wait_with_a_time_out_wakes_nobody_up_in_earnest(drive):
    after = []

    def scenario():
        lock, bell = threading.Lock(), threading.Event()

        def serve():
            with lock:
                bell.set()
            threading.Event().wait(0.001)
            raise ValueError("nobody asks any more")

        def listen():
            bell.wait()
            after.append("woken up in earnest")

        listener = threading.Thread(target=listen)
        with lock:
            threading.Thread(target=serve, daemon=True).start()
            listener.start()
            listener.join()

    failure = drive(scenario).failure
    assert (failure.kind, after) == ("deadlock", [])
    assert [waiter.thread for waiter in failure.waiters] == [0, 1, 2]
