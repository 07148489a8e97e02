"""Lab 6, the log: every line is whole, stands there once, and in the order of the calls."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


class File:
    """A file in memory: one write is one step."""

    def __init__(self):
        self.text = []

    def write(self, text):
        self.text.append(text)

    def flush(self):
        """Nothing waits in this file."""

    def lines(self):
        return "".join(self.text).splitlines(keepends=True)


class BufferedFile(File):
    """A file whose lines are there only when it was flushed after they were written."""

    def __init__(self):
        super().__init__()
        self.flushed = 0

    def flush(self):
        self.flushed = len(self.text)

    def lines(self):
        return "".join(self.text[: self.flushed]).splitlines(keepends=True)


def assert_whole(file, *expected):
    """The file holds the `expected` lines, in any order."""
    lines = file.lines()
    whole = sorted(lines) == sorted(expected)
    assert whole, f"expected the lines {list(expected)}, the file holds {lines}"


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="When close() has returned, every line is in the sink exactly once, and flushed.")
def test_each_call_is_one_line_in_the_order_of_the_calls(lab):
    file = BufferedFile()
    log_file = lab.LogFile(file)
    ada, bob = log_file.logger("ada"), log_file.logger("bob")
    ada.log("INFO", "leaves")
    bob.log("WARNING", "no fuel")
    ada.log("INFO", "is back")
    log_file.close()
    assert file.lines() == ["INFO ada: leaves\n", "WARNING bob: no fuel\n", "INFO ada: is back\n"]


@explored(promise="Log each of parcels as delivered by driver.")
def test_each_delivery_is_one_line(lab):
    file = File()
    log_file = lab.LogFile(file)
    lab.deliver(log_file, "ada", ["a book", "a lamp"])
    log_file.close()
    assert file.lines() == ["INFO ada: delivered a book\n", "INFO ada: delivered a lamp\n"]


@explored(promise="Return a new logger that writes to this log file.")
def test_a_log_without_lines_is_empty_and_two_logs_do_not_mix(lab):
    north, south = File(), File()
    logs = [lab.LogFile(north), lab.LogFile(south)]
    logs[0].logger("ada").log("INFO", "leaves")
    for log_file in logs:
        log_file.close()
    assert (north.lines(), south.lines()) == (["INFO ada: leaves\n"], [])


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 1 or 2 classes a test; with
# a thread that writes up to 14.


@explored(promise="Each line is whole: nothing of another line stands in it, and it ends with a line break.")
def test_the_lines_of_two_loggers_are_whole(lab):
    file = File()
    log_file = lab.LogFile(file)
    ada, bob = log_file.logger("ada"), log_file.logger("bob")
    run_together((ada.log, "INFO", "left"), (bob.log, "INFO", "back"))
    log_file.close()
    assert_whole(file, "INFO ada: left\n", "INFO bob: back\n")


@explored(promise="Each line is whole: nothing of another line stands in it, and it ends with a line break.")
def test_two_threads_with_one_logger_write_whole_lines(lab):
    file = File()
    log_file = lab.LogFile(file)
    ada = log_file.logger("ada")
    run_together((ada.log, "INFO", "left"), (ada.log, "INFO", "back"))
    log_file.close()
    assert_whole(file, "INFO ada: left\n", "INFO ada: back\n")


@explored(promise="Each line is whole: nothing of another line stands in it, and it ends with a line break.")
def test_drivers_who_come_at_the_same_time_write_whole_lines(lab):
    file = BufferedFile()
    log_file = lab.LogFile(file)
    run_together((lab.deliver, log_file, "ada", ["a book"]), (lab.deliver, log_file, "bob", ["a lamp"]))
    log_file.close()
    assert_whole(file, "INFO ada: delivered a book\n", "INFO bob: delivered a lamp\n")


@explored(
    promise="Lines stand in the order of the calls: if one call of log had returned before another began, "
    "its line comes first, whichever loggers and threads they were."
)
def test_a_line_stands_after_all_that_were_logged_before_it(lab):
    file = File()
    log_file = lab.LogFile(file)
    depot = log_file.logger("depot")
    depot.log("INFO", "open")
    run_together((lab.deliver, log_file, "ada", ["a book"]))
    depot.log("INFO", "closed")
    log_file.close()
    lines = file.lines()
    expected = ["INFO depot: open\n", "INFO ada: delivered a book\n", "INFO depot: closed\n"]
    assert lines == expected, f"the lines came in another order than the calls: {lines}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200, promise="Each line is whole: nothing of another line stands in it, and it ends with a line break."
)
def test_every_line_is_whole_under_load(lab):
    file = File()
    log_file = lab.LogFile(file)
    drivers = ("ada", "bob", "eve")
    run_together(*[(lab.deliver, log_file, driver, ["a book"]) for driver in drivers])
    log_file.close()
    assert_whole(file, *[f"INFO {driver}: delivered a book\n" for driver in drivers])


# Property: hypothesis draws what two threads log, and through which loggers; the engine runs every class of schedules.

names = st.sampled_from(["ada", "bob"])


def follow(loggers, thread, plan):
    """Log one line for each step of `plan`, through the logger that it names."""
    for number, name in enumerate(plan):
        loggers[name].log("INFO", f"{thread}.{number}")


@settings(max_examples=15)
@given(first=st.lists(names, max_size=2), second=st.lists(names, max_size=1))
@explored(promise="Each line is whole: nothing of another line stands in it, and it ends with a line break.")
def test_whatever_two_threads_log_the_lines_are_whole_and_in_order(lab, first, second):
    file = File()
    log_file = lab.LogFile(file)
    loggers = {name: log_file.logger(name) for name in ("ada", "bob")}
    run_together((follow, loggers, 1, first), (follow, loggers, 2, second))
    log_file.close()
    lines = file.lines()
    for thread, plan in ((1, first), (2, second)):
        mine = [f"INFO {name}: {thread}.{number}\n" for number, name in enumerate(plan)]
        seen = [line for line in lines if line in mine]
        assert seen == mine, f"thread {thread} logged {mine}, the file holds {lines}"
    assert len(lines) == len(first) + len(second), f"nobody logged some of {lines}"
