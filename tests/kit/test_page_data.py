"""The data of a failure's page: what is in it, that it agrees with the failure, and what must never be in it."""

from __future__ import annotations

import getpass
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lab_failures import ROOT, SLUGS, shipped_failure
from sample_failures import CASES, CHECK, INCREMENT, LONG, LOST_UPDATE, bank, step

from sync_tools import __version__
from sync_tools.presentation.page import sources_of
from sync_tools.presentation.page_data import page_data
from sync_tools.presentation.page_steps import MOST_STEPS
from sync_tools.presentation.report import render, verdict
from sync_tools.words import failure as kinds
from sync_tools.words.failure import NO_SITE, Waiter
from sync_tools.words.outcome import RETURNED, Outcome

pytestmark = pytest.mark.once

ALL = {**{name: lambda name=name: CASES[name] for name in CASES}, **{s: lambda s=s: shipped_failure(s) for s in SLUGS}}
FOLDERS = {str(ROOT): "", str(Path.home()): "~"}


def of(failure, **more):
    return page_data(failure, sources_of(failure), **{"folders": FOLDERS, **more})


def everything_in(data):
    """All texts in a JSON value."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from everything_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from everything_in(value)


# ---- for every failure ----


@pytest.mark.parametrize("name", ALL)
def test_it_is_json_and_the_same_every_time(name):
    failure = ALL[name]()
    data = of(failure)
    assert json.loads(json.dumps(data)) == data == of(failure)


@pytest.mark.parametrize("name", ALL)
def test_it_says_what_the_terminal_report_says(name):
    failure = ALL[name]()
    data = of(failure)
    assert data["kit"] == __version__
    assert (data["kind"], data["bug_class"]) == (failure.kind, failure.bug_class)
    assert data["verdict"] == verdict(failure)
    assert data["found"].partition(";")[0].partition(" on OS")[0] in " ".join(render(failure).split())
    assert [each["name"] for each in data["threads"]] == list(failure.threads)
    assert ["".join(part["text"] for part in sentence) for sentence in data["why"]] == list(failure.why)
    assert data["switches"] == [each.number for each in failure.steps if each.preempts]


@pytest.mark.parametrize("name", ALL)
def test_each_step_is_the_failure_s_step(name):
    failure = ALL[name]()
    data = of(failure)
    assert data["count"] == len(failure.steps)
    for shown, given in zip(data["steps"], failure.steps, strict=True):
        assert (shown["number"], shown["thread"]) == (given.number, given.thread)
        assert (shown["variable"], shown["line"]) == (given.target, max(given.site.line, 0))
        assert shown["preempts"] == given.preempts and shown["after"] == list(given.after)
        assert len(shown["held"]) == len(set(given.held))
        assert f"T{given.thread} {failure.threads[given.thread]} " in shown["says"]
        assert shown["says"].endswith("; holds no lock") == (not given.held)


@pytest.mark.parametrize("name", ALL)
def test_stepping_halts_at_each_step_once_and_where_it_breaks(name):
    failure = ALL[name]()
    stops = of(failure)["stops"]
    assert [stop["step"] for stop in stops if stop["kind"] == "step"] == [each.number for each in failure.steps]
    (broken,) = [stop for stop in stops if stop["kind"] == "failure"]
    assert broken["step"] == (failure.raised_after or len(failure.steps))
    assert [stop["step"] for stop in stops] == sorted(stop["step"] for stop in stops)
    assert (stops[0]["kind"] == "start") == bool(failure.steps)


@pytest.mark.parametrize("name", ALL)
def test_no_folder_of_this_machine_and_nobody_s_name_is_in_it(name):
    failure = replace(ALL[name](), output=f"saved to {ROOT}/out and {Path.home()}/.cache\n")
    told = "\n".join(everything_in(of(failure)))
    assert str(ROOT) not in told and str(Path.home()) not in told and "/home/ada" not in told
    assert re.findall(r'(?<![\w.~])(?:/[\w.-]+){2,}|[A-Z]:\\', told) == [], "an absolute path"
    assert "saved to out and ~/.cache" in told or Path.home() in [ROOT, *ROOT.parents]
    if getpass.getuser() not in ("root", "runner"):  # those are words, too
        assert getpass.getuser() not in told


@pytest.mark.parametrize("slug", SLUGS)
def test_every_line_where_something_happens_is_shown_with_what_stands_there(slug):
    failure = shipped_failure(slug)
    data = of(failure)
    lines = {(file["name"], number): text for file in data["files"] for number, text in file["lines"]}
    for given in failure.steps:
        assert lines[given.site.short().rsplit(":", 1)[0], given.site.line].strip() == given.site.source
    for waiter in failure.waiters:
        for site in (waiter.site, *waiter.path, *waiter.holder_path):
            assert lines[site.short().rsplit(":", 1)[0], site.line].strip() == site.source
    assert all(file["note"] == "" for file in data["files"])
    if data["failure"]["thread"] is not None:
        assert (data["failure"]["file"], data["failure"]["line"]) in lines


@pytest.mark.parametrize("name", ALL)
def test_bars_waits_and_changes_speak_of_threads_and_steps_that_there_are(name):
    data = of(ALL[name]())
    threads, numbers = range(len(data["threads"])), range(data["count"] + 1)
    for span in (*data["bars"], *data["waits"]):
        assert span["thread"] in threads and span["from"] in numbers
        assert span["to"] is None or span["from"] < span["to"] <= data["count"] + 1
    for variable in data["variables"]:
        changed = [change["step"] for change in variable["changes"]]
        assert changed == sorted(set(changed)) and set(changed) <= set(numbers)


# ---- waiting for ever ----


def test_the_wait_for_graph_of_a_deadlock_is_a_circle_through_the_locks():
    graph = of(shipped_failure("bank_abba"))["graph"]
    assert graph["cycle"] == [1, 2]
    labels = {node["id"]: node["label"] for node in graph["nodes"]}
    edges = {(labels[edge["from"]], edge["text"], labels[edge["to"]]) for edge in graph["edges"]}
    assert edges == {
        ("worker-1", "waits for", "lock#2"),
        ("lock#2", "held by", "worker-2"),
        ("worker-2", "waits for", "lock"),
        ("lock", "held by", "worker-1"),
        ("MainThread", "waits for its end", "worker-1"),
    }
    assert {edge["place"]["line"] for edge in graph["edges"] if edge["from"] != "t0"} == {62}


def test_three_threads_in_a_ring_are_a_circle_of_three():
    graph = of(shipped_failure("philosophers"))["graph"]
    assert graph["cycle"] == [1, 2, 3]
    assert sum(node["thread"] is None for node in graph["nodes"]) == 3


def test_a_thread_that_waits_for_itself_is_told_with_the_calls_that_led_there():
    data = of(shipped_failure("inventory"))
    (waiter,) = data["graph"]["waiters"]
    assert waiter["thread"] == waiter["holder"] == 0
    assert [each["function"] for each in waiter["path"]][1:] == ["sell", "restock"]
    assert [each["function"] for each in waiter["holder_path"]][1:] == ["sell"]
    assert waiter["path"][-1]["source"] == "with self._lock:"
    assert {(edge["from"], edge["to"]) for edge in data["graph"]["edges"]} == {("t0", "o1"), ("o1", "t0")}


def test_who_holds_a_lock_and_has_ended_is_said_to_have_ended():
    nodes = of(CASES["leaked-lock"])["graph"]["nodes"]
    assert {node["label"]: node["state"] for node in nodes if node["thread"] is not None} == {
        "MainThread": "waits",
        "worker-1": "waits",
        "worker-2": "has ended",
    }


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].waiters])
def test_everybody_who_waits_is_in_the_graph_with_an_edge_to_what_it_waits_for(name):
    failure = CASES[name]
    graph = of(failure)["graph"]
    waiting = {waiter.thread for waiter in failure.waiters}
    assert {each["thread"] for each in graph["waiters"]} == waiting
    assert waiting <= {int(edge["from"][1:]) for edge in graph["edges"] if edge["from"][0] == "t"}
    assert {edge[end] for edge in graph["edges"] for end in ("from", "to")} == {node["id"] for node in graph["nodes"]}


def test_a_daemon_and_what_it_would_do_is_told():
    waiter = Waiter(1, "wait", "ready", bank(33), holder=2, would="set", daemon=True)
    graph = of(replace(CASES["lost-wakeup"], waiters=(waiter,)))["graph"]
    (told,) = graph["waiters"]
    assert (told["daemon"], told["would"], told["text"]) == (True, "set", "waits on ready")
    assert ("t2", "would set", "o1") in {(edge["from"], edge["text"], edge["to"]) for edge in graph["edges"]}


def test_a_failure_in_which_nobody_waits_has_no_graph():
    assert of(LOST_UPDATE)["graph"] is None


# ---- how it ends ----


def test_the_place_of_the_failure_is_where_it_was_raised():
    end = of(shipped_failure("bounded_buffer"))["failure"]
    assert (end["thread"], end["after"], end["word"]) == (2, 19, "fails")
    assert (end["file"], end["line"]) == ("shipped.py", 50)
    assert end["says"] == "T2 worker-2 fails: IndexError: pop from an empty deque"


def test_after_the_failure_the_other_threads_go_on():
    kinds_of_stops = [stop["kind"] for stop in of(shipped_failure("bounded_buffer"))["stops"]]
    assert kinds_of_stops == ["start", *["step"] * 19, "failure", *["step"] * 4]


def test_without_a_traceback_at_hand_it_is_the_last_step_of_who_raised():
    end = of(LOST_UPDATE)["failure"]
    assert (end["file"], end["line"]) == ("test_counter.py", CHECK.line)


def test_a_deadlock_is_called_by_its_name():
    end = of(CASES["deadlock"])["failure"]
    assert (end["thread"], end["line"], end["word"]) == (None, 0, "deadlock")
    assert end["says"] == "Deadlock: 2 threads wait for each other in a circle"


# ---- names and words ----


def test_numbers_of_steps_in_the_reasons_are_links_and_those_of_objects_are_not():
    sentence = "No lock in common at #1-#4: T2 held [7], T1 held [7]#2 and a.lock#3; see #99."
    (parts,) = of(replace(LOST_UPDATE, why=(sentence,)))["why"]
    assert [part["text"] for part in parts if part["step"] is not None] == ["#1", "#4"]
    assert "".join(part["text"] for part in parts) == sentence


def test_names_are_short_where_that_says_enough():
    data = of(shipped_failure("bounded_buffer"))
    assert {bar["lock"] for bar in data["bars"]} == {"_changed's lock"}
    assert [each["short"] for each in data["variables"]] == ["_items"]
    two = (step(1, 1, "write", "a.n", "1", INCREMENT), step(2, 2, "write", "b.n", "1", INCREMENT))
    assert [each["short"] for each in of(replace(LOST_UPDATE, steps=two, why=()))["variables"]] == ["a.n", "b.n"]


def test_what_a_thread_will_do_is_said_without_the_value_it_will_find():
    first = of(LOST_UPDATE)["steps"][0]
    assert (first["next"], first["text"], first["value"]) == ("read hits", "read hits = 0", "= 0")
    assert first["says"] == "Step 1 of 6: T1 worker-1 reads hits = 0 at counter.py:14; holds no lock"


def test_letters_of_all_languages_stay_and_what_would_not_be_seen_is_escaped():
    said = "erwartet: 2 Besuche in Z\u00fcrich \u202e2\x00 \ud800"
    data = of(replace(LOST_UPDATE, message=said, promise="z\u00e4hlt\nalle"))
    assert data["message"] == ["erwartet: 2 Besuche in Z\u00fcrich \\u202e2\\x00 \\ud800"]
    assert data["verdict"].endswith(data["message"][0])
    assert data["promise"] == "z\u00e4hlt alle"


def test_the_two_steps_that_met_are_marked():
    data = of(replace(LOST_UPDATE, conflict=(4, 3)))
    assert data["conflict"] == [4, 3]
    assert [each["number"] for each in data["steps"] if each["conflict"]] == [3, 4]


def test_all_ways_to_end_are_kept_for_whoever_knows_them():
    ways = [Outcome(RETURNED, "2", 5, "3k9-x2m-0"), Outcome(RETURNED, "1", 1, "3k9-x2m-b2c")]
    data = of(LOST_UPDATE, outcomes=ways)
    assert data["outcomes"][1] == {"result": "returns 1", "classes": 1, "token": "3k9-x2m-b2c"}
    assert of(LOST_UPDATE)["outcomes"] == []


def test_arguments_of_the_scenario_are_told():
    assert of(replace(LOST_UPDATE, given=(("n", "3"),)))["given"] == [["n", "3"]]


# ---- folders and files ----


def test_a_command_keeps_the_path_from_the_folder_that_it_is_run_in():
    failure = replace(LOST_UPDATE, replay_command="synclab replay hit 3k9 --target /home/ada/labs/mine/counter.py")
    replay = of(failure, folders={"/home/ada/labs": "", "/home/ada": "~"})["replay"]
    assert replay == "synclab replay hit 3k9 --target mine/counter.py"
    assert of(failure, folders={"/home/ada": "~"})["replay"].endswith("--target ~/labs/mine/counter.py")


def test_a_folder_that_only_begins_like_another_is_another():
    failure = replace(LOST_UPDATE, output="/home/adams/x /home/ada/x /home/ada")
    assert of(failure, folders={"/home/ada": "~"})["output"] == ["/home/adams/x ~/x ~"]


def test_two_files_of_one_name_are_told_apart_by_their_folders():
    steps = (
        step(1, 1, "write", "n", "1", INCREMENT._replace(file="/srv/shop/a/util.py")),
        step(2, 2, "write", "n", "1", INCREMENT._replace(file="C:\\srv\\shop\\b\\util.py")),
    )
    data = of(replace(LOST_UPDATE, steps=steps, why=()))
    assert [each["file"] for each in data["steps"]] == ["a/util.py", "b/util.py"]


def test_library_frames_of_a_traceback_keep_the_part_that_says_which():
    text = (
        'Traceback (most recent call last):\n  File "/usr/lib/python3.12/json/decoder.py", line 9, in decode\n'
        '  File "C:\\py\\Lib\\site-packages\\redis\\client.py", line 7, in get\n  File "/opt/app/x.py", line 3, in f\n'
    )
    shown = "\n".join(of(replace(LOST_UPDATE, traceback=text))["traceback"])
    assert 'File "json/decoder.py", line 9' in shown
    assert 'File "redis\\client.py", line 7' in shown
    assert 'File "x.py", line 3' in shown


def test_a_step_whose_place_is_not_known_has_none():
    data = of(replace(LOST_UPDATE, steps=(step(1, 1, "write", "n", "1", NO_SITE),), why=()))
    assert (data["steps"][0]["file"], data["steps"][0]["line"]) == ("", 0)
    assert " at " not in data["steps"][0]["says"]


# ---- long schedules ----


def long_failure(length):
    steps = tuple(
        step(n, 1 + n % 2, "read" if n % 3 else "write", "Counter.hits", str(n), bank(20), preempts=n in (900, 901))
        for n in range(1, length + 1)
    )
    return replace(LONG, steps=steps, why=("T1 read at #1500.",), conflict=(2001, 2003), raised_after=2500)


def test_of_a_long_schedule_the_ends_and_what_matters_are_shown():
    data = of(long_failure(20_000))
    numbers = [each["number"] for each in data["steps"]]
    assert len(numbers) == MOST_STEPS
    assert {1, 900, 901, 1500, 2001, 2003, 2500, 20_000} <= set(numbers)
    gaps = [(stop["first"], stop["step"]) for stop in data["stops"] if stop["kind"] == "gap"]
    told = {number for first, last in gaps for number in range(first, last + 1)} | set(numbers)
    assert told == set(range(1, 20_001))
    assert len(json.dumps(data)) < 250_000


def test_values_after_a_gap_are_those_of_the_steps_left_out_too():
    data = of(long_failure(20_000))
    (variable,) = data["variables"]
    gaps = [stop["step"] for stop in data["stops"] if stop["kind"] == "gap"]
    assert len(gaps) >= 3
    for last in gaps:
        before = [change for change in variable["changes"] if change["step"] <= last]
        assert before[-1]["value"] == str(last)


def test_a_schedule_that_fits_is_shown_whole():
    failure = replace(long_failure(MOST_STEPS), conflict=(), raised_after=0)
    assert [stop["kind"] for stop in of(failure)["stops"]] == ["start", *["step"] * MOST_STEPS, "failure"]


def test_every_kind_of_failure_is_tried_here():
    assert {failure.kind for failure in CASES.values()} == set(kinds.KINDS)
