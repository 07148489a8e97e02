"""A log that was saved as JSON lines comes back as it was, or a message says what is wrong with the file and where."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from drawn_logs import any_records
from hypothesis import given

from sync_tools import __version__
from sync_tools.primitives import Barrier, Condition, Event, Lock, Record, RLock, Semaphore, recording
from sync_tools.primitives.reader import fields
from sync_tools.primitives.saved import OPS, Saved, read_jsonl
from sync_tools.primitives.writers import to_jsonl
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Site

pytestmark = pytest.mark.once

GOOD = Record(
    seq=1,
    thread="T1",
    thread_id=7,
    op="acquired",
    primitive="lock",
    kind="Lock",
    site=Site("C:\\work\\bank.py", 12, "transfer", "with lock:"),
    time=1.5,
    waited=0.0,
    held=None,
    contended=False,
    patient=True,
    depth=1,
    begun=None,
    thread_serial=1,
    primitive_serial=2,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def line(**changes: Any) -> str:
    """A record's line, with some of its fields changed."""
    return json.dumps({**fields(GOOD), **changes})


def complaint(file: Path) -> str:
    """What reading the file says, on one line, without the file's name at the beginning."""
    with pytest.raises(UserError) as caught:
        read_jsonl(file)
    message = str(caught.value)
    assert message.startswith(str(file)) and "\n" not in message
    return message.removeprefix(str(file))


# ---- as it was -------------------------------------------------------------------------------------------------------


@given(records=any_records)
def test_whatever_was_recorded_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip.jsonl"
    to_jsonl(records, file)
    assert read_jsonl(file) == Saved(records, dropped=records[0].seq - 1)
    assert file.read_bytes().isascii(), "any program on any system can read it"


def every_operation() -> None:
    """Do all that instrumented primitives record."""
    lock, levels, changed, event, permits = Lock(name="lock"), RLock(), Condition(), Event(), Semaphore(1)
    meeting, broken = Barrier(1), Barrier(2)
    with lock:
        assert not lock.acquire(False) and not lock.acquire(timeout=0.001)
    with levels, levels, permits:
        pass
    with changed:
        changed.wait(0.001)
        changed.wait_for(lambda: True)
        changed.notify_all()
    event.set()
    event.wait()
    event.clear()
    meeting.wait()
    meeting.reset()
    with pytest.raises(threading.BrokenBarrierError):
        broken.wait(0.001)


def test_a_real_recording_comes_back_as_it_was_with_its_lines_of_source(file: Path) -> None:
    with recording() as log:
        thread = threading.Thread(target=every_operation, name="T1")
        thread.start()
        thread.join()
    log.to_jsonl(file)
    saved = read_jsonl(file)
    assert saved == Saved(log.records, dropped=0)
    told = {record.op for record in saved.records}
    assert told | {"interrupted", "start", "joined", "ended"} == OPS, "no operation is unknown, and none made up"
    (taken,) = [record for record in saved.records if (record.primitive, record.op) == ("lock", "acquired")]
    assert (taken.site.file, taken.site.function, taken.site.source) == (__file__, "every_operation", "with lock:")


def test_what_the_ring_had_dropped_is_still_known(file: Path) -> None:
    lock = Lock()
    with recording(3) as log:
        for _ in range(5):
            with lock:
                pass
    log.to_jsonl(file)
    assert read_jsonl(file) == Saved(log.records, log.dropped)
    assert log.dropped == 12


def test_line_ends_of_windows_a_byte_order_mark_and_empty_lines_do_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + f"{line()}\r\n\r\n".encode())
    assert read_jsonl(file) == Saved([GOOD], dropped=0)


# ---- cut off ---------------------------------------------------------------------------------------------------------


def test_wherever_a_killed_program_stopped_writing_the_whole_lines_come_back(file: Path) -> None:
    records = [GOOD, GOOD._replace(seq=2, thread='{"a}\n'), GOOD._replace(seq=3, op="released", held=0.25)]
    to_jsonl(records, file)
    whole = file.read_bytes()
    ends = [number for number, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(1, len(whole) + 1):
        file.write_bytes(whole[:length])
        complete = [record for record, end in zip(records, ends, strict=True) if length >= end]
        between = length in (0, *ends, *(end + 1 for end in ends))
        assert read_jsonl(file) == Saved(complete, dropped=0, cut=not between), length


def test_a_line_that_breaks_off_before_the_last_is_an_error(file: Path) -> None:
    file.write_text(f"{line()[:-9]}\n{line(seq=2)}\n", encoding="ascii")
    assert complaint(file).startswith(", line 1: this is no JSON (")


# ---- broken ----------------------------------------------------------------------------------------------------------

NEWER = f"is not known to synclab {__version__}. Was the log written by a newer version? Then read it with that one."
GIVE = "Give a file that log.to_jsonl() has written."
PLACE = f'where a file and a line ("bank.py:12") are needed. {GIVE}'


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("nonsense", f'this is no JSON (Expecting value, column 1): "nonsense". {GIVE}'),
        ("n" * 5000, f'this is no JSON (Expecting value, column 1): "{"n" * 56}.... {GIVE}'),
        ("[" * 100_000, f'"{"[" * 56}.... {GIVE}'),
        ("1" * 5000, f'"{"1" * 56}.... {GIVE}'),
        ("[1, 2]", f'this is no record of synclab: "[1, 2]". {GIVE}'),
        ("null", f'this is no record of synclab: "null". {GIVE}'),
        ('{"traceEvents": []}', f'this is no record of synclab: "{{\\"traceEvents\\": []}}". {GIVE}'),
        ('{"seq": 2, "op": "set"}', f'the record has no "thread", "thread_id", "primitive", .... {GIVE}'),
        (line(seq=2, colour="red"), f'the field "colour" {NEWER}'),
        (line(seq=2, op="upgraded"), f'the operation "upgraded" {NEWER}'),
        (line(seq=1), "the record's number (seq) is 1, which comes after number 1. A file holds one log, in order."),
        (line(seq=2, held="long"), f'"held" is "long", where a number or null is needed. {GIVE}'),
        (line(seq=2, time=None), f'"time" is null, where a number is needed. {GIVE}'),
        (line(seq=2, time=True), f'"time" is true, where a number is needed. {GIVE}'),
        (line(seq=2.0), f'"seq" is 2.0, where a whole number is needed. {GIVE}'),
        (line(seq=2, contended=1), f'"contended" is 1, where true or false is needed. {GIVE}'),
        (line(seq=2, thread=[]), f'"thread" is a list, where a text is needed. {GIVE}'),
        (line(seq=2, source={}), f'"source" is an object, where a text is needed. {GIVE}'),
        (line(seq=2, time=float("nan")), f"NaN is no number that a record can have. {GIVE}"),
        (line(seq=2).replace("1.5", "1e999"), f'"time" is Infinity, which is more than a record can have. {GIVE}'),
        (line(seq=2**65), f'"seq" is {2**65}, which is more than a record can have. {GIVE}'),
        (line(seq=2, site="bank.py"), f'"site" is "bank.py", {PLACE}'),
        (line(seq=2, site=f"a:{'1' * 5000}"), PLACE),
    ],
    ids=lambda text: text[:24],
)
def test_a_broken_line_is_named_with_what_is_wrong_and_what_to_do(file: Path, second: str, said: str) -> None:
    file.write_text(f"{line()}\n{second}\n{line(seq=3)}\n", encoding="utf-8")
    message = complaint(file)
    assert message.startswith(", line 2: ") and message.endswith(said)
    assert len(message) < 400


def test_a_number_below_1_is_no_record(file: Path) -> None:
    file.write_text(line(seq=0), encoding="ascii")
    assert complaint(file).startswith(", line 1: the record's number (seq) is 0, which is less than 1.")


def test_two_logs_in_one_file_are_told_from_one(file: Path) -> None:
    to_jsonl([GOOD, GOOD._replace(seq=2)], file)
    file.write_text(file.read_text(encoding="ascii") * 2, encoding="ascii")
    assert complaint(file).startswith(", line 3: ")


def test_text_in_another_encoding_is_named(file: Path) -> None:
    file.write_text(line(), encoding="utf-16")
    assert complaint(file) == f", line 1: this is no text in UTF-8. {GIVE}"


def test_a_last_line_without_an_end_that_is_no_cut_off_record_is_an_error(file: Path) -> None:
    file.write_text(f"{line()}\nnonsense", encoding="ascii")
    assert complaint(file).startswith(", line 2: this is no JSON")


@pytest.mark.parametrize("content", ["", "\n", " \n\n"])
def test_an_empty_file_says_how_one_gets_records(file: Path, content: str) -> None:
    file.write_text(content, encoding="ascii")
    message = complaint(file)
    assert message.startswith(" is empty: it holds no record.")
    assert "with recording() as log" in message and "log.to_jsonl()" in message


def test_a_file_that_cannot_be_read_is_named(file: Path) -> None:
    assert complaint(file).startswith(" cannot be read: ")
    assert complaint(file.parent).startswith(" cannot be read: ")
