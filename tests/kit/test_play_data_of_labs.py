"""The data of a page in which a student is the scheduler: a walker that knows nothing else comes to every end."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

import pytest
from all_positions import ends_by_path
from page_walkers import Walker, all_ends, of, way
from small_checkout import REPOSITORY

from sync_tools.doors import registry
from sync_tools.doors.break_session import playing
from sync_tools.drivers.reachable import reachable
from sync_tools.presentation import play_text as words
from sync_tools.presentation.interleaving import shortener
from sync_tools.presentation.report import verdict
from sync_tools.words.position import FAILED, READY

pytestmark = pytest.mark.once

LABS = registry.load(REPOSITORY)
NAMES = [(lab.slug, target) for lab in LABS for target in ("labs", "solutions")]


@cache
def lab(slug, target):
    """A lab's graph, its data as it comes out of JSON, and the positions of some ways through it."""
    chosen = LABS.find(slug)
    with playing(LABS, chosen, target) as session:
        game = session._game
        graph = reachable(game)
        data = of(graph, [each.program_path for each in game.runner.labs()], goal=chosen.goal)
        ways = [way(data, random.Random(number)) for number in range(4)]
        positions = [[game.at(choices[:made]) for made in range(len(choices) + 1)] for choices in ways]
    text = json.dumps(data)
    assert text.isascii()
    assert json.loads(text) == data
    return graph, json.loads(text), positions


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_a_walker_with_nothing_but_the_data_sees_what_the_game_shows(slug, target):
    _, data, positions = lab(slug, target)
    for row in positions:
        walker = Walker(data)
        for position, following in zip(row, [*row[1:], None], strict=True):
            assert walker.node["made"] == len(walker.steps) == len(position.steps)
            assert [step["thread"] for step in walker.steps] == [step.thread for step in position.steps]
            assert [each["state"] for each in walker.threads] == [each.state for each in position.threads]
            assert [each["name"] for each in walker.threads] == [each.name for each in position.threads]
            assert [each["holder"] for each in walker.threads] == [each.holder for each in position.threads]
            assert [len(each["held"]) for each in walker.threads] == [len(each.held) for each in position.threads]
            assert walker.values == {each.name: each.value for each in position.variables}
            assert tuple(each["thread"] for each in walker.node["choices"]) == position.ready
            if position.outcome:
                assert walker.end["outcome"] == position.outcome
                assert walker.end["result"] == position.result
            else:
                assert walker.current == position.current
                walker.pick(following.choices[-1])


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_it_says_what_the_terminal_says(slug, target):
    graph, data, positions = lab(slug, target)
    # Names are short where that is clear in all positions, and not only in the present one.
    name = shortener(names_in(graph))
    for row in positions:
        walker, told = Walker(data), 0
        for position, following in zip(row, [*row[1:], None], strict=True):
            new = walker.steps[told:]
            assert [step["says"] for step in new] == [words.done(step, name) for step in position.steps[told:]]
            lines = [None if step["at"] is None else data["places"][step["at"]]["line"] for step in new]
            assert lines == [step.site.line or None for step in position.steps[told:]]
            assert [each["says"] for each in walker.threads] == [words.doing(each, name) for each in position.threads]
            assert [each["cannot"] for each in walker.threads] == [
                "" if each.state == READY else words.cannot(each, name) for each in position.threads
            ]
            told = len(position.steps)
            if following is not None:
                walker.pick(following.choices[-1])
        assert words.ending(position).startswith(walker.end["says"])
        assert position.outcome != FAILED or walker.end["verdict"] == verdict(position.failure)


def names_in(graph):
    for node in graph.nodes:
        for standing in node.threads:
            yield from (standing.target, *standing.held)
        yield from (variable.name for variable in node.variables)
        for edge in node.edges:
            yield from (name for step in edge.steps for name in (step.target, *step.held))
    yield from (step.target for step in graph.start)


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_every_end_is_come_to_with_its_own_verdict(slug, target):
    graph, data, _ = lab(slug, target)
    expected = {
        choices: (end.outcome, end.trace, "" if end.failure is None else verdict(end.failure), end.result)
        for choices, end in ends_by_path(graph)
    }
    found = {
        choices: (end["outcome"], end["class"], end["verdict"], end["result"]) for choices, end in all_ends(data)
    }
    assert found == expected
    assert len({end["class"] for end in data["ends"]}) == data["classes"] == data["nodes"][0]["classes"]
    failing = {end["class"] for end in data["ends"] if end["outcome"] == FAILED}
    assert len(failing) == data["failing"] == data["nodes"][0]["failing"]
    for end in data["ends"]:
        if end["outcome"] == FAILED:
            where = "" if target == "labs" else " --target solutions"
            assert end["replay"] == f"synclab replay {slug} {end['token']}{where}"
            assert end["kind"] and end["bug_class"]


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_what_can_become_of_a_position_is_there(slug, target):
    graph, data, _ = lab(slug, target)
    assert data["right"] == (target == "solutions")
    assert (data["complete"], data["why"], data["asks_all"]) == (True, [], False)
    for node, outlook in zip(data["nodes"], graph.outlooks, strict=True):
        assert (node["can_break"], node["must_break"]) == (outlook.can_break, outlook.must_break)
        assert (node["classes"], node["failing"], node["explored"]) == (outlook.classes, outlook.failing, True)


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_it_is_small_and_nothing_of_this_machine_stands_in_it(slug, target):
    _, data, _ = lab(slug, target)
    text = json.dumps(data, separators=(",", ":"))
    assert len(text) < 50_000
    assert str(REPOSITORY) not in text
    assert str(Path.home()) not in text
    absolute = re.compile(r"(?:/(?:tmp|home|usr|root|work)/|[A-Za-z]:\\\\)")
    assert not absolute.search(text)


@pytest.mark.parametrize(("slug", "target"), NAMES)
def test_the_program_and_its_test_are_shown_with_the_lines_at_which_threads_stand(slug, target):
    _, data, _ = lab(slug, target)
    chosen = LABS.find(slug)
    files = [file["name"] for file in data["files"]]
    assert files[0] == f"{slug}.py", "the program stands first"
    assert f"test_{chosen.id}.py" in files
    assert not any(file["note"] for file in data["files"])
    for place in data["places"]:
        assert data["files"][place["file"]]["name"] == place["name"]
        lines = dict(data["files"][place["file"]]["lines"])
        assert lines[place["line"]].strip()
    assert data["goal"] == chosen.goal
    assert data["title"] == f"{slug}::{chosen.goal_test}"
