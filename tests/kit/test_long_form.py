"""The long form of a failure: JSON that says what made it, with which data, and every step."""

import json
import platform
import random

import sync_tools
from sync_tools import explore, replay, run_together


class Cell:
    def __init__(self, value):
        self.value = value
        self.noise = 0


def adds(start, *, by):
    cell = Cell(start)

    def work():
        cell.noise = random.randrange(1_000_000)  # a step shows it
        cell.value += by

    run_together(work, work)
    assert cell.value == start + 2 * by


def found(**options):
    return explore(adds, args=(5,), kwargs={"by": 2}, **options).failure


def test_it_holds_what_a_report_file_needs():
    failure = found(seed=7)
    form = json.loads(failure.to_json())
    assert form["format"] == 1
    assert form["made_by"]["synclab"] == sync_tools.__version__
    assert form["made_by"]["python"] == platform.python_version()
    assert (form["scenario"], form["kind"], form["bug_class"]) == ("adds", "assertion", "lost update")
    assert (form["seed"], form["given"]) == (7, [["#1", "5"], ["by", "2"]])
    assert form["threads"] == list(failure.threads)
    assert [step["operation"] for step in form["steps"]] == [step.operation for step in failure.steps]
    assert form["steps"][0]["site"]["line"] == failure.steps[0].site.line
    assert "exception" not in form


def test_its_schedule_and_its_seed_show_the_failure_again():
    form = json.loads(found(seed=7).to_json())
    again = replay(adds, form["schedule"], args=(5,), kwargs={"by": 2}, seed=form["seed"])
    assert json.loads(again.to_json())["steps"] == form["steps"]
    other = replay(adds, form["schedule"], args=(5,), kwargs={"by": 2}, seed=8)
    assert json.loads(other.to_json())["steps"] != form["steps"]


def test_two_explorations_write_the_same():
    assert found().to_json() == found().to_json()
