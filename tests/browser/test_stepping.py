"""Stepping through a failure's page in a browser: by keys, by mouse, by links; what it shows is what happened."""

from __future__ import annotations

import re
from dataclasses import replace

import needed
import pytest
from lab_failures import SLUGS, shipped_failure
from sample_failures import LONG, LOST_UPDATE, bank, step

needed.playwright()
pytestmark = pytest.mark.once


def told(page):
    return page.locator("#told").inner_text()


def shown(page):
    """What the page shows now: where in the schedule it is, the variables, and who holds what."""
    rows = page.locator("#variables tbody tr")
    variables = {}
    for row in rows.all():
        variables[row.locator("th").get_attribute("title")] = row.locator(".value bdi").inner_text()
    held = {}
    for entry in page.locator(".threads > li").all():
        text = entry.locator("p").last.inner_text()
        held[int(entry.locator(".chip").inner_text()[1:])] = text.removeprefix("holds ")
    return page.evaluate("location.hash"), variables, held


def at_stop(page, hash_):
    page.wait_for_function("hash => location.hash === hash", arg=hash_)


def expected_values(failure, number):
    """The values of plain variables after a step, read off the steps: of each the last that was read or written."""
    values = {}
    for each in failure.steps:
        if each.operation in ("read", "write") and each.value is not None:
            if each.number <= number:
                values[each.target] = each.value
            elif each.operation == "read":
                values.setdefault(each.target, each.value)  # it was there before, or nobody would have found it
    return values


def test_it_opens_from_disk_at_the_start(opened):
    page = opened(LOST_UPDATE)
    assert page.title() == "hit_counter: lost update"
    assert page.locator("h1").inner_text() == "lost update: expected 2 hits, the counter shows 1"
    assert told(page).startswith("Start: nothing is done yet; 6 steps to come.")
    at_stop(page, "#step=0")


@pytest.mark.parametrize("slug", ["hit_counter", "config_ready"])
def test_stepping_to_the_failure_shows_the_values_of_each_step(opened, slug):
    failure = shipped_failure(slug)
    page = opened(failure)
    for number in range(1, len(failure.steps) + 1):
        page.keyboard.press("ArrowRight")
        at_stop(page, f"#step={number}")
        given = failure.steps[number - 1]
        assert told(page).startswith(f"Step {number} of {len(failure.steps)}: T{given.thread} ")
        _, variables, held = shown(page)
        scalars = {name: value for name, value in expected_values(failure, number).items() if value[0] not in "{["}
        assert {name: variables[name] for name in scalars} == scalars
        assert held[given.thread] == (", ".join(given.held) or "no lock")
    page.keyboard.press("ArrowRight")
    at_stop(page, "#failure")
    assert told(page).startswith("Here it breaks. T0 MainThread fails: ")


def test_locks_are_held_as_the_steps_say(opened):
    failure = shipped_failure("audit")
    page = opened(failure)
    for given in failure.steps:
        page.keyboard.press("j")
        at_stop(page, f"#step={given.number}")
        assert shown(page)[2][given.thread] == ("_lock" if given.held else "no lock")
        assert sum(lock == "_lock" for lock in shown(page)[2].values()) == len(given.held)


@pytest.mark.parametrize(("forward", "back"), [("ArrowRight", "ArrowLeft"), ("j", "k"), ("n", "p")])
def test_back_is_as_it_was(opened, forward, back):
    page = opened(LOST_UPDATE)
    forwards = []
    for _ in range(8):
        forwards.append((told(page), *shown(page)))
        page.keyboard.press(forward)
    assert page.evaluate("location.hash") == "#failure"
    for before in reversed(forwards):
        assert (told(page), *shown(page)) == before
        page.keyboard.press(back)


def test_keys_beyond_either_end_do_nothing(opened):
    page = opened(LOST_UPDATE)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("location.hash") == "#step=0"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#failure"


@pytest.mark.parametrize(("keys", "hash_"), [("f", "#failure"), ("End", "#failure"), ("Home", "#step=0")])
def test_to_the_failure_and_to_the_start(opened, keys, hash_):
    page = opened(LOST_UPDATE, "#step=3")
    page.keyboard.press(keys)
    at_stop(page, hash_)


def test_to_the_next_switch_and_back(opened):
    page = opened(shipped_failure("per_user_locks"))
    places = []
    for key in "sssSS":
        page.keyboard.press(key)
        places.append(page.evaluate("location.hash"))
    assert places == ["#step=2", "#step=6", "#step=6", "#step=2", "#step=2"]
    page.keyboard.press("s")
    assert "Switch: another thread that could have gone on was interrupted here." in told(page)
    assert page.locator(".switch").all_inner_texts() == ["switch", "switch"]


def test_without_an_interruption_a_switch_is_where_another_thread_goes_on(opened):
    failure = shipped_failure("bounded_buffer")
    assert failure.preemptions == 0
    page = opened(failure)
    page.keyboard.press("s")
    before, after = failure.steps[2:4]
    assert (before.thread, after.thread) == (2, 1)
    assert page.evaluate("location.hash") == "#step=4"
    assert page.locator(".switch").count() == 0


def test_after_a_thread_has_failed_the_others_go_on(opened):
    page = opened(shipped_failure("bounded_buffer"), "#step=19")
    page.keyboard.press("n")
    assert page.evaluate("location.hash") == "#failure"
    assert told(page) == "Here it breaks. T2 worker-2 fails: IndexError: pop from an empty deque."
    page.keyboard.press("n")
    assert page.evaluate("location.hash") == "#step=20"
    assert told(page).startswith("Step 20 of 23: T1 worker-1 wakes up from _changed at shipped.py:41")


def test_keys_with_a_modifier_stay_the_browser_s(opened):
    page = opened(LOST_UPDATE)
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+n")
    assert page.evaluate("location.hash") == "#step=0"


# ---- links and mouse ----


def test_a_link_leads_to_its_step(opened):
    page = opened(LOST_UPDATE, "#step=4")
    assert told(page).startswith("Step 4 of 6: T1 worker-1 writes hits = 1 at counter.py:14; holds no lock.")
    page.evaluate("location.hash = '#step=2'")
    page.wait_for_function("document.querySelector('#told').textContent.startsWith('Step 2')")
    page.evaluate("location.hash = '#failure'")
    page.wait_for_function("document.querySelector('#told').textContent.startsWith('Here it breaks')")


@pytest.mark.parametrize(
    ("hash_", "becomes"), [("#step=99", "#failure"), ("#nonsense", "#step=0"), ("#step=x", "#step=0")]
)
def test_a_link_to_no_step_leads_somewhere_all_the_same(opened, hash_, becomes):
    at_stop(opened(LOST_UPDATE, hash_), becomes)


def test_the_reasons_lead_to_their_steps(opened):
    page = opened(LOST_UPDATE)
    page.locator("#why a", has_text="#3").first.click()
    at_stop(page, "#step=3")
    assert told(page).startswith("Step 3 of 6")
    page.go_back()
    page.wait_for_function("document.querySelector('#told').textContent.startsWith('Start')")


def test_a_click_on_a_mark_goes_there(opened):
    page = opened(LOST_UPDATE)
    page.locator(".mark", has_text="write").nth(1).click()
    at_stop(page, "#step=4")
    assert page.locator(".mark.now").get_attribute("aria-label") == "Step 4: T1 write hits = 1"
    page.locator(".mark.fails").click()
    at_stop(page, "#failure")
    page.locator(".axis.step", has_text="2").click()
    at_stop(page, "#step=2")


def test_buttons_do_what_they_say(opened):
    page = opened(shipped_failure("audit"))
    for name, hash_ in [
        ("Next step", "#step=1"),
        ("Next switch", "#step=6"),
        ("Failure", "#failure"),
        ("Previous step", "#step=14"),
        ("Previous switch", "#step=6"),
        ("Start", "#step=0"),
    ]:
        page.get_by_role("button", name=name, exact=True).click()
        at_stop(page, hash_)


def test_a_long_schedule_scrolls_with_the_step(opened):
    steps = tuple(step(n, 1 + n % 2, "write", "Counter.hits", str(n), bank(20)) for n in range(1, 2001))
    page = opened(replace(LONG, steps=steps, why=(), threads=LONG.threads[:3]), width=800)
    visible = """() => {
        const box = document.querySelector(".lanes").getBoundingClientRect();
        const mark = document.querySelector(".mark.now").getBoundingClientRect();
        const head = document.querySelector(".corner").getBoundingClientRect();
        return mark.left >= head.right - 1 && mark.right <= box.right + 1;
    }"""
    for hash_ in ("#step=90", "#step=1990", "#step=1", "#step=2000"):
        page.evaluate("hash => { location.hash = hash; }", hash_)
        page.wait_for_function("number => document.querySelector('#told').textContent.includes(number)", arg=hash_[6:])
        page.wait_for_function(visible)
    page.evaluate("location.hash = '#step=1000'")
    page.wait_for_function("document.querySelector('#told').textContent.includes('are left out here')")
    assert shown(page)[1]["Counter.hits"] == re.search(r"to (\d+) of 2000", told(page))[1]


# ---- markers in the source ----


def markers(page):
    """The threads at each marked line: its number and their labels."""
    found = {}
    for row in page.locator(".line:has(.chip)").all():
        found[int(row.locator(".number").inner_text())] = row.locator(".chip").all_inner_texts()
    return found


def test_each_thread_stands_at_its_line(opened):
    page = opened(shipped_failure("hit_counter"), "#step=1")
    assert markers(page) == {28: ["T1", "T2"], 32: ["T0"]}
    assert page.locator(".line.now .number").all_inner_texts() == ["28"]
    page.keyboard.press("End")
    (line,) = markers(page)
    assert markers(page) == {line: ["T0"]}
    assert page.locator(".line.now .text").inner_text().strip().startswith("assert total == 2")


def test_in_a_deadlock_each_thread_stands_where_it_waits(opened):
    page = opened(shipped_failure("slow_refresh"), "#failure")
    assert markers(page) == {66: ["T0"], 32: ["T1"]}
    assert page.locator(".chip.waits").count() >= 2


# ---- every lab ----


@pytest.mark.parametrize("slug", SLUGS)
def test_every_lab_s_failure_can_be_stepped_through_from_end_to_end(opened, slug):
    failure = shipped_failure(slug)
    page = opened(failure)
    seen = set()
    for _ in range(len(failure.steps) + 3):
        seen.add(page.evaluate("location.hash"))
        page.keyboard.press("n")
    numbers = [0, *(each.number for each in failure.steps)] if failure.steps else []
    assert seen == {"#failure", *(f"#step={number}" for number in numbers)}
    page.keyboard.press("End")
    assert told(page).startswith("Here it breaks.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
