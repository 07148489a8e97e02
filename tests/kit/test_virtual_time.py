"""Time is virtual: exact where it is measured, a lower bound where programs are judged, and never waited for.

Under ``time="exact"`` the virtual seconds of a program are those that it would take on a machine of endless speed.
Under ``time="any"`` each time-out may fire at any moment, so that no sleep passes for synchronization.
"""

import _thread
import datetime
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from programs_of_time import HOUR, PROGRAMS, join, start

from sync_tools import explore, run_together, stress
from sync_tools.words.errors import Uncontrolled

HERE = ["programs_of_time"]
BUDGET = 5_000


def hashable(value):
    return repr(value) if isinstance(value, list) else value


# ---- every timed thing, both ways ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PROGRAMS])
def test_under_exact_time_a_program_gives_and_takes_what_the_durations_say(name):
    program, result, hours, _ = PROGRAMS[name]
    found = explore(program, time="exact", stop="never", max_schedules=BUDGET, instrument=HERE)
    assert set(found.results) == {hashable(result)}
    assert found.virtual_seconds == (hours * HOUR, hours * HOUR)
    assert found.outcome == "passed"


@pytest.mark.parametrize("name", [*PROGRAMS])
def test_under_any_time_each_time_out_may_fire_at_any_moment(name):
    program, _, hours, results = PROGRAMS[name]
    if results is None:  # a loop that counts its time-outs: there is no end to what it may count
        found = explore(program, stop="never", max_schedules=60, max_steps=60, instrument=HERE)
        assert found.outcome == "inconclusive"
        assert {0, 1, 2, 3} <= set(found.results)
        return
    found = explore(program, stop="never", max_schedules=BUDGET, instrument=HERE)
    assert set(found.results) == results
    assert (found.outcome, found.complete) == ("passed", True)
    assert 0 <= found.virtual_seconds[0] <= hours * HOUR <= found.virtual_seconds[1] or "late" in name


def race_for_the_short_way():
    lock = threading.Lock()
    ways = [2, 1]

    def work():
        with lock:
            way = ways.pop()
        time.sleep(way * HOUR)

    def long_work():
        with lock:
            way = ways.pop()
        time.sleep(3 * way * HOUR)

    join(start(work, long_work))


def test_the_least_and_the_most_over_all_schedules_are_told_apart():
    found = explore(race_for_the_short_way, time="exact", stop="never")
    assert found.outcome == "passed"
    assert found.virtual_seconds == (3 * HOUR, 6 * HOUR)


def test_a_program_without_delays_takes_no_time():
    found = explore(lambda: join(start(int, int)), time="exact", stop="never")
    assert (found.outcome, found.virtual_seconds) == ("passed", (0.0, 0.0))
    assert found.operations > 0


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_parallel_work_takes_as_long_as_its_longest_part_and_a_pipeline_the_sum(workers):
    def parallel():
        join(start(*[lambda n=n: time.sleep((n + 1) * HOUR) for n in range(workers)]))

    def pipeline():
        gates = [threading.Event() for _ in range(workers + 1)]

        def stage(number):
            gates[number].wait()
            time.sleep(HOUR)
            gates[number + 1].set()

        threads = start(*[lambda n=n: stage(n) for n in range(workers)])
        gates[0].set()
        join(threads)

    for program in (parallel, pipeline):
        found = explore(program, time="exact", stop="never", max_schedules=400)
        assert (found.failing, found.virtual_seconds) == (0, (workers * HOUR, workers * HOUR))


def test_a_fix_that_sleeps_is_refuted_and_one_that_joins_is_not():
    def scenario(wait):
        box = []
        thread = threading.Thread(target=lambda: (time.sleep(HOUR), box.append("there")))
        thread.start()
        wait(thread)
        assert box == ["there"]

    failure = explore(scenario, args=(lambda thread: time.sleep(24 * HOUR),), instrument=[__name__]).failure
    assert failure.kind == "assertion"
    failure = explore(scenario, args=(lambda thread: thread.join(24 * HOUR),), instrument=[__name__]).failure
    assert failure.kind == "assertion"
    found = explore(scenario, args=(lambda thread: thread.join(),), instrument=[__name__])
    assert (found.outcome, found.complete) == ("passed", True)


# ---- clocks ----------------------------------------------------------------------------------------------------------


def ways_to_read():
    utc = datetime.timezone.utc
    ways = {
        "time": time.time,
        "time_ns": lambda: time.time_ns() / 1e9,
        "monotonic": time.monotonic,
        "monotonic_ns": lambda: time.monotonic_ns() / 1e9,
        "perf_counter": time.perf_counter,
        "perf_counter_ns": lambda: time.perf_counter_ns() / 1e9,
        "datetime.now": lambda: datetime.datetime.now().timestamp(),
        "datetime.now(utc)": lambda: datetime.datetime.now(utc).timestamp(),
        "datetime.now(tz=)": lambda: datetime.datetime.now(tz=utc).timestamp(),
        "datetime.today": lambda: datetime.datetime.today().timestamp(),
        "date.today": lambda: time.mktime(datetime.date.today().timetuple()),
        "localtime": lambda: time.mktime(time.localtime()),
        "localtime(None)": lambda: time.mktime(time.localtime(None)),
        "gmtime": lambda: datetime.datetime(*time.gmtime()[:6], tzinfo=utc).timestamp(),
        "ctime": lambda: time.mktime(time.strptime(time.ctime())),
        "asctime": lambda: time.mktime(time.strptime(time.asctime())),
        "strftime": lambda: time.mktime(time.strptime(time.strftime("%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S")),
    }
    if hasattr(time, "clock_gettime"):
        ways["clock_gettime"] = lambda: time.clock_gettime(time.CLOCK_REALTIME)
        ways["clock_gettime_ns"] = lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1e9
    return ways


DAY = 24 * HOUR


@pytest.mark.parametrize("name", list(ways_to_read()))
def test_every_clock_shows_the_virtual_time(name):
    read = ways_to_read()[name]

    def scenario():
        def work():
            before = read()
            time.sleep(2 * DAY)
            return read() - before

        return run_together(work)[0]

    found = explore(scenario, time="exact", stop="never")
    assert set(found.results) == {2 * DAY}
    assert found.virtual_seconds == (2 * DAY, 2 * DAY)


def test_the_clocks_of_one_moment_agree():
    def scenario():
        def work():
            time.sleep(1.25)
            now = time.time()
            assert now == datetime.datetime.now().timestamp() == time.mktime(time.localtime()) + 0.25
            assert time.time_ns() == int(now) * 10**9 + 250_000_000
            assert int(now) == time.mktime(time.localtime()) == time.mktime(time.strptime(time.ctime()))
            assert time.monotonic() == time.perf_counter() == 1.25
            assert time.monotonic_ns() == time.perf_counter_ns() == 1_250_000_000
            assert datetime.datetime.now().date() == datetime.date.today()

        run_together(work)

    explore(scenario, time="exact", stop="never").raise_if_failed()


def test_a_module_imported_in_a_schedule_is_no_part_of_it(tmp_path, monkeypatch):
    """``time.strptime`` imports one that keeps a lock; so does this one, and it keeps it over all schedules."""
    (tmp_path / "imported_late.py").write_text("import threading\nlock = threading.Lock()\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def scenario():
        def work():
            import imported_late

            with imported_late.lock:
                return len(box), box.append(1)

        box = []
        return sorted(length for length, _ in run_together(work, work))

    found = explore(scenario, stop="never")
    assert set(found.results) == {"[0, 1]"}
    assert (found.outcome, found.complete) == ("passed", True)
    import imported_late

    assert type(imported_late.lock) is type(_thread.allocate_lock())


def test_a_date_of_a_given_time_stays_that_date():
    def scenario():
        def work():
            moment = time.gmtime(86_400.0)
            return moment.tm_mday, time.strftime("%d", moment), time.asctime(moment), time.localtime(0) == epoch

        return run_together(work)[0]

    epoch = time.localtime(0)
    assert set(explore(scenario).results) == {(2, "02", "Fri Jan  2 00:00:00 1970", True)}


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_names_from_before_the_scenario_show_the_virtual_time_too():
    """As after ``from datetime import datetime`` and ``clock = time.monotonic`` at the top of a module."""
    now, monotonic, utcnow = datetime.datetime.now, time.monotonic, datetime.datetime.utcnow

    class Stamped:
        def __init__(self, clock=datetime.datetime.now):
            self.at = clock()

    def scenario():
        def work():
            before = now(), monotonic(), utcnow(), Stamped().at
            time.sleep(HOUR)
            after = now(), monotonic(), utcnow(), Stamped().at
            return tuple(float(getattr(b - a, "seconds", b - a)) for a, b in zip(before, after, strict=True))

        return run_together(work)[0]

    assert set(explore(scenario, time="exact").results) == {(HOUR,) * 4}


@dataclass
class Entry:
    text: str = "-"
    at: datetime.datetime = field(default_factory=datetime.datetime.now)
    since: float = field(default_factory=time.monotonic, kw_only=True)
    lock: Any = field(default_factory=threading.Lock)
    tags: list[str] = field(default_factory=list)


def test_a_default_factory_from_before_the_scenario_shows_the_virtual_time():
    def scenario():
        def work():
            before = Entry()
            time.sleep(HOUR)
            after = Entry()
            return (after.at - before.at).total_seconds(), after.since - before.since

        assert Entry().at.year == 2023
        return run_together(work)[0]

    assert set(explore(scenario, time="exact").results) == {(HOUR, HOUR)}


def test_a_default_factory_from_before_the_scenario_makes_the_scenario_s_locks():
    def scenario():
        entry = Entry()

        def work():
            with entry.lock:
                entry.tags = [*entry.tags, "x"]

        run_together(work, work)
        assert entry.tags == ["x", "x"]
        with entry.lock:
            entry.lock.acquire()

    found = explore(scenario)
    assert found.failure.kind == "self-deadlock"
    assert found.failure.waiters[0].target == "Entry.lock"


def test_after_the_scenario_default_factories_are_the_real_ones_again():
    explore(lambda: run_together(Entry))
    assert type(Entry().lock) is type(threading.Lock())
    assert Entry().at.year > 2023
    assert Entry("a", tags=["b"]).tags == ["b"]


@pytest.mark.parametrize("name", ["process_time", "process_time_ns", "thread_time", "thread_time_ns"])
def test_processor_time_is_refused_and_not_silently_real(name):
    if not hasattr(time, name):
        pytest.skip(f"no time.{name} on this platform")
    with pytest.raises(Uncontrolled, match=f"time.{name}: .*time.monotonic"):
        explore(lambda: getattr(time, name)())

    def swallowing():
        try:
            getattr(time, name)()
        except Exception:
            return "swallowed"

    with pytest.raises(Uncontrolled, match="no schedule can control"):
        explore(lambda: run_together(swallowing))


def test_processor_time_by_number_is_refused_too():
    number = getattr(time, "CLOCK_PROCESS_CPUTIME_ID", None)
    if number is None:
        pytest.skip("no time.clock_gettime on this platform")
    with pytest.raises(Uncontrolled, match="clock_gettime"):
        explore(lambda: time.clock_gettime(number))


def test_outside_of_a_scenario_and_on_os_threads_clocks_are_real():
    before = datetime.datetime.now()
    explore(lambda: time.sleep(HOUR))
    assert datetime.datetime.now() - before < datetime.timedelta(hours=1)
    assert time.process_time() > 0

    def scenario():
        assert before <= datetime.datetime.now() < before + datetime.timedelta(hours=1)
        assert time.process_time() > 0
        assert time.localtime()[:2] >= before.timetuple()[:2]

    stress(scenario, rounds=2).raise_if_failed()


# ---- clocks under any time -------------------------------------------------------------------------------------------


def clock_readers():
    seen = []

    def work(hours):
        start = time.monotonic()
        time.sleep(hours * HOUR)
        end = time.monotonic()
        assert end >= start + hours * HOUR, "awake too early"
        seen.append(end)

    run_together((work, 1), (work, 2))
    assert time.monotonic() >= max(seen)
    return tuple(sorted(hours / HOUR for hours in seen))


def test_after_a_sleep_the_clock_has_reached_its_end_and_it_never_goes_back():
    found = explore(clock_readers, stop="never")
    found.raise_if_failed()
    assert found.complete
    assert (1.0, 2.0) in found.results  # side by side
    assert (1.0, 3.0) in found.results or (2.0, 3.0) in found.results  # one after the other
    assert found.virtual_seconds[0] == 2 * HOUR
    assert found.virtual_seconds[1] == 3 * HOUR


def test_a_clock_read_by_one_thread_never_goes_back_whatever_the_others_sleep():
    def scenario():
        def read():
            times = [time.monotonic() for _ in range(3)]
            assert times == sorted(times)
            return len(set(times))

        return run_together(read, (time.sleep, HOUR))[0]

    found = explore(scenario, stop="never")
    found.raise_if_failed()
    assert set(found.results) == {1, 2}


def test_a_time_out_moves_the_clock_to_its_end():
    def scenario():
        event = threading.Event()
        thread = threading.Thread(target=event.set)
        thread.start()
        start = time.monotonic()
        woken = event.wait(HOUR)
        passed = time.monotonic() - start
        thread.join()
        return woken, passed

    found = explore(scenario, stop="never")
    assert set(found.results) == {(True, 0.0), (False, HOUR)}
    assert (found.outcome, found.complete) == ("passed", True)
