"""The form of a game's data, what a part of a game says, and what a program may put into it."""

from __future__ import annotations

import json
import re
import threading

import pytest
from all_positions import game_of
from drawn_programs import draw, scenario
from page_walkers import of

from sync_tools import __version__, run_together
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.presentation import play_data as presentation
from sync_tools.presentation.play_data import play_data
from sync_tools.words.position import FAILED, PASSED

pytestmark = pytest.mark.once


class Counter:
    def __init__(self):
        self.count = 0


def two_adds():
    counter = Counter()

    def add():
        counter.count += 1

    run_together(add, add)
    assert counter.count == 2, "one is lost"


def test_a_small_game_in_full():
    data = of(reachable(game_of(two_adds, name="two adds")), goal="lose\none")
    assert (data["format"], data["kit"], data["title"], data["goal"]) == (1, __version__, "two adds", "lose one")
    assert data["threads"] == [
        {"label": "T0", "name": "MainThread"},
        {"label": "T1", "name": "worker-1"},
        {"label": "T2", "name": "worker-2"},
    ]
    assert data["variables"] == [{"name": "Counter.count", "short": "count", "matters": True}]
    root = data["nodes"][0]
    assert [data["standings"][each]["says"] for each in root["threads"]] == [
        "waits: join worker-1 (it has not ended)",
        "next: read count",
        "next: read count",
    ]
    assert [data["standings"][each]["cannot"] for each in root["threads"]] == [
        "T0 can't join worker-1 yet: it has not ended.",
        "",
        "",
    ]
    assert [[each["thread"], each["to"], each["left_out"]] for each in root["choices"]] == [[1, 1, 0], [2, 3, 0]]
    assert [data["steps"][each]["says"] for each in root["choices"][0]["steps"]] == ["read count = 0"]
    assert [data["values"][each] for each in root["values"]] == [[0, "0"]]
    assert {key: root[key] for key in ("made", "end", "can_break", "must_break", "classes", "failing", "explored")} == {
        **{"made": len(data["start"]["steps"]), "end": None, "can_break": True, "must_break": False},
        **{"classes": 4, "failing": 2, "explored": True},
    }
    [says] = {end["says"] for end in data["ends"] if end["outcome"] == FAILED}
    assert re.fullmatch(r"You broke it in \d+ steps: lost update -- one is lost", says)
    [says] = {end["says"] for end in data["ends"] if end["outcome"] == PASSED}
    assert re.fullmatch(r"The schedule ended after \d+ steps, and nothing broke\.", says)


def test_every_field_is_documented_where_it_is_made():
    data = of(reachable(game_of(two_adds)))

    def documented(made, names):
        return {name for name in names if f"``{name}``" not in made.__doc__}

    tables = presentation._Tables
    assert documented(play_data, data) == set()
    inner = {**data["start"], **data["threads"][0], **data["places"][0], **data["variables"][0]}
    assert documented(play_data, inner) == set()
    assert documented(tables._node, data["nodes"][0]) == set()
    assert documented(tables._choice, data["nodes"][0]["choices"][0]) == set()
    assert documented(tables._standing, data["standings"][0]) == set()
    assert documented(tables._step, data["steps"][0]) == set()
    assert documented(tables._end, data["ends"][0]) == set()


def test_rows_that_are_alike_stand_there_once():
    data = of(reachable(game_of(scenario, draw(6))))
    for table in ("standings", "steps", "values", "places", "variables"):
        rows = [json.dumps(row) for row in data[table]]
        assert len(rows) == len(set(rows)), table
    assert len(data["standings"]) < len(data["nodes"])


def test_it_is_the_same_every_time():
    assert of(reachable(game_of(scenario, draw(7)))) == of(reachable(game_of(scenario, draw(7))))


def test_a_part_says_so_and_shows_what_is_not_known():
    part = reachable(game_of(two_adds), runs=1)
    data = of(part)
    unknown = [choice for node in data["nodes"] for choice in node["choices"] if choice["to"] is None]
    assert unknown
    assert all(choice["steps"] == [] for choice in unknown)
    assert (data["right"], data["complete"]) == (False, False)
    assert data["why"] == [f"Not all was explored: {len(unknown)} choices lead to what is not known."]
    assert data["nodes"][0]["explored"] is False
    assert data["nodes"][0]["can_break"] is None


def test_a_program_without_a_choice_is_told_as_one():
    data = of(reachable(game_of(lambda: 5)))
    assert (data["nodes"][0]["end"], data["nodes"][0]["choices"]) == (0, [])
    assert data["ends"][0]["says"].endswith("no choice makes a difference here.")
    assert data["ends"][0]["result"] == "5"


def test_of_a_choice_with_many_steps_the_middle_is_left_out():
    def long():
        counter = Counter()
        counter.lock = threading.Lock()

        def count():
            with counter.lock:
                for _ in range(300):
                    counter.count += 1

        run_together(count, count)

    game = Game(long)
    assert game.pass_what_decides_nothing(schedules=10, operations=50_000)
    graph = reachable(game)
    data = of(graph)
    told = {node.number: sum(len(edge.steps) for edge in node.edges) for node in graph.nodes}
    assert max(told.values()) > presentation.MOST_STEPS
    for node, known in zip(data["nodes"], graph.nodes, strict=True):
        listed = sum(len(choice["steps"]) + choice["left_out"] for choice in node["choices"])
        assert listed == told[known.number]
        assert all(len(choice["steps"]) <= presentation.MOST_STEPS for choice in node["choices"])
    assert len(json.dumps(data)) < 50_000


# ---- what a program may say ------------------------------------------------------------------------------------------

NASTY = "</script><b>\u202e\ud800\0\n\t\u2028é"


def test_what_the_program_says_stands_on_one_line_and_shows_all_it_is():
    def odd():
        counter = Counter()
        counter.count = NASTY

        def add():
            counter.count = counter.count + "!"

        threads = [threading.Thread(target=add, name=NASTY + str(number)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counter.count.endswith("!!"), NASTY

    data = of(reachable(Game(odd, name=NASTY)), goal=NASTY)
    text = json.dumps(data)
    assert text.isascii()
    texts = list(texts_in(data))
    assert not [each for each in texts if not each.isprintable()]
    assert data["threads"][1]["name"].startswith("</script><b>\\u202e\\ud800\\x00\\n")
    assert data["threads"][1]["name"].endswith("\\u2028é0")
    assert any("</script>" in end["verdict"] for end in data["ends"]), "escaping is the page's own affair"


def texts_in(data):
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from texts_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts_in(value)


def test_a_path_in_what_broke_is_told_without_its_folders():
    def missing():
        counter = Counter()

        def add():
            counter.count += 1

        run_together(add, add)
        raise FileNotFoundError(f"no {__file__}")

    data = of(reachable(game_of(missing)))
    assert {end["verdict"] for end in data["ends"]} == {
        "exception -- FileNotFoundError: no test_play_data.py",
        "lost update -- FileNotFoundError: no test_play_data.py",
    }


def test_a_file_that_is_not_at_hand_is_not_made_up():
    graph = reachable(game_of(two_adds))
    data = play_data(graph, {})
    assert [file["note"] for file in data["files"]] == ["not at hand: only the lines of the steps are shown"]
    assert {place["file"] for place in data["places"]} == {0}
