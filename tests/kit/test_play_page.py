"""``synclab play`` as a command, and its page as a file that stands alone, whatever the program has to say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
import whole_lab
from all_positions import game_of
from lab_failures import REGISTRY, SLUGS
from played_labs import WORDS, lab_graph, lab_page
from small_checkout import synclab, token_in

from sync_tools import run_together
from sync_tools.drivers.reachable import reachable
from sync_tools.presentation import play_page
from sync_tools.presentation.play_page import summary, write_play_page
from sync_tools.presentation.play_reasons import reasons, ways
from sync_tools.words.errors import UserError

pytestmark = pytest.mark.once

TRIES = "</script><script>alert(1)</script><!--{{script}}"


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the text of those that no markup can be in."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.raw = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] in ("script", "style") and data.strip():
            self.raw.append((self.elements[-1][0], data))


def read(path):
    return Reader(path.read_text(encoding="utf-8"))


def data_of(path):
    [text] = [text for tag, text in read(path).raw if tag == "script" and text.startswith("{")]
    return json.loads(text)


class Box:
    def __init__(self):
        self.n = 0


def tries():
    box = Box()

    def add():
        box.n += 1

    run_together(add, add)
    assert box.n == 2, TRIES


# ---- the file ----


@pytest.mark.parametrize("solved", [False, True])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_of_a_lab_is_small_and_holds_all_of_it(slug, solved, tmp_path):
    graph = lab_graph(slug, solved)
    assert graph.complete and graph.right == solved
    path = lab_page(slug, tmp_path, solved)
    assert path.stat().st_size < 300_000
    data = data_of(path)
    assert len(data["nodes"]) == len(graph.nodes)
    assert (data["classes"], data["failing"]) == (graph.classes, graph.failing_classes)
    assert (data["heading"], data["goal"]) == (REGISTRY.find(slug).title, REGISTRY.find(slug).goal)
    assert {file["name"].startswith("test_lab") for file in data["files"]} == {False, True}
    assert not data["files"][0]["name"].startswith("test_lab"), "the program stands before its test"


def test_it_asks_for_nothing_outside_of_itself(tmp_path):
    path = lab_page("hit_counter", tmp_path)
    attributes = [pair for _, pairs in read(path).elements for pair in pairs.items()]
    assert [value for name, value in attributes if name in ("src", "href", "srcset", "data")] == ["#threads-section"]
    text = path.read_text(encoding="utf-8")
    assert "@import" not in text and "url(" not in text


def test_only_its_own_scripts_and_styles_may_run(tmp_path):
    reader = read(write_play_page(reachable(game_of(tries)), tmp_path / "a.html", **WORDS))
    [policy] = [each["content"] for tag, each in reader.elements if tag == "meta" and "http-equiv" in each]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    for tag, many in (("script", 1), ("style", 2)):
        texts = [text for found, text in reader.raw if found == tag and not text.startswith("{")]
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert allowed[f"{tag}-src"].split() == [f"'sha256-{each}'" for each in hashes]
        assert len(hashes) == many


def test_no_word_of_the_program_becomes_markup(tmp_path):
    words = dict.fromkeys(WORDS, TRIES)
    path = write_play_page(reachable(game_of(tries, name=TRIES)), tmp_path / "a.html", **words)
    tame = write_play_page(reachable(game_of(tries)), tmp_path / "b.html", **WORDS)
    assert [tag for tag, _ in read(path).elements] == [tag for tag, _ in read(tame).elements]
    text = path.read_text(encoding="utf-8")
    assert text.count("<script") == 2
    assert text.count("function makeGame") == 1, "what looks like a slot is not filled"
    data = data_of(path)
    assert (data["title"], data["goal"], data["fix"]) == (TRIES, TRIES, TRIES)
    assert {end["verdict"] for end in data["ends"] if end["outcome"] == "failed"} == {f"lost update -- {TRIES}"}


def test_of_a_failure_it_says_why_and_what_to_try_and_of_the_first_ones_the_report(tmp_path, monkeypatch):
    monkeypatch.setattr(play_page, "MOST_REPORTS", 1)
    ends = data_of(lab_page("hit_counter", tmp_path))["ends"]
    failed = [end for end in ends if end["outcome"] == "failed"]
    assert [bool(end["report"]) for end in failed] == [True, False]
    assert token_in(failed[0]["report"]) == failed[0]["token"]
    assert all(end["try"].startswith("hold one lock") and len(end["why"]) == 2 for end in failed)
    assert all((end["why"], end["try"], end["report"]) == ([], "", "") for end in ends if end not in failed)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_step_that_a_reason_speaks_of_is_found_among_those_of_its_thread(slug, tmp_path):
    graph = lab_graph(slug)
    led = ways(graph)
    ends = data_of(lab_page(slug, tmp_path))["ends"]
    ended = [node for node in graph.nodes if node.outcome]
    failing = [(end, node) for end, node in zip(ends, ended, strict=True) if node.failure]
    assert len(failing) == len(led) > 0
    for end, node in failing:
        assert len(led[node.number]) == node.made
        assert ["".join(part["text"] for part in parts) for parts in end["why"]] == list(node.failure.why)
        numbers = [part for parts in end["why"] for part in parts if re.fullmatch(r"#\d+", part["text"])]
        for part in numbers:
            told = node.failure.steps[int(part["text"][1:]) - 1]
            thread, before = part["step"]
            made = [step for step in led[node.number] if step.thread == thread][before]
            assert (made.operation, made.target, made.site) == (told.operation, told.target, told.site)
            assert thread == told.thread


def test_of_steps_that_cannot_be_told_apart_none_is_named(tmp_path):
    failure = next(node.failure for node in lab_graph("hit_counter").nodes if node.failure)
    way = ways(lab_graph("hit_counter"))[next(n.number for n in lab_graph("hit_counter").nodes if n.failure)]
    doubled = [step for each in way for step in (each, each)]
    assert {part["step"] is None for parts in reasons(failure, doubled) for part in parts} == {True}
    named = [part["step"] for parts in reasons(failure, way) for part in parts if part["text"][0] == "#"]
    assert named and None not in named


def test_no_folder_of_the_machine_stands_in_it(tmp_path):
    text = lab_page("hit_counter", tmp_path).read_text(encoding="utf-8")
    assert str(REGISTRY.root) not in text and str(tmp_path) not in text


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(UserError, match=r"there is no folder .*missing\.$"):
        write_play_page(lab_graph("hit_counter"), tmp_path / "missing" / "a.html", **WORDS)


def test_a_part_is_summed_up_as_one():
    assert summary(reachable(game_of(tries), runs=1)).endswith(" so far: not all is explored.")


# ---- the command ----


@pytest.fixture
def lab(tmp_path):
    return whole_lab.make_whole_lab(tmp_path)


def test_the_page_is_written_and_its_place_is_told(lab):
    done = synclab(lab, "play", "counter")
    assert (done.returncode, done.stderr) == (0, "")
    path = lab / ".synclab-pages" / "counter-play.html"
    assert done.stdout.splitlines() == [
        "counter: 8 positions, 4 classes of schedules, 2 of them break it.",
        "Page:  .synclab-pages/counter-play.html",
        f"       {path.as_uri()}",
    ]
    data = data_of(path)
    assert (data["play"], data["fix"]) == ("synclab break counter", "synclab run counter")
    tokens = [end["token"] for end in data["ends"] if end["outcome"] == "failed"]
    assert len(tokens) == 2
    for token in tokens:
        again = synclab(lab, "replay", "counter", token)
        assert (again.returncode, token_in(again.stdout)) == (1, token)


def test_of_a_program_that_is_right_it_says_that_no_choice_breaks_it(lab, tmp_path):
    path = tmp_path / "here.html"
    done = synclab(lab, "play", "--target", "solutions", "--page", str(path))
    assert done.returncode == 0
    assert done.stdout.startswith("counter: no choice breaks this: 2 classes of schedules, all explored.\n")
    data = data_of(path)
    assert data["right"] is True
    assert data["play"] == "synclab break counter --target solutions"


def test_mistakes_are_clear_errors(lab, tmp_path):
    done = synclab(lab, "play", "countr")
    assert (done.returncode, "counter" in done.stderr) == (2, True)
    done = synclab(lab, "play", "counter", "--page", str(tmp_path / "missing" / "a.html"))
    assert (done.returncode, "there is no folder" in done.stderr) == (2, True)
    (lab / "labs" / "lab01_counter" / "counter.py").write_text("def broken(:\n")
    done = synclab(lab, "play", "counter")
    assert (done.returncode, "counter.py" in done.stderr) == (2, True)


def test_the_help_names_it(lab):
    assert re.search(r"^  play +Be the scheduler in the browser", synclab(lab, "--help").stdout, re.MULTILINE)
