"""What is waited for in vain: lost wake-ups, barriers, semaphores, queues; daemons, and progress by time-outs alone."""

import queue
import threading

import pytest
from programs_of_verdicts import SHOWN, Counter

from sync_tools import explore, run_together, stress


def kind_of(scenario, **options):
    found = explore(scenario, **options)
    assert found.failure or found.complete, found.outcome
    return found.failure and found.failure.kind


def taken(lock):
    lock.acquire()
    return lock


def full():
    jobs = queue.Queue(1)
    jobs.put(1)
    return jobs


# ---- lost wake-up, barrier, semaphore, queue ------------------------------------------------------------------------


@pytest.mark.parametrize("drive", [explore, stress])
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: threading.Event().wait, "lost-wakeup"),
        (lambda: threading.Barrier(2).wait, "unfilled-barrier"),
        (lambda: threading.Semaphore(0).acquire, "starved-semaphore"),
        (lambda: queue.Queue().get, "starved-queue"),
        (lambda: queue.SimpleQueue().get, "starved-queue"),
        (lambda: full().put, "starved-queue"),
    ],
    ids=["event", "barrier", "semaphore", "queue", "simple queue", "full queue"],
)
def test_what_is_waited_for_in_vain_gives_the_kind(drive, make, kind):
    def scenario():
        wait = make()
        run_together((wait, 2) if kind == "starved-queue" and wait.__name__ == "put" else wait)

    assert drive(scenario).failure.kind == kind


def listening(look):
    """A waiter that looks before it waits, or does not."""

    def scenario():
        changed, box = threading.Condition(), Counter()

        def tell():
            with changed:
                box.value = 1
                changed.notify()

        def hear():
            with changed:
                while not (look and box.value):
                    changed.wait()
                    if not look:
                        return

        run_together(tell, hear)

    return scenario


def test_a_signal_before_the_wait_is_lost_unless_the_waiter_looks_first():
    assert kind_of(listening(look=False)) == "lost-wakeup"
    assert kind_of(listening(look=True)) is None


def test_an_event_that_stays_set_is_not_lost_and_one_that_is_cleared_is():
    def setting(clear):
        def scenario():
            bell = threading.Event()

            def ring():
                bell.set()
                if clear:
                    bell.clear()

            run_together(ring, bell.wait)

        return scenario

    failure = explore(setting(clear=True)).failure
    assert (failure.kind, failure.bug_class) == ("lost-wakeup", "missed signal")
    assert failure.why == ("T1 cleared bell at #2 before T2 came to wait at #3: clear takes the signal away.",)
    assert kind_of(setting(clear=False)) is None


def test_a_signal_that_nobody_ever_gives_is_not_called_missed():
    failure = explore(lambda: run_together(threading.Event().wait)).failure
    assert (failure.kind, failure.bug_class) == ("lost-wakeup", "forgotten signal")
    assert "before the wait or after it" in failure.why[0]


def test_a_notify_that_woke_another_thread_is_told_from_one_that_came_too_early():
    def scenario():
        room = threading.Condition()
        here = Counter()

        def wait():
            with room:
                here.value += 1
                room.wait()

        def wake_one():
            with room:
                while here.value < 2:
                    room.wait(1)
                room.notify()

        run_together(wait, wait, wake_one)

    failure = explore(scenario).failure
    assert failure.kind == "lost-wakeup"
    assert any("woke another thread" in sentence for sentence in failure.why)


@pytest.mark.parametrize(("parties", "kind"), [(3, "unfilled-barrier"), (2, None)])
def test_a_barrier_fills_with_as_many_threads_as_it_has_parties(parties, kind):
    def scenario():
        start = threading.Barrier(parties)
        run_together(start.wait, start.wait)

    assert kind_of(scenario) == kind


@pytest.mark.parametrize(("sentinels", "kind"), [(1, "starved-queue"), (2, None)])
def test_a_queue_starves_the_consumer_that_gets_no_sentinel(sentinels, kind):
    def scenario():
        jobs = queue.Queue()

        def make():
            for _ in range(sentinels):
                jobs.put(None)

        run_together(make, jobs.get, jobs.get)

    assert kind_of(scenario) == kind


def test_a_queue_that_is_joined_says_what_was_never_marked_done():
    def scenario():
        jobs = queue.Queue()
        jobs.put(1)
        jobs.put(2)

        def work():
            jobs.get()
            jobs.task_done()
            jobs.get()

        run_together(work, jobs.join)

    failure = explore(scenario).failure
    assert (failure.kind, failure.message) == (
        "starved-queue",
        "1 thread waits for ever: 1 item of jobs was never marked done",
    )


def test_the_permits_that_were_kept_are_named_with_who_took_them():
    failure = explore(SHOWN["starved-semaphore"][0]).failure
    assert failure.why == ("Taken from permits and not given back: by T1 at #1.",)


# ---- daemons, and progress by time-outs alone -----------------------------------------------------------------------


@pytest.mark.parametrize("drive", [explore, stress])
@pytest.mark.parametrize(("daemon", "kind"), [(True, None), (False, "lost-wakeup")])
def test_a_thread_that_waits_at_the_end_is_a_failure_unless_it_is_a_daemon(drive, daemon, kind):
    def scenario():
        threading.Thread(target=threading.Event().wait, daemon=daemon).start()

    found = drive(scenario)
    assert (found.outcome, found.failure and found.failure.kind) == ("failed" if kind else "passed", kind)


def polling(notify):
    def scenario():
        changed, box = threading.Condition(), Counter()

        def make():
            with changed:
                box.value = 1
                if notify:
                    changed.notify()

        def take():
            with changed:
                while not box.value:
                    changed.wait(timeout=1)

        run_together(make, take)

    return scenario


def test_progress_by_a_time_out_alone_is_told_and_is_no_failure():
    forgotten, told = explore(polling(notify=False)), explore(polling(notify=True))
    assert (forgotten.outcome, told.outcome) == ("passed", "passed")
    assert len(forgotten.waited_out) == 1
    assert "changed" in forgotten.waited_out[0]
    assert told.waited_out == ()
