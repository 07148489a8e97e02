"""The page of a game for every eye and hand, in every width, with every program: and what it does not claim."""

from __future__ import annotations

import itertools

import needed
import pytest
from all_positions import game_of
from contrast import too_faint
from hostile_failure import HOSTILE, LONG, MARKUP, NAME, SITE, UNSEEN
from lab_failures import SLUGS
from played_labs import WORDS, lab_page
from sample_failures import step

from sync_tools import run_together
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.presentation.play_page import write_play_page
from sync_tools.words.position import FAILED, PASSED, READY, WAITING, Standing, Variable
from sync_tools.words.reachable import Edge, Node, Reachable, outlooks

needed.playwright()
pytestmark = pytest.mark.once

RUNS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"


def told(page):
    return page.locator("#told").inner_text()


class Counter:
    def __init__(self):
        self.count = 0

    def add(self):
        self.count += 1


def two_adds():
    counter = Counter()
    run_together(counter.add, counter.add)
    assert counter.count == 2, "one is lost"


def adds(number):
    def scenario():
        counter = Counter()
        run_together(*[counter.add] * number)

    return scenario


def hostile_graph():
    """A game whose program tries to get out of the page."""

    def standing(thread, state):
        return Standing(thread, MARKUP, state, MARKUP, NAME, SITE, MARKUP + UNSEEN, None, (MARKUP,))

    threads = (standing(0, WAITING), standing(1, READY), standing(2, READY))
    values = (Variable(NAME, MARKUP + UNSEEN, True, True), Variable("y", LONG, True, True))
    steps = (step(1, 1, MARKUP, NAME, MARKUP, SITE, held=(MARKUP,), note=MARKUP + UNSEEN),)
    nodes = (
        Node(0, 0, threads, values, (Edge(1, steps, 1), Edge(2, steps, 2))),
        Node(1, 1, threads, values, outcome=FAILED, failure=HOSTILE, trace=1),
        Node(2, 1, threads, values, outcome=PASSED, result=MARKUP + UNSEEN, trace=2),
    )
    return Reachable(MARKUP, (), nodes, outlooks(nodes), True)


def crowd():
    """Thirteen threads, each of which may be picked once."""
    threads = tuple(Standing(number, f"w{number}", READY, "read", "n", SITE) for number in range(13))
    edges = tuple(Edge(number, (step(1, number, "read", "n", "0", SITE),), number + 1) for number in range(13))
    ends = (Node(number, 1, threads, (), outcome=PASSED, result="None", trace=number) for number in range(1, 14))
    nodes = (Node(0, 0, threads, (), edges), *ends)
    return Reachable("a crowd", (), nodes, outlooks(nodes), True)


def page_of(graph, folder, **words):
    return write_play_page(graph, folder / "game.html", **{**WORDS, **words})


# ---- a program that tries ----


@pytest.mark.parametrize("width", [1280, 400])
def test_a_hostile_program_stays_text(opened, tmp_path, width):
    path = page_of(hostile_graph(), tmp_path, title=MARKUP, goal=MARKUP, play=MARKUP, fix=MARKUP)
    page = opened(path, width=width)
    elements = "document.querySelectorAll('img, iframe, object').length + document.scripts.length"
    for keys in ("hh", "1", "u2", "s"):
        for key in keys:
            page.keyboard.press(key)
        assert page.evaluate(elements) == 2, "the data and the kit's own script"
        page.evaluate(UNFOLD)
        assert not page.evaluate(RUNS_OUT)
        assert not {"\u202e", "\x00", "\u200b", "\ufeff"} & set(page.locator("body").inner_text())
    assert page.locator("h1").inner_text() == MARKUP
    assert MARKUP in page.locator("[data-pick='1']").inner_text()
    page.keyboard.press("1")
    assert "</script><script>alert(1)</script>" in page.locator("#result .says").inner_text()


# ---- what it does not know ----


def test_a_page_that_does_not_hold_everything_claims_nothing_and_says_where_it_ends(opened, tmp_path):
    graph = reachable(game_of(two_adds), runs=1)
    page = opened(page_of(graph, tmp_path))
    banner = page.locator("#known").inner_text()
    assert banner.startswith(f"This page holds {len(graph.nodes)} positions; beyond them it does not know.")
    assert "synclab break counter goes all the way." in banner and graph.why[0] in banner
    out = next(edge.thread for edge in graph.nodes[0].edges if edge.to is None)
    assert "leads out of this page" in page.locator(f"[data-pick='{out}']").inner_text()
    page.keyboard.press(str(out))
    assert told(page) == "This page does not know what comes after that. synclab break counter goes all the way."
    assert page.evaluate("location.hash") == ""
    page.keyboard.press("h")
    assert page.locator("#outlook").inner_text().startswith("Not known: ")
    assert "of at least " in page.locator("#findings").inner_text()
    page.evaluate(UNFOLD)
    assert "There may be others: not all is on this page." in page.locator("#endings").inner_text()
    assert "No choice breaks" not in page.locator("body").inner_text()


def test_where_time_is_exact_nothing_is_claimed_though_all_is_explored(opened, tmp_path):
    graph = reachable(Game(adds(2), time="exact"))
    assert graph.asks_all
    assert not graph.complete and graph.outlooks[0].can_break is False
    page = opened(page_of(graph, tmp_path))
    banner = page.locator("#known").inner_text()
    assert banner.startswith(f"This page holds {len(graph.nodes)} positions. ")
    assert "Time is exact" in banner and "No choice breaks" not in banner
    page.keyboard.press("h")
    assert "those too that may make no difference" in page.locator("#unasked").inner_text()
    said = "None of the choices from here that this page holds breaks it. That is no proof."
    assert page.locator("#outlook").inner_text() == said


def test_threads_from_ten_on_are_picked_by_all_their_digits(opened, tmp_path):
    page = opened(page_of(crowd(), tmp_path))
    page.keyboard.press("1")
    assert page.evaluate("location.hash") == "", "it may be the beginning of 12"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#1'")
    page.keyboard.press("s")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.wait_for_function("location.hash === '#12'")
    page.keyboard.press("s")
    page.keyboard.press("1")
    page.keyboard.press("u")  # forgets the digit
    page.keyboard.press("2")
    page.wait_for_function("location.hash === '#2'")


# ---- for every eye and hand ----


def test_each_choice_is_told_in_a_live_region(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    line = page.get_by_role("status").first
    assert line.get_attribute("aria-live") == "polite"
    assert line.inner_text() == "Start: 2 steps made, without a choice. Your choice: T1 read hits, or T2 read hits."
    page.keyboard.press("2")
    said = "T2 worker-2: read hits = 0 (shipped.py:28). Your choice: T1 read hits, or T2 write hits."
    assert line.inner_text() == said
    assert page.locator("#unasked").inner_text().endswith("the step makes no difference to how it all ends.")


def test_all_can_be_done_by_tab_and_enter_and_the_focus_stays(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    focused = "document.activeElement.dataset.pick ?? document.activeElement.textContent"
    page.locator("[data-pick='1']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#1'")
    assert page.evaluate(focused) == "1"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "2"
    page.keyboard.press("Space")
    page.wait_for_function("location.hash === '#1,2'")
    assert page.evaluate(focused) == "2"
    page.keyboard.press("Space")
    page.wait_for_function("location.hash === '#1,2,2'")
    assert page.evaluate(focused) == "2", "it stays though the thread has ended"
    page.locator("#undo").focus()
    for left in ("#1,2", "#1", ""):
        page.keyboard.press("Enter")
        page.wait_for_function("hash => location.hash === hash", arg=left)
    assert page.evaluate(focused) == "Undo"


def test_the_keys_are_told_and_under_an_open_dialog_are_not_for_the_page(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    assert {"Space", "Enter", "u", "Backspace", "r", "s", "h", "?"} <= set(dialog.locator("kbd").all_inner_texts())
    page.keyboard.press("1")
    assert page.evaluate("location.hash") == ""
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_buttons_and_regions_have_names_and_headings_are_in_order(opened, tmp_path):
    page = opened(lab_page("bank_abba", tmp_path), "#1,2")
    names = page.locator("button:visible").evaluate_all("all => all.map((each) => each.textContent.trim())")
    assert all(names)
    levels = page.locator("h1:visible, h2:visible, h3:visible").evaluate_all(
        "all => all.map((each) => Number(each.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    named = """all => all.map((each) => each.getAttribute("aria-label")
        || document.getElementById(each.getAttribute("aria-labelledby")).textContent)"""
    regions = page.locator("section:visible, [role=region]:visible").evaluate_all(named)
    assert all(regions) and len(set(regions)) == len(regions)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("slug", "solved", "hash_"), [("hit_counter", False, "#1,2,1"), ("bank_abba", False, "#1"),
                                                       ("hit_counter", True, "#1")])  # fmt: skip
def test_all_text_stands_out_from_its_ground(opened, tmp_path, scheme, slug, solved, hash_):
    page = opened(lab_page(slug, tmp_path, solved), hash_, color_scheme=scheme)
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == grounds[scheme]
    page.evaluate(UNFOLD)
    assert too_faint(page) == []
    page.keyboard.press("s")
    page.keyboard.press("h")
    page.keyboard.press("h")
    assert too_faint(page) == []
    page.get_by_role("button", name="Light colours" if scheme == "dark" else "Dark colours").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != grounds[scheme]
    assert too_faint(page) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_narrow_window_needs_no_scrolling_sideways(opened, tmp_path, slug):
    page = opened(lab_page(slug, tmp_path), width=400, height=800)
    assert not page.evaluate(RUNS_OUT)
    page.evaluate(UNFOLD)
    while not page.locator("#result").is_visible():
        page.locator(".pick[aria-disabled='false']").last.click()
        assert not page.evaluate(RUNS_OUT)
    page.evaluate(UNFOLD)
    assert not page.evaluate(RUNS_OUT)


def test_commands_are_copied_and_that_is_said(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path), "#1,2,1", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the command").first.click()
    page.wait_for_function("document.querySelector('#said').textContent.startsWith('Copied: synclab replay ')")
    assert page.evaluate("navigator.clipboard.readText()").startswith("synclab replay hit_counter ")


def test_without_scripts_it_says_how_to_play_in_a_terminal(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path), java_script_enabled=False)
    assert "synclab break hit_counter" in page.locator("noscript").inner_text()
    assert not page.locator("#app").is_visible()
