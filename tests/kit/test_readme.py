"""What the README shows is true: its commands exist, its examples run, its links lead somewhere.

Conventions for the README. A fence ```python holds a whole program, or a test file if it defines tests; it must pass.
A fence ```python fails must fail (tests that fail, or a program that ends with status 1). A fence ```text right after
one of them is what it prints. Tests that ask for `lab` are about lab 1: its solution, or the lab as it stands for a
fence that fails. The first two fences ```sh are one command each: all that a newcomer has to type.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sync_tools.doors.labrun import run_lab
from sync_tools.doors.registry import load
from sync_tools.doors.replaying import replay_lab

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


@dataclass(frozen=True)
class Fence:
    """A fenced block: the words after the backticks, its text and line, and whether it comes right after another."""

    info: str
    text: str
    line: int
    follows: bool


def fences_of(markdown: str) -> list[Fence]:
    """Return the fenced blocks of a page, in order."""
    found = []
    end = None
    for match in re.finditer(r"^```([^\n`]*)\n(.*?)^```[ ]*$", markdown, flags=re.MULTILINE | re.DOTALL):
        follows = end is not None and not markdown[end : match.start()].strip()
        found.append(Fence(match[1].strip(), match[2], markdown.count("\n", 0, match.start()) + 1, follows))
        end = match.end()
    return found


def commands_of(markdown: str) -> list[str]:
    """Return the lines of shell blocks and the code spans of the prose, without prompts and comments."""
    shells = [fence for fence in fences_of(markdown) if fence.info in ("sh", "console")]
    shell = [line for fence in shells for line in fence.text.splitlines()]
    prose = re.sub(r"^```.*?^```[ ]*$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    lines = [re.sub(r"\s+#.*", "", line.removeprefix("$ ")).strip() for line in [*shell, *spans]]
    return [part.strip() for line in lines for part in line.split("&&")]


MARKDOWN = README.read_text(encoding="utf-8") if README.exists() else ""
FENCES = fences_of(MARKDOWN)
COMMANDS = commands_of(MARKDOWN)
EXAMPLES = [fence for fence in FENCES if fence.info.split()[:1] == ["python"]]
SYNCLAB = sorted({command for command in COMMANDS if command.startswith("synclab ")})


def run(arguments: list[str], where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Python with `arguments`, on this checkout's kit, as plain text of 80 columns."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "80"}
    # xdist tells its workers who they are; an example is no worker.
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    return subprocess.run(
        [sys.executable, *arguments], cwd=where, env=environment, capture_output=True, text=True, check=False
    )


def test_the_report_at_the_top_is_the_one_that_the_first_lab_gives(tmp_path: Path) -> None:
    shown = next(fence for fence in FENCES if fence.info == "text")
    registry = load(ROOT)
    lab = registry.find("hit_counter")
    program = tmp_path / lab.program_name  # whatever has become of the lab's own
    shutil.copy(registry.shipped(lab), program)
    case = run_lab(registry, lab, str(program), world="explored", only=lab.goal_test).first_failure()
    assert case is not None and case.failure is not None
    where = f" --target {program}"
    said = replace(
        case.failure,
        replay_command=case.failure.replay_command.removesuffix(where),
        look_command=case.failure.look_command.removesuffix(where),
    ).report(80)
    assert said == shown.text.rstrip("\n")


def test_the_first_two_commands_are_one_line_each() -> None:
    shell = [fence.text.strip() for fence in FENCES if fence.info == "sh"]
    assert len(shell) >= 2
    for command in shell[:2]:
        assert command, "an empty block"
        assert "\n" not in command


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda fence: f"line-{fence.line}")
def test_an_example_does_what_the_page_says(example: Fence, tmp_path: Path) -> None:
    fails = "fails" in example.info.split()
    of_a_lab = re.search(r"^def test_\w+\(.*\blab\b.*\)", example.text, flags=re.MULTILINE)
    path = tmp_path / ("test_lab01_hit_counter.py" if of_a_lab else "test_example.py")
    path.write_text(example.text, encoding="utf-8")
    command = []
    if re.search(r"^\s*def test_", example.text, flags=re.MULTILINE):
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    if of_a_lab:
        command += [f"--rootdir={ROOT}", "--target", "labs" if fails else "solutions"]
    result = run([*command, path.name], tmp_path)
    assert result.returncode == (1 if fails else 0), result.stdout + result.stderr
    following = FENCES[FENCES.index(example) + 1 :][:1]
    for output in following:
        if output.follows and output.info == "text":
            assert [line.rstrip() for line in result.stdout.splitlines()] == output.text.splitlines()


@pytest.mark.parametrize("command", SYNCLAB)
def test_a_command_of_synclab_exists_with_its_options(command: str) -> None:
    name, *rest = shlex.split(command)[1:]
    if name.startswith("-"):
        assert name in run(["-m", "sync_tools", "--help"]).stdout
        return
    help_text = run(["-m", "sync_tools", name, "--help"])
    assert help_text.returncode == 0, help_text.stderr
    for option in [word.partition("=")[0] for word in rest if word.startswith("-")]:
        assert re.search(rf"(^|[\s,/]){re.escape(option)}\b", help_text.stdout), f"{command!r}: no {option}"


@pytest.mark.parametrize("command", [command for command in SYNCLAB if command.startswith("synclab replay ")])
def test_a_token_on_the_page_fits_the_lab_as_it_comes(command: str) -> None:
    slug, token = command.split()[2:]
    registry = load(ROOT)
    assert replay_lab(registry, registry.find(slug), token, "labs") is not None


def test_the_environments_of_tox_exist() -> None:
    named = {name for command in COMMANDS for name in re.findall(r"^tox .*?-e ?([\w,]+)", command)}
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    known = {section.removeprefix("testenv:") for section in tox.sections()}
    known |= {name.strip() for name in re.split(r"[,\n]", tox["tox"]["env_list"])}
    assert {name for names in named for name in names.split(",")} <= known


def test_the_links_and_the_paths_given_to_pytest_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", MARKDOWN)
    paths = [
        word.partition("::")[0]
        for command in COMMANDS
        if re.match(r"(python -m )?pytest ", command)
        for word in command.split()[1:]
        if "/" in word and not word.startswith("-")
    ]
    missing = [path for path in [*links, *paths] if not (ROOT / path).exists()]
    assert missing == []
