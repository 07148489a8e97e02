"""The command ``synclab log``: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from drawn_logs import ODD, drawn, listed, lock_record
from small_checkout import Done, synclab, synclab_process

from sync_tools.primitives import Record
from sync_tools.primitives.saved import read_jsonl
from sync_tools.primitives.writers import to_jsonl, trace_events

ESCAPE = "\x1b"
DEADLOCK = [
    lock_record(seq, op, lock, thread)
    for seq, (op, lock, thread) in enumerate(
        [
            ("acquired", "a", "T1"),
            ("acquired", "b", "T1"),
            ("released", "b", "T1"),
            ("released", "a", "T1"),
            ("acquired", "b", "T2"),
            ("acquired", "a", "T2"),
            ("released", "a", "T2"),
            ("released", "b", "T2"),
        ],
        1,
    )
]
HARMLESS = DEADLOCK[:4]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is no checkout, with a log of a potential deadlock and one without."""
    to_jsonl(DEADLOCK, tmp_path / "deadlock.jsonl")
    to_jsonl(HARMLESS, tmp_path / "harmless.jsonl")
    return tmp_path


def fails(done: Done) -> str:
    """The message of a command that was called, or fed, wrongly."""
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_a_log_is_summed_up(folder: Path) -> None:
    done = synclab(folder, "log", "harmless.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == drawn(HARMLESS) + "\n"


def test_a_potential_deadlock_is_exit_code_1(folder: Path) -> None:
    done = synclab(folder, "log", "deadlock.jsonl")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == drawn(DEADLOCK) + "\n"
    assert "Potential deadlocks: 1" in done.stdout


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (["--order"], {}),
        (["--primitive", "a"], {"primitives": ["a"]}),
        (["--primitive", "a", "--primitive", "b", "--thread", "T2"], {"primitives": ["a", "b"], "threads": ["T2"]}),
        (["--limit", "3"], {"limit": 3}),
        (["--order", "--thread", "T1", "--limit", "2"], {"threads": ["T1"], "limit": 2}),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_the_order_is_listed_on_request_as_narrow_as_asked(
    folder: Path, options: list[str], asked: dict[str, object]
) -> None:
    done = synclab(folder, "log", "deadlock.jsonl", *options)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{drawn(DEADLOCK)}\n\n{listed(DEADLOCK, **asked)}\n"


def test_what_was_dropped_and_what_was_cut_off_is_said(folder: Path) -> None:
    file = folder / "rest.jsonl"
    to_jsonl([record._replace(seq=record.seq + 40) for record in HARMLESS], file)
    file.write_bytes(file.read_bytes()[:-20])
    done = synclab(folder, "log", "rest.jsonl")
    assert done.returncode == 0
    assert done.stdout.startswith("3 records (40 dropped) of 1 thread and 2 primitives")
    assert "The file's last line breaks off" in done.stdout


# ---- in a terminal and elsewhere -------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("name", ["deadlock.jsonl", "harmless.jsonl"])
def test_a_terminal_gets_the_same_in_colour(folder: Path, name: str, columns: int) -> None:
    call = ("log", name, "--order")
    plain = synclab(folder, *call, COLUMNS=str(columns))
    coloured = synclab(folder, *call, COLUMNS=str(columns), FORCE_COLOR="1", TERM="xterm")
    assert ESCAPE not in plain.stdout and ESCAPE in coloured.stdout
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured.stdout) == plain.stdout
    assert coloured.returncode == plain.returncode
    assert max(map(len, plain.stdout.splitlines())) <= columns
    # The potential deadlock is what must not be overlooked.
    alarms = re.findall(r"\x1b\[1;31m([^\x1b]*)", coloured.stdout)
    assert alarms == (["Potential deadlocks: 1"] if name == "deadlock.jsonl" else [])


def test_plain_output_has_no_escape_codes_even_in_a_terminal(folder: Path) -> None:
    done = synclab(folder, "log", "deadlock.jsonl", "--order", "--plain", FORCE_COLOR="1", TERM="xterm")
    assert done.stdout == f"{drawn(DEADLOCK)}\n\n{listed(DEADLOCK)}\n"


def test_names_that_no_terminal_could_show_are_shown(folder: Path) -> None:
    names = [name for name in ODD if name.strip()]
    records: list[Record] = [
        lock_record(number, "acquired", name, name, primitive_serial=number + 1000)
        for number, name in enumerate(names, 1)
    ]
    to_jsonl(records, folder / "odd.jsonl")
    done = synclab_process(folder, "log", "odd.jsonl", "--order")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{drawn(records)}\n\n{listed(records)}\n"


def test_each_row_of_plain_output_can_be_found_by_its_name(folder: Path) -> None:
    lines = synclab(folder, "log", "deadlock.jsonl", "--order").stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("a ")] == [
        ["a", "Lock", "2", "100ms", "100ms", "100ms", "-"]
    ]
    rows = [line.split() for line in lines if re.match(r" *\d+  \d", line)]
    assert [(int(row[0]), row[2], row[3], row[4]) for row in rows] == [
        (record.seq, record.thread, record.op, record.primitive) for record in DEADLOCK
    ]


# ---- the trace -------------------------------------------------------------------------------------------------------


def test_the_trace_is_the_log_s(folder: Path) -> None:
    done = synclab(folder, "log", "deadlock.jsonl", "--trace", "out.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == drawn(DEADLOCK) + "\n\nout.json is written. Open it at https://ui.perfetto.dev\n"
    written = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert written["traceEvents"] == trace_events(read_jsonl(folder / "deadlock.jsonl").records)


def test_a_trace_that_cannot_be_written_is_named(folder: Path) -> None:
    done = synclab(folder, "log", "deadlock.jsonl", "--trace", "nowhere/out.json")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: nowhere/out.json cannot be written: ")


def test_the_trace_never_replaces_the_log(folder: Path) -> None:
    before = (folder / "deadlock.jsonl").read_bytes()
    done = synclab(folder, "log", "deadlock.jsonl", "--trace", "./deadlock.jsonl")
    assert done.returncode == 2
    assert done.stderr == "Error: deadlock.jsonl is the log itself: name another file for the trace.\n"
    assert (folder / "deadlock.jsonl").read_bytes() == before


# ---- mistakes --------------------------------------------------------------------------------------------------------


def test_a_broken_file_is_one_line_and_exit_code_2(folder: Path) -> None:
    (folder / "broken.jsonl").write_text("nonsense\n", encoding="ascii")
    message = fails(synclab(folder, "log", "broken.jsonl"))
    assert message.startswith("Error: broken.jsonl, line 1: this is no JSON") and message.count("\n") == 1


def test_a_missing_and_an_empty_file_are_named(folder: Path) -> None:
    (folder / "empty.jsonl").touch()
    assert fails(synclab(folder, "log", "missing.jsonl")).startswith("Error: missing.jsonl cannot be read: ")
    assert fails(synclab(folder, "log", "empty.jsonl")).startswith("Error: empty.jsonl is empty: ")


def test_a_name_that_is_not_in_the_log_gets_the_nearest(folder: Path) -> None:
    message = fails(synclab(folder, "log", "deadlock.jsonl", "--thread", "T22"))
    assert message == "Error: the log has no thread 'T22'. Did you mean T2?\n"


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_a_number_from_1_on(folder: Path, limit: str) -> None:
    assert "--limit" in fails(synclab(folder, "log", "deadlock.jsonl", "--limit", limit))


def test_help_fits_80_columns_and_tells_of_options_and_exit_codes(folder: Path) -> None:
    done = synclab(folder, "log", "--help")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    told = " ".join(done.stdout.split())
    assert 'with sync_tools.recording() as log: ... log.to_jsonl("FILE")' in told
    assert "Exit code 1 if there is a potential deadlock, 0 if not." in told
    options = set(re.findall(r"--\w+", done.stdout))
    assert options == {"--all", "--order", "--primitive", "--thread", "--limit", "--plain", "--trace", "--help"}
    assert "log " in synclab(folder, "--help").stdout
