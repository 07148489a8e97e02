"""Playing in a browser: by keys, by mouse, by links; the page shows what the engine does for the same choices."""

from __future__ import annotations

import needed
import pytest
from lab_failures import REGISTRY, SLUGS
from played_labs import lab_game, lab_graph, lab_page, target_of

from sync_tools import explore
from sync_tools.doors.replaying import replay_lab
from sync_tools.presentation.report import verdict
from sync_tools.words.position import FAILED, READY

needed.playwright()
pytestmark = pytest.mark.once

BREAKS = {"hit_counter": (1, 2, 1), "bank_abba": (1, 2)}


def told(page):
    return page.locator("#told").inner_text()


def at(page, *choices):
    wanted = f"#{','.join(map(str, choices))}" if choices else ""
    page.wait_for_function("hash => location.hash === hash", arg=wanted)


def shown(page):
    """What the page shows now: the variables, which threads can be picked, who did which steps, and those unasked."""
    values = page.locator("#variables tbody tr").evaluate_all(
        "rows => rows.map((row) => [row.querySelector('th').title, row.querySelector('td bdi').textContent])"
    )
    ready = page.locator(".pick[aria-disabled='false']").evaluate_all("all => all.map((each) => +each.dataset.pick)")
    steps = page.locator("#steps tbody tr").evaluate_all(
        """rows => rows.map((row) => [Number(row.dataset.step), row.querySelector("th").textContent.includes("*"),
            Number(row.querySelector("td[data-thread]").dataset.thread)])"""
    )
    return dict(values), sorted(ready), steps


def expected(position):
    """The same of the engine's position."""
    steps = [[step.number, step.number in position.forced, step.thread] for step in position.steps]
    return {each.name: each.value for each in position.variables}, sorted(position.ready), steps


def by_key(page, thread):
    page.keyboard.press(str(thread))


def by_mouse(page, thread):
    page.locator(f"[data-pick='{thread}']").click(force=True)  # it may say that it can't be picked, and why


# ---- to the end ----


@pytest.mark.parametrize("pick", [by_key, by_mouse])
@pytest.mark.parametrize("slug", BREAKS)
def test_what_breaks_the_program_is_found_by_hand_and_runs_again(opened, tmp_path, slug, pick):
    page = opened(lab_page(slug, tmp_path))
    lab, choices = REGISTRY.find(slug), BREAKS[slug]
    with lab_game(slug) as game:
        positions = [game.at(choices[:made]) for made in range(len(choices) + 1)]
    for made, position in enumerate(positions):
        at(page, *choices[:made])
        assert shown(page) == expected(position)
        if made < len(choices):
            assert not page.locator("#result").is_visible()
            pick(page, choices[made])
    last = positions[-1]
    assert last.outcome == FAILED
    title = page.locator("#result-title").inner_text()
    assert title == f"You broke it in {len(last.steps)} steps"
    assert page.locator("#result .says").inner_text() == verdict(last.failure)
    assert f"{title}: {verdict(last.failure)}" in told(page)
    assert page.locator("#result .why li").count() == len(last.failure.why) > 0
    assert page.locator("#findings").inner_text().startswith("Ends seen: 1 of ")
    again, look = page.locator("#result .command pre").all_inner_texts()
    assert (again.split()[:3], look.split()[:3]) == (["synclab", "replay", slug], ["synclab", "show", slug])
    failure = replay_lab(REGISTRY, lab, again.split()[3], target_of(slug, False))
    assert verdict(failure) == verdict(last.failure)


def test_in_a_deadlock_everybody_waits_and_the_page_says_for_what(opened, tmp_path):
    page = opened(lab_page("bank_abba", tmp_path), "#1,2")
    assert "deadlock (lock-order inversion)" in page.locator("#result .says").inner_text()
    assert page.locator(".pick[aria-disabled='false']").count() == 0
    texts = page.locator(".pick").all_inner_texts()
    assert "waits: acquire lock#2 (held by T2)" in texts[0] and "waits: acquire lock (held by T1)" in texts[1]
    assert page.locator("#locks").inner_text() == "Locks: T1 holds lock; T2 holds lock#2"


@pytest.mark.parametrize("slug", ["hit_counter", "bounded_buffer", "philosophers"])
def test_a_program_that_is_right_says_so_and_is_played_to_the_end(opened, tmp_path, slug):
    with lab_game(slug, solved=True) as game:
        found = explore(game.runner.scenario, kwargs=game.runner.kwargs, stop="never")
    assert found.complete
    page = opened(lab_page(slug, tmp_path, solved=True))
    known = f"No choice breaks this: {found.schedules} classes of schedules, all explored."
    assert page.locator("#known").inner_text() == known
    page.keyboard.press("h")
    assert page.locator("#outlook").inner_text() == "No. Nothing that you pick from here breaks it."
    for _ in range(100):
        if page.locator("#result").is_visible():
            break
        page.locator(".pick[aria-disabled='false']").last.click()
    assert page.locator("#result-title").inner_text() == "It ended and nothing broke"
    assert "No choice will break it." in page.locator("#result").inner_text()
    assert page.locator("#findings").inner_text() == f"Ends seen: 1 of {found.schedules}."
    assert page.locator("#endings tbody tr", has_text="breaks:").count() == 0


def test_where_there_is_no_choice_at_all_the_end_is_there_at_once(opened, tmp_path):
    page = opened(lab_page("report_totals", tmp_path, solved=True))
    assert "No choice breaks this: 1 class of schedules, all explored." in page.locator("#known").inner_text()
    assert "no choice makes a difference here" in page.locator("#result").inner_text()
    page.keyboard.press("1")
    assert told(page) == "The schedule has ended. Take steps back (u), or start again (s)."


@pytest.mark.parametrize("solved", [False, True])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_of_every_lab_is_played_to_an_end(opened, tmp_path, slug, solved):
    graph = lab_graph(slug, solved)
    page = opened(lab_page(slug, tmp_path, solved))
    assert page.locator("h1").inner_text() == REGISTRY.find(slug).title
    assert page.locator(".goal").inner_text() == f"Goal: {REGISTRY.find(slug).goal}."
    assert (page.locator("#known").count() == 1) == graph.right == solved
    node, choices = graph.nodes[0], []
    while not node.outcome:
        edge = node.edges[len(choices) % len(node.edges)]
        page.keyboard.press(str(edge.thread))
        node, choices = graph.nodes[edge.to], [*choices, edge.thread]
        at(page, *choices)
        states = [each.state == READY and not node.outcome for each in node.threads]
        assert shown(page)[1] == [thread for thread, ready in enumerate(states) if ready]
        assert len(shown(page)[2]) == node.made
    assert page.locator("#result").is_visible()
    assert ("You broke it" in page.locator("#result-title").inner_text()) == (node.outcome == FAILED)


def test_the_reasons_speak_of_the_steps_as_the_player_has_made_them(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path), "#2,1,2")
    made = {step: thread for step, _, thread in shown(page)[2]}
    assert [made[number] for number in (4, 3, 5, 7)] == [1, 2, 2, 1]
    assert page.locator("#result .why li").all_inner_texts() == [
        "T1 wrote at #7 what it had read at #4; T2's write at #5 is gone.",
        "No lock was held by both at #4-#7.",
    ]


# ---- back and forth ----


def test_choices_are_taken_back_and_made_again(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    for key in "121":
        page.keyboard.press(key)
    at(page, 1, 2, 1)
    page.keyboard.press("u")
    at(page, 1, 2)
    assert not page.locator("#result").is_visible()
    page.keyboard.press("Backspace")
    at(page, 1)
    page.keyboard.press("r")
    at(page, 1, 2)
    page.keyboard.press("s")
    at(page)
    for made in ((1,), (1, 2), (1, 2, 1)):
        page.get_by_role("button", name="Redo").click()
        at(page, *made)
    page.keyboard.press("r")
    assert told(page) == "There is nothing to redo."
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("2")  # another way: what was taken back is gone
    at(page, 1, 2, 2)
    page.keyboard.press("r")
    assert told(page) == "There is nothing to redo."
    page.get_by_role("button", name="Start again").click()
    at(page)
    page.keyboard.press("u")
    assert told(page) == "There is nothing to undo: this is the first choice."
    assert page.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "true"


def test_a_choice_that_is_made_again_leaves_the_later_ones(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path), "#1,2,1")
    page.keyboard.press("s")
    page.keyboard.press("1")
    page.keyboard.press("r")
    at(page, 1, 2)


def test_space_and_enter_let_the_present_thread_go_on(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    page.keyboard.press(" ")
    assert told(page) == "T0 can't join worker-1 yet: it has not ended. Pick another one."
    page.keyboard.press("2")
    assert "goes on with Space" in page.locator("[data-pick='2']").inner_text()
    page.keyboard.press(" ")
    at(page, 2, 2)
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    at(page, 2, 2)


def test_a_thread_that_waits_cannot_be_picked_and_the_reason_is_told(opened, tmp_path):
    page = opened(lab_page("bank_abba", tmp_path))
    for pick in (by_key, by_mouse):
        pick(page, 0)
        assert told(page) == "T0 can't join worker-1 yet: it has not ended."
    page.keyboard.press("9")
    assert told(page) == "There is no thread T9."
    at(page)


# ---- links ----


def test_a_position_can_be_linked_to(opened, tmp_path):
    path = lab_page("hit_counter", tmp_path)
    page = opened(path, "#1,2")
    assert [step[0] for step in shown(page)[2]] == [1, 2, 3, 4]
    page.evaluate("location.hash = '#2,1,2'")
    page.wait_for_function("document.querySelector('#result-title').textContent.startsWith('You broke it')")
    page.reload()
    assert "You broke it" in told(page)
    page.evaluate("location.hash = ''")
    page.wait_for_function("document.querySelector('#told').textContent.startsWith('Start: ')")


@pytest.mark.parametrize(("hash_", "left"), [("#1,9,1", (1,)), ("#1,2,1,1,1", (1, 2, 1)), ("#0", ())])
def test_an_address_with_choices_that_cannot_be_made_goes_as_far_as_it_can(opened, tmp_path, hash_, left):
    page = opened(lab_page("hit_counter", tmp_path), hash_)
    at(page, *left)
    said = told(page)
    assert said.startswith("The address holds choices that can't be made: this is as far as they go. ")
    assert ("You broke it in 11 steps" if len(left) == 3 else "Your choice: ") in said


@pytest.mark.parametrize("hash_", ["#x", "#1,,2", "#<b>", "#-1", "#1e3"])
def test_an_address_that_names_no_choices_is_the_start(opened, tmp_path, hash_):
    page = opened(lab_page("hit_counter", tmp_path), hash_)
    at(page)
    assert told(page).startswith("Start: ")


# ---- what is still possible ----


def test_whether_it_can_still_break_is_told_when_it_is_asked_and_then_where(opened, tmp_path):
    graph = lab_graph("hit_counter")
    page = opened(lab_page("hit_counter", tmp_path))
    assert page.locator("#outlook").inner_text() == "" and page.locator(".tag.breaks").count() == 0
    page.get_by_role("button", name="Can it still break from here?").click()
    assert page.locator("#outlook").inner_text() == "Yes. The right choices from here break it."
    assert page.locator(".tag.breaks").count() == 0
    page.get_by_role("button", name="Which choices lead there?").click()
    marked = page.locator(".pick", has=page.locator(".tag.breaks"))
    marked = marked.evaluate_all("all => all.map((each) => +each.dataset.pick)")
    assert marked == [edge.thread for edge in graph.nodes[0].edges if graph.outlooks[edge.to].can_break]
    page.keyboard.press("1")
    assert page.locator("#outlook").inner_text() == "" and page.locator(".tag.breaks").count() == 0
    page.keyboard.press("2")
    page.keyboard.press("h")
    assert page.locator("#outlook").inner_text() == "Yes: whatever you pick from here, it breaks."


def test_where_nothing_can_break_any_more_that_is_told(opened, tmp_path):
    graph = lab_graph("bounded_buffer")
    ways = {0: ()}
    for node in graph.nodes:
        if node.number in ways:
            ways |= {edge.to: (*ways[node.number], edge.thread) for edge in node.edges if edge.to not in ways}
    past = [node for node in ways if graph.outlooks[node].can_break is False and not graph.nodes[node].outcome]
    page = opened(lab_page("bounded_buffer", tmp_path), f"#{','.join(map(str, ways[past[0]]))}")
    page.keyboard.press("h")
    said = "No. Nothing that you pick from here breaks it: take steps back (u)."
    assert page.locator("#outlook").inner_text() == said
    page.keyboard.press("h")
    assert page.locator(".tag.breaks").count() == 0


@pytest.mark.parametrize("slug", ["hit_counter", "bounded_buffer"])
def test_all_ways_to_end_are_folded_and_lead_to_where_they_say(opened, tmp_path, slug):
    graph = lab_graph(slug)
    page = opened(lab_page(slug, tmp_path))
    assert not page.locator("#endings table").is_visible()
    page.get_by_text("Show all ways in which it can end").click()
    rows = page.locator("#endings tbody tr")
    cells = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    assert sum(int(classes) for _, classes, _, _ in cells) == graph.classes
    assert sum(int(classes) for says, classes, _, _ in cells if says.startswith("breaks:")) == graph.failing_classes
    rows.last.get_by_role("link").click()
    page.wait_for_function("document.querySelector('#result-title').textContent.startsWith('You broke it')")
    assert page.locator("#result .says").inner_text() == cells[-1][0].removeprefix("breaks: ")
    assert cells[-1][2] in page.locator("#result .command pre").first.inner_text()


def test_what_was_found_is_counted_by_classes(opened, tmp_path):
    page = opened(lab_page("hit_counter", tmp_path))
    findings = page.locator("#findings")
    assert findings.inner_text() == "Ends seen: 0 of 4; breaks: 0 of 2."
    for hash_, seen in [("1,2,1", "1 of 4; breaks: 1"), ("2,1,1", "1 of 4; breaks: 1"), ("1,1", "2 of 4; breaks: 1")]:
        page.evaluate("hash => { location.hash = hash; }", hash_)
        is_told = "text => document.querySelector('#findings').textContent === text"
        page.wait_for_function(is_told, arg=f"Ends seen: {seen} of 2.")
