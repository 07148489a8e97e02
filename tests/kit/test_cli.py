"""The command line, as far as it runs no lab: what each command prints, where, and with which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_checkout import REGISTRY, REPOSITORY, synclab

from sync_tools import __version__
from sync_tools.doors import cli as command
from sync_tools.words.errors import InternalError


def test_list_shows_each_lab_and_what_is_next(checkout):
    result = synclab(checkout, "list")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        "   #  lab           state    hints  title\n"
        "      Shared state\n"
        ">  1  counter       not run      -  A counter\n"
        "   2  summing       not run      -  A sum that is right\n"
        "\n"
        "0 of 2 labs solved.\n"
        "You are at counter (>). Next: synclab run\n"
    )


def test_list_outlives_a_damaged_state_file(checkout):
    for text in ("{", "[]", '{"labs": 3}', '{"labs": {"lab01_counter": 1}}', '{"current": []}', "\udcff"):
        (checkout / ".synclab.json").write_text(text, encoding="utf-8", errors="surrogateescape")
        assert "0 of 2 labs solved" in synclab(checkout, "list").stdout


def test_hints_come_one_at_a_time_and_name_the_next(checkout):
    assert synclab(checkout, "hint", "counter").stdout == "counter, Hint 1\n\nLook.\n\nMore: synclab hint counter 2\n"
    assert synclab(checkout, "hint", "1", "2").stdout == (
        "counter, Hint 2\n\nLock.\n\nThat was the last of 2; all of them:\n"
        "synclab hint counter 1, synclab hint counter 2\n"
    )
    for arguments in (("hint", "counter", "3"), ("hint", "summing")):
        result = synclab(checkout, *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith("Error: ")


def test_a_lab_nobody_knows_is_one_line_on_stderr_and_exit_code_2(checkout):
    for name in ("run", "hint"):
        result = synclab(checkout, name, "conter")
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr == "Error: there is no lab 'conter'. Did you mean counter?\n"


def test_a_broken_registry_names_file_and_key(checkout):
    file = checkout / "labs" / "labs.toml"
    file.write_text(REGISTRY.replace("points = 10", "points = -1"))
    result = synclab(checkout, "list")
    assert result.returncode == 2
    assert result.stderr == f"Error: {file}: lab01_counter: points: -1 is not a whole number from 0 on\n"


def test_a_wrong_call_is_exit_code_2(checkout):
    for arguments in (
        ("nonsense",),
        ("reset", "counter", "summing"),
        ("list", "--nonsense"),
        ("hint", "counter", "many"),
        ("completion", "x"),
    ):
        assert synclab(checkout, *arguments).returncode == 2, arguments


def test_version_is_the_package_s(checkout):
    assert synclab(checkout, "--version").stdout == f"synclab, version {__version__}\n"


@pytest.mark.parametrize("shell", command.SHELLS)
def test_each_shell_gets_a_script_that_calls_back(checkout, shell):
    result = synclab(checkout, "completion", shell)
    assert result.returncode == 0
    assert "_SYNCLAB_COMPLETE" in result.stdout


def test_an_unknown_shell_is_told_what_to_say(checkout, monkeypatch):
    monkeypatch.setenv("SHELL", "/bin/odd")
    result = synclab(checkout, "completion")
    assert (result.returncode, result.stdout) == (2, "")
    assert "bash|zsh|fish" in result.stderr


def test_a_shell_completes_names_of_labs(checkout):
    asked = {"_SYNCLAB_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    done = synclab(checkout, **asked, COMP_WORDS="synclab run co")
    assert (done.returncode, done.stdout.split()) == (0, ["plain,counter"])
    (checkout / "labs" / "labs.toml").write_text("broken")
    done = synclab(checkout, **asked, COMP_WORDS="synclab run co")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_a_checkout_elsewhere_is_named_with_root(checkout, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert "--root" in synclab(elsewhere, "list").stderr
    assert synclab(elsewhere, "--root", str(checkout), "list").stdout == synclab(checkout, "list").stdout


def test_a_fault_of_the_kit_asks_for_a_report(checkout, monkeypatch):
    for error in (InternalError("odd"), KeyError("odd")):

        def fail(root: Path | None, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(command.registries, "load", fail)
        result = synclab(checkout, "list")
        assert (result.returncode, result.stdout) == (70, "")
        assert "Traceback" in result.stderr
        assert "[internal bug]" in result.stderr
        assert "please report it" in result.stderr


def test_stopped_by_the_user_is_exit_code_130(checkout, monkeypatch):
    def stop(root: Path | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.registries, "load", stop)
    assert synclab(checkout, "list").returncode == 130


def test_neither_pytest_nor_the_engine_is_imported_before_a_lab_runs(checkout):
    code = (
        "import sys, sync_tools.doors.cli as c\n"
        "try:\n    c.cli(['--root', sys.argv[1], 'list'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pytest', '_pytest', 'hypothesis', 'greenlet', 'sync_tools.kernel', 'sync_tools.drivers'}\n"
        "sys.exit(f'imported: {sorted(heavy & set(sys.modules))}' if heavy & set(sys.modules) else 0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code, str(checkout)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
