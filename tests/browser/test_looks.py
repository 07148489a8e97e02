"""What a failure's page looks like: lanes and arrows, the wait-for graph, colours, narrow windows."""

from __future__ import annotations

from dataclasses import replace

import needed
import pytest
from contrast import LOWEST, too_faint
from lab_failures import SLUGS, shipped_failure
from sample_failures import CASES, LOST_UPDATE, bank

from sync_tools.words.failure import Waiter

needed.playwright()
pytestmark = pytest.mark.once

RUNS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


# ---- lanes ----


def test_marks_bars_waits_and_the_failure_stand_in_the_lanes(opened):
    page = opened(shipped_failure("audit"))
    assert page.locator(".mark b").all_inner_texts()[:5] == ["lock", "read", "read", "write", "unlock"]
    assert page.locator(".bar").all_inner_texts() == ["holds _lock"] * 3
    assert page.locator(".wait").all_inner_texts() == ["waits for _lock"]
    assert page.locator(".mark.fails").inner_text() == "fails"
    assert page.locator(".lane-head .chip").all_inner_texts() == ["T1", "T2", "T0"]


def test_the_two_steps_that_met_are_marked_by_a_word(opened):
    page = opened(replace(LOST_UPDATE, conflict=(4, 3)), "#step=4")
    assert page.locator(".mark .tag").all_inner_texts() == ["conflict", "conflict"]
    assert "Conflict: this step and #3 met." in page.locator("#told").inner_text()


def test_arrows_come_and_go_by_key_and_by_button(opened):
    failure = shipped_failure("audit")
    page = opened(failure)
    arrows = page.locator(".arrows polygon")
    button = page.get_by_role("button", name="Arrows")
    assert arrows.count() == 0 and button.get_attribute("aria-pressed") == "false"
    page.keyboard.press("h")
    assert arrows.count() == sum(len(each.after) for each in failure.steps) == 2
    assert button.get_attribute("aria-pressed") == "true"
    assert "which steps synchronization orders" in page.locator("#said").inner_text()
    button.click()
    page.wait_for_function("getComputedStyle(document.querySelector('.arrows')).display === 'none'")


def test_where_nothing_is_ordered_there_is_no_button_for_arrows(opened):
    page = opened(LOST_UPDATE)
    assert not page.get_by_role("button", name="Arrows").is_visible()


def test_an_arrow_ends_at_the_side_of_the_step_that_it_comes_from(opened):
    page = opened(shipped_failure("audit"))
    page.keyboard.press("h")
    tips = page.evaluate("""() => {
        const frame = document.querySelector(".arrows").getBoundingClientRect();
        const marks = [...document.querySelectorAll(".mark")].map((mark) => mark.getBoundingClientRect());
        return [...document.querySelectorAll(".arrows polygon")].map((head) => {
            const [x, y] = head.getAttribute("points").split(" ")[0].split(",").map(Number);
            const here = { x: frame.left + x, y: frame.top + y };
            const step = marks.findIndex((mark) => here.x >= mark.left && here.x <= mark.right
                && here.y >= mark.top - 2 && here.y <= mark.bottom + 2);
            return [step + 1, here.y < (marks[step].top + marks[step].bottom) / 2 ? "top" : "bottom"];
        });
    }""")
    assert tips == [[6, "top"], [11, "bottom"]], "T1 stands above T2"


# ---- the graph ----


@pytest.mark.parametrize(
    ("slug", "threads", "things"),
    [("bank_abba", ["T1", "T2", "T0"], ["lock#2", "lock"]), ("philosophers", ["T1", "T2", "T3", "T0"], None)],
)
def test_a_deadlock_is_drawn_as_a_circle_and_told_in_words(opened, slug, threads, things):
    failure = shipped_failure(slug)
    page = opened(failure, "#failure")
    assert sorted(page.locator(".node.thread text:first-of-type").all_text_contents()) == sorted(threads)
    objects = page.locator(".node.object text").all_text_contents()
    assert sorted(objects) == sorted(things or ["cameras[0]", "cameras[1]", "cameras[2]"])
    assert page.locator(".edge").count() == 2 * len(objects) + 1
    words = page.locator(".waiters > li").all_inner_texts()
    assert len(words) == len(failure.waiters)
    assert all("How T" in each for each in words)
    label = page.locator(".graph svg").get_attribute("aria-label")
    assert "T1 waits for" in label and ", held by T2 since shipped.py:" in label


def ring(threads, joined, file="bank.py"):
    """A deadlock of several threads in a circle, while others wait for one each of them to end."""
    here = bank(21)._replace(file=file)
    names = ("MainThread", *(f"w{number}" for number in range(1, threads + len(joined) + 1)))
    waiters = [
        Waiter(n, "acquire", f"forks[{n}]", here, n % threads + 1, here, ((f"forks[{n - 1}]", bank(20)),))
        for n in range(1, threads + 1)
    ]
    waiters += [
        Waiter(number, "join", f"w{one}", bank(40), holder=one) for number, one in enumerate(joined, threads + 1)
    ]
    return replace(CASES["deadlock"], threads=names, waiters=tuple(waiters))


STUCK_LABS = ("bank_abba", "philosophers", "inventory", "event_bus", "cart", "slow_refresh")
WAITING = {
    **{name: lambda name=name: CASES[name] for name in CASES if CASES[name].waiters},
    **{slug: lambda slug=slug: shipped_failure(slug) for slug in STUCK_LABS},
    **{f"ring of {n}": lambda n=n: ring(n, ()) for n in (2, 3, 4, 5, 7)},
    **{f"ring of {n}, joined": lambda n=n: ring(n, range(1, n + 1)) for n in (2, 3)},
    "ring with long names": lambda: ring(2, (1,), "the_bank_of_every_little_town.py"),
    "ring, one joined often": lambda: ring(2, (1, 1, 1, 2, 2)),
    "daemon": lambda: replace(
        CASES["lost-wakeup"],
        waiters=(
            Waiter(1, "wait", "ready", bank(33), holder=2, would="set"),
            Waiter(2, "acquire", "lock", bank(20), 1, bank(9)),
        ),
    ),
    "apart": lambda: replace(
        CASES["lost-wakeup"],
        waiters=(
            Waiter(0, "join", "worker-1", bank(40), holder=1),
            Waiter(1, "wait", "changed", bank(33)),
            Waiter(2, "get", "jobs", bank(34)),
        ),
    ),
}


@pytest.mark.parametrize("name", WAITING)
def test_nothing_in_the_graph_covers_anything_else(opened, name):
    page = opened(WAITING[name]())
    overlaps = page.evaluate("""() => {
        const drawn = [...document.querySelectorAll(".node, .edge text")];
        const boxes = drawn.map((each) => [each.textContent, each.getBBox()]);
        const meet = (a, b) => a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1
            && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;
        return boxes.flatMap(([text, box], at) => boxes.slice(at + 1).filter(([, other]) => meet(box, other))
            .map(([other]) => `${text} / ${other}`));
    }""")
    assert overlaps == []


def test_where_nobody_waits_for_ever_there_is_no_graph(opened):
    page = opened(LOST_UPDATE)
    assert not page.get_by_role("heading", name="Who waits for whom").is_visible()
    assert not page.get_by_role("heading", name="How they came to wait").is_visible()


# ---- colours and sizes ----


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_colours_follow_the_system_and_the_button(opened):
    light, dark = opened(LOST_UPDATE, color_scheme="light"), opened(LOST_UPDATE, color_scheme="dark")
    white, black = background(light), background(dark)
    assert white == "rgb(255, 255, 255)" != black
    light.get_by_role("button", name="Dark colours").click()
    dark.get_by_role("button", name="Light colours").click()
    assert (background(light), background(dark)) == (black, white)
    light.get_by_role("button", name="Light colours").click()
    assert background(light) == white


def test_a_choice_of_colours_is_kept_only_while_the_page_is_open(opened):
    page = opened(LOST_UPDATE, color_scheme="light")
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    assert background(page) == "rgb(255, 255, 255)"
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["audit", "bank_abba", "conflict", "long"])
def test_all_text_stands_out_from_its_ground(opened, scheme, name):
    made = {"conflict": replace(LOST_UPDATE, conflict=(4, 3), promise="it counts"), "long": CASES["long"]}
    page = opened(made[name] if name in made else shipped_failure(name), "#step=2", color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert LOWEST == 4.5
    assert too_faint(page) == []
    page.keyboard.press("End")
    assert too_faint(page) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_narrow_window_needs_no_scrolling_sideways(opened, slug):
    page = opened(shipped_failure(slug), "#failure", width=400, height=800)
    assert not page.evaluate(RUNS_OUT)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert not page.evaluate(RUNS_OUT)


def test_everything_can_be_done_with_reduced_motion_and_in_print(opened):
    page = opened(shipped_failure("audit"), reduced_motion="reduce")
    page.keyboard.press("End")
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#steps").is_visible() and not page.locator("#next").is_visible()
