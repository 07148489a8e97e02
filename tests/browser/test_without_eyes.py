"""A failure's page for those who do not see it, or have no mouse: names, live text, the table, keys."""

from __future__ import annotations

import itertools

import needed
import pytest
from lab_failures import shipped_failure
from sample_failures import LOST_UPDATE

needed.playwright()
pytestmark = pytest.mark.once


def test_buttons_and_regions_have_names_and_headings_are_in_order(opened):
    page = opened(shipped_failure("bank_abba"), "#step=1")
    names = page.locator("button:visible").evaluate_all(
        "all => all.map((each) => each.getAttribute('aria-label') || each.textContent.trim())"
    )
    assert all(names)
    # Marks may say the same twice, as two threads do; what steers must not.
    steering = page.locator("#controls button:visible, .top button").all_inner_texts()
    assert len(set(steering)) == len(steering)
    headings = page.locator("h1:visible, h2:visible, h3:visible")
    levels = headings.evaluate_all("all => all.map((each) => Number(each.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    named = """all => all.map((each) => each.getAttribute("aria-label")
        || document.getElementById(each.getAttribute("aria-labelledby")).textContent)"""
    regions = page.locator("section:visible, [role=region]:visible").evaluate_all(named)
    assert all(regions) and len(set(regions)) == len(regions)


def test_the_step_is_told_in_a_live_region(opened):
    page = opened(LOST_UPDATE)
    told = page.get_by_role("status").first
    assert told.get_attribute("aria-live") == "polite"
    page.keyboard.press("n")
    assert told.inner_text() == "Step 1 of 6: T1 worker-1 reads hits = 0 at counter.py:14; holds no lock."


@pytest.mark.parametrize("slug", ["hit_counter", "bounded_buffer"])
def test_the_table_has_a_row_for_each_step_that_says_the_same(opened, slug):
    failure = shipped_failure(slug)
    page = opened(failure)
    page.get_by_text("All steps as a table").click()
    rows = page.locator("#steps tbody tr[data-step]")
    assert rows.count() == len(failure.steps)
    for row, given in zip(rows.all(), failure.steps, strict=True):
        text = " ".join(row.inner_text().split())
        assert text.startswith(f"#{given.number} T{given.thread} {failure.threads[given.thread]} {given.operation} ")
        assert given.site.short() in text
    report = page.locator("pre.text", has_text="FAILED").last
    page.get_by_text("The report as in a terminal").click()
    assert f"FAILED {slug}" in report.inner_text()


def test_the_table_says_where_a_thread_has_failed(opened):
    page = opened(shipped_failure("bounded_buffer"))
    page.get_by_text("All steps as a table").click()
    rows = page.locator("#steps tbody tr").all_inner_texts()
    assert rows[19].strip() == "T2 worker-2 fails: IndexError: pop from an empty deque"


def test_the_tab_key_meets_only_the_current_mark_of_the_lanes(opened):
    page = opened(LOST_UPDATE, "#step=3")
    assert page.locator(".mark[tabindex='0']").count() == 1
    page.locator(".lanes").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Step 3: T2 write hits = 1"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_keys_are_told_and_the_dialog_closes(opened):
    page = opened(LOST_UPDATE)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    assert {"→", "j", "n", "s", "S", "End", "f", "Home", "h", "?"} <= set(dialog.locator("kbd").all_inner_texts())
    page.keyboard.press("n")
    assert page.evaluate("location.hash") == "#step=0", "keys under an open dialog are not for the page"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
