"""The page of a failure as a file: one that stands alone, whatever the program under test has to say."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_failure import HOSTILE
from lab_failures import SLUGS, shipped_failure
from sample_failures import CASES, LOST_UPDATE

from sync_tools import explore, run_together
from sync_tools.presentation import page as pages
from sync_tools.presentation import play_page
from sync_tools.presentation.page import page, write_page
from sync_tools.presentation.page_data import page_data
from sync_tools.presentation.page_file import ASSETS, DARK, fill
from sync_tools.words import failure as words
from sync_tools.words.errors import InternalError, UserError
from sync_tools.words.outcome import RETURNED, Outcome

pytestmark = pytest.mark.once


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the text of those that no markup can be in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] in ("script", "style") and data.strip():
            self.raw.append((self.elements[-1][0], data))


def read(failure, path):
    return Reader(failure.to_html(path).read_text(encoding="utf-8"))


def data_of(reader):
    (text,) = [text for tag, text in reader.raw if tag == "script" and text.startswith("{")]
    return json.loads(text)


@pytest.mark.parametrize("name", CASES)
def test_a_failure_writes_itself_as_a_page(name, tmp_path):
    assert data_of(read(CASES[name], tmp_path / "a.html")) == page_data(
        CASES[name], pages.sources_of(CASES[name]), folders={os.getcwd(): "", str(Path.home()): "~"}
    )


def test_the_file_is_named_and_nothing_else_is_left_beside_it(tmp_path):
    written = LOST_UPDATE.to_html(str(tmp_path / "a.html"))
    assert written == tmp_path / "a.html"
    assert list(tmp_path.iterdir()) == [written]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_may_read_it(tmp_path):
    assert stat.S_IMODE(LOST_UPDATE.to_html(tmp_path / "a.html").stat().st_mode) == 0o644


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_of_a_lab_is_small(slug, tmp_path):
    assert shipped_failure(slug).to_html(tmp_path / "a.html").stat().st_size < 300_000


def test_a_failure_that_was_just_found_has_its_source_in_its_page(tmp_path):
    box = [0]

    def add():
        box[0] += 1

    def scenario():
        run_together(add, add)
        assert box[0] == 2

    def fresh():
        box[0] = 0
        scenario()

    failure = explore(fresh).failure
    (file,) = data_of(read(failure, tmp_path / "a.html"))["files"]
    assert file["name"] == Path(__file__).name
    assert "box[0] += 1" in {line.strip() for _, line in file["lines"]}


# ---- nothing gets in ----


def test_it_asks_for_nothing_outside_of_itself(tmp_path):
    reader = read(HOSTILE, tmp_path / "a.html")
    attributes = [pair for _, pairs in reader.elements for pair in pairs.items()]
    assert [value for name, value in attributes if name in ("src", "href", "srcset", "data")] == ["#schedule"]
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "@import" not in text and "url(" not in text


def test_only_its_own_scripts_and_styles_may_run(tmp_path):
    reader = read(HOSTILE, tmp_path / "a.html")
    (policy,) = [each["content"] for tag, each in reader.elements if tag == "meta" and "http-equiv" in each]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    hashes = {
        tag: {
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for found, text in reader.raw
            if found == tag and not text.startswith("{")
        }
        for tag in ("script", "style")
    }
    assert set(allowed["script-src"].split()) == hashes["script"] and len(hashes["script"]) == 1
    assert set(allowed["style-src"].split()) == hashes["style"] and len(hashes["style"]) == 2


def test_no_word_of_the_program_becomes_markup(tmp_path):
    """The page of a program that tries has the same elements as the same page without."""
    tame = replace(LOST_UPDATE, message="x -- y", promise="it works", given=(("n", "3"),), steps=())
    wild = replace(HOSTILE, steps=())
    ours = [tag for tag, _ in read(tame, tmp_path / "a.html").elements]
    assert [tag for tag, _ in read(wild, tmp_path / "b.html").elements] == ours


def test_what_the_program_says_can_be_read_back_out_of_the_page(tmp_path):
    data = data_of(read(HOSTILE, tmp_path / "a.html"))
    message = "".join(data["message"])
    for said in ("</script><script>alert(1)</script>", "]]>", "<!--", "\\u202e", "\\x00", "\\ud800"):
        assert said in message
    text = (tmp_path / "a.html").read_bytes()
    assert b"\x00" not in text and "\u202e".encode() not in text
    assert text.lower().count(b"<script") == 2
    assert not re.search(rb"<!--(?!.*-->)", text)


def test_what_looks_like_a_slot_is_not_filled(tmp_path):
    text = LOST_UPDATE.to_html(tmp_path / "a.html").read_text(encoding="utf-8")
    again = replace(LOST_UPDATE, message="{{script}}", promise="{{data}}").to_html(tmp_path / "b.html")
    assert again.read_text(encoding="utf-8").count("const HEAD") == text.count("const HEAD") == 1
    assert fill("{{a}}{{b}}", {"a": "{{b}}", "b": "c"}) == "{{b}}c"


def test_every_slot_is_filled():
    data = page_data(LOST_UPDATE, {})
    assert "{{" not in page(data)


def test_without_scripts_it_shows_the_report(tmp_path):
    text = LOST_UPDATE.to_html(tmp_path / "a.html").read_text(encoding="utf-8")
    inside = text[text.index("<noscript>") : text.index("</noscript>")]
    assert "T1 wrote at #4 what it had read at #1" in inside


# ---- writing ----


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(UserError, match=r"there is no folder .*missing\.$"):
        LOST_UPDATE.to_html(tmp_path / "missing" / "a.html")


def test_a_path_that_is_a_folder_is_a_clear_error_and_stays_as_it_was(tmp_path):
    (tmp_path / "a.html").mkdir()
    with pytest.raises(UserError, match=r"a\.html cannot be written: "):
        LOST_UPDATE.to_html(tmp_path / "a.html")
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
    with pytest.raises(UserError, match="cannot be written"):
        LOST_UPDATE.to_html(tmp_path)


def test_a_page_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    path.write_text("old")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="No space left on device"):
        LOST_UPDATE.to_html(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_arguments_of_the_scenario_are_in_its_head(tmp_path):
    path = replace(LOST_UPDATE, given=(("n", "3"), ("names", "['<b>']"))).to_html(tmp_path / "a.html")
    said = "It was given <code>n = 3</code>, <code>names = [&#x27;&lt;b&gt;&#x27;]</code>."
    assert said in path.read_text(encoding="utf-8")
    assert "It was given" not in LOST_UPDATE.to_html(tmp_path / "b.html").read_text(encoding="utf-8")


def test_all_ways_to_end_can_be_given(tmp_path):
    write_page(LOST_UPDATE, tmp_path / "a.html", outcomes=[Outcome(RETURNED, "2", 5, "3k9-x2m-0")])
    reader = Reader((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert data_of(reader)["outcomes"] == [{"result": "returns 2", "classes": 5, "token": "3k9-x2m-0"}]


def test_a_kit_without_its_presentation_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "_page_writer", None)
    with pytest.raises(InternalError, match="how to write a page"):
        LOST_UPDATE.to_html(tmp_path / "a.html")


@pytest.mark.parametrize("asset", sorted(ASSETS.iterdir()), ids=lambda path: path.name)
def test_an_asset_is_short_enough_to_read_and_is_used(asset):
    text = asset.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    used = {DARK, *(name for each in (pages, play_page) for name in (each.TEMPLATE, *each.STYLES, *each.SCRIPTS))}
    assert asset.name in used
    assert "\r" not in text and "\u2028" not in text
    # Text of the program's must never be read as markup; there is no place where it could be.
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
