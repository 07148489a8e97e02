"""What a reader takes from a failure's page, and what a hostile program can't get into it."""

from __future__ import annotations

import needed
import pytest
from hostile_failure import HOSTILE
from sample_failures import CASES, LOST_UPDATE

from sync_tools.presentation.page import write_page
from sync_tools.words.outcome import RETURNED, Outcome

WAYS = [Outcome(RETURNED, "2", 5, "3k9-x2m-0"), Outcome(RETURNED, "1", 1, "3k9-x2m-b2c")]

needed.playwright()
pytestmark = pytest.mark.once

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
RUNS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_the_command_is_copied_and_that_is_said(opened):
    page = opened(LOST_UPDATE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the command").click()
    page.wait_for_function("document.querySelector('#said').textContent.startsWith('Copied: ')")
    assert page.evaluate("navigator.clipboard.readText()") == LOST_UPDATE.replay_command
    assert page.locator("#said").inner_text() == f"Copied: {LOST_UPDATE.replay_command}"


def test_without_a_clipboard_the_text_is_selected_and_copied(opened):
    page = opened(LOST_UPDATE)
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("document.addEventListener('copy', () => { window.taken = document.activeElement.value; })")
    page.get_by_role("button", name="Copy the command").click()
    page.wait_for_function("document.querySelector('#said').textContent.startsWith('Copied: ')")
    assert page.evaluate("window.taken") == LOST_UPDATE.replay_command
    assert page.locator("textarea").count() == 0


def test_where_nothing_can_be_copied_the_command_is_told(opened):
    page = opened(LOST_UPDATE)
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy the command").click()
    page.wait_for_function("document.querySelector('#said').textContent.startsWith('This browser does not let')")


def test_all_ways_to_end_are_a_table(opened, tmp_path):
    path = write_page(LOST_UPDATE, tmp_path / "ways.html", outcomes=WAYS)
    page = opened(path)
    page.get_by_text("All ways in which it can end").click()
    rows = page.locator("table", has_text="Classes of schedules").locator("tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [["returns", "2", "5", "3k9-x2m-0"], ["returns", "1", "1", "3k9-x2m-b2c"]]


# ---- a program that tries ----


@pytest.mark.parametrize("width", [1280, 400])
def test_a_hostile_program_stays_text(opened, width):
    page = opened(HOSTILE, width=width)
    elements = page.evaluate("document.querySelectorAll('img, iframe, object').length + document.scripts.length")
    assert elements == 2, "the data and the kit's own script"
    for _ in HOSTILE.steps:
        page.keyboard.press("n")
    page.keyboard.press("End")
    assert "</script><script>alert(1)</script>" in page.locator("h1").inner_text()
    assert "\\u202e" in page.locator("#why").inner_text()
    body = page.locator("body").inner_text()
    assert not {"\u202e", "\x00", "\u200b", "\ufeff"} & set(body)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert not page.evaluate(RUNS_OUT)


@pytest.mark.parametrize("name", CASES)
def test_a_failure_of_every_kind_opens(opened, name):
    page = opened(CASES[name], "#failure")
    assert page.locator("#told").inner_text().startswith("Here it breaks.")
    if not CASES[name].steps and not CASES[name].waiters:
        assert "no record of single steps" in page.locator("#lanes").inner_text()


def test_without_scripts_the_report_is_there(opened):
    page = opened(LOST_UPDATE, java_script_enabled=False)
    assert "T1 wrote at #4 what it had read at #1" in page.locator("noscript pre").inner_text()
    assert not page.locator("#app").is_visible()
