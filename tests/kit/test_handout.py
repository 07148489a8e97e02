"""``synclab handout``: what a student's copy has, what it must not have, and that everything in it works."""

from __future__ import annotations

import configparser
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_checkout import RIGHT, WRONG, make_checkout, synclab, synclab_process

from sync_tools.doors import registry as registries

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LABS = registries.load(ROOT).labs


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A student's copy of this checkout."""
    folder = tmp_path_factory.mktemp("given") / "copy"
    done = synclab(ROOT, "handout", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture
def small(tmp_path):
    """A small checkout that is complete enough to be handed out."""
    root = make_checkout(tmp_path / "checkout")
    for lab, slug in (("lab01_counter", "counter"), ("lab02_summing", "summing")):
        variants = root / "tests" / "variants" / lab
        variants.mkdir(parents=True)
        shutil.copy(root / "labs" / lab / f"{slug}.py", variants / "shipped.py")
        (root / "labs" / lab / "__main__.py").write_text("")
        (root / "labs" / lab / "README.md").touch()
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, root)
    (root / "sync_tools").mkdir()
    (root / "sync_tools" / "__init__.py").write_bytes(b"x = 1\r\n")
    return root


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def words_of(lines):
    """Code without its indentation and empty lines, so that a moved line is the same line."""
    return "\n".join(line.strip() for line in lines if line.strip())


def test_it_has_the_labs_their_tests_and_the_kit_and_nothing_else(copy):
    expected = {"LICENSE", "README.md", "pyproject.toml", "tox.ini", "labs/labs.toml"}
    for lab in LABS:
        folder = f"labs/{lab.id}"
        expected |= {f"{folder}/README.md", f"{folder}/__main__.py", f"{folder}/{lab.program_name}"}
        expected |= {f"tests/labs/{lab.test_name}", f"tests/variants/{lab.id}/shipped.py"}
    found = set(files_of(copy))
    assert {name for name in found if not name.startswith("sync_tools/")} == expected
    kit = {name for name in files_of(ROOT) if name.startswith("sync_tools/") and "__pycache__" not in name}
    assert {name for name in found if name.startswith("sync_tools/")} == kit


def test_no_file_has_a_solution_or_a_variant_in_it_nor_a_part_of_one(copy):
    """A part: three lines or more that a solution or variant has, and no program as it came has."""
    texts = {name: words_of(path.read_text(encoding="utf-8").splitlines()) for name, path in files_of(copy).items()}
    open_to_all = [text for name, text in texts.items() if name.endswith("shipped.py")]
    parts = 0
    for lab in LABS:
        variants = ROOT / "tests" / "variants" / lab.id
        came = [line.strip() for line in (variants / "shipped.py").read_text(encoding="utf-8").splitlines()]
        right = ROOT / "solutions" / lab.id / lab.program_name
        for path in [right, *variants.glob("wrong_*.py"), *variants.glob("other_*.py")]:
            lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
            new = [
                words_of(lines[begin:end])
                for tag, _, _, begin, end in difflib.SequenceMatcher(None, came, lines, autojunk=False).get_opcodes()
                if tag in ("replace", "insert")
            ]
            new = [part for part in new if part.count("\n") >= 2 and not any(part in text for text in open_to_all)]
            for part in [words_of(lines), *new]:
                parts += 1
                assert [name for name, text in texts.items() if part in text] == [], f"{path}: {part}"
    assert parts > 2 * len(LABS)


def test_a_lab_is_handed_out_as_it_came_whatever_was_solved_or_left_in_the_checkout(small, tmp_path):
    (small / "labs" / "lab01_counter" / "counter.py").write_text(RIGHT)
    (small / "labs" / "lab01_counter" / "solved.py").write_text(RIGHT)
    (small / ".synclab.json").write_text('{"current": "lab02_summing"}')
    copy = tmp_path / "copy"
    done = synclab(small, "handout", str(copy))
    assert done.stdout.startswith(f"{copy}: 2 labs, 16 files, no solutions.\n"), done.stderr
    assert not (copy / "labs" / "lab01_counter" / "solved.py").exists()
    assert (copy / "labs" / "lab01_counter" / "counter.py").read_text() == WRONG
    assert not (copy / ".synclab.json").exists()
    assert ">  1  counter       not run" in synclab(copy, "list").stdout


def test_line_ends_are_the_same_on_every_system_and_a_zip_keeps_it_whole(copy, small, tmp_path):
    assert synclab(small, "handout", str(tmp_path / "copy")).returncode == 0
    assert (tmp_path / "copy" / "sync_tools" / "__init__.py").read_bytes() == b"x = 1\n"
    for name, path in files_of(copy).items():
        assert b"\r" not in path.read_bytes().replace(rb"\r", b""), name
        assert not path.is_symlink()
    shutil.make_archive(str(tmp_path / "zipped"), "zip", copy)
    with zipfile.ZipFile(tmp_path / "zipped.zip") as archive:
        archive.extractall(tmp_path / "unzipped")
    unzipped = files_of(tmp_path / "unzipped")
    assert {n: p.read_bytes() for n, p in unzipped.items()} == {n: p.read_bytes() for n, p in files_of(copy).items()}


@pytest.mark.parametrize(
    ("names", "labs"),
    [
        (["--labs", "hit_counter"], [1]),
        (["--labs", "16,1"], [1, 16]),
        (["--labs", "withdraw", "--labs", "lab16_bounded_buffer"], [2, 16]),
        (["--labs", "shared state", "--labs", "16"], "part"),
    ],
)
def test_labs_are_chosen_by_part_or_name_and_keep_their_order(tmp_path, names, labs):
    if labs == "part":
        labs = [lab.number for lab in LABS if lab.part == "Shared state" or lab.number == 16]
    done = synclab(ROOT, "handout", str(tmp_path / "copy"), *names)
    assert done.returncode == 0, done.stderr
    found = registries.load(tmp_path / "copy")
    assert found.labs == tuple(lab for lab in LABS if lab.number in labs)
    for folder in ("labs", "tests/variants"):
        present = {path.name for path in (tmp_path / "copy" / folder).iterdir() if path.is_dir()}
        assert present == {lab.id for lab in found}
    assert len(list((tmp_path / "copy" / "tests" / "labs").iterdir())) == len(labs)


def test_a_lab_nobody_knows_is_a_clear_error_and_nothing_is_written(tmp_path):
    done = synclab(ROOT, "handout", str(tmp_path / "copy"), "--labs", "hit_conter")
    assert done.returncode == 2
    assert "Did you mean hit_counter" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_folder_that_is_not_empty_a_file_and_a_place_in_the_checkout_are_refused(small, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "full", tmp_path / "full" / "thesis.txt"):
        done = synclab(small, "handout", str(folder))
        assert (done.returncode, done.stdout) == (2, "")
        assert "is there already and not empty" in done.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]
    done = synclab(small, "handout", "copy")
    assert done.returncode == 2
    assert "copy is inside of the checkout" in done.stderr
    assert not (small / "copy").exists()
    assert synclab(small, "handout", str(tmp_path / "empty")).returncode == 0


def test_from_a_folder_that_is_no_checkout_of_the_kit_it_is_refused(small, tmp_path):
    shutil.rmtree(small / "sync_tools")
    (small / "tests" / "variants" / "lab02_summing" / "shipped.py").unlink()
    done = synclab(small, "handout", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert "a handout is made from a checkout of the kit" in done.stderr
    assert "sync_tools, no " in done.stderr
    assert not (tmp_path / "copy").exists()


def test_its_readme_names_only_what_is_there(copy):
    text = (copy / "README.md").read_text()
    links = re.findall(r"\]\(([^)#\s]+)", text)
    assert len(links) == len(LABS)
    assert [link for link in links if not (copy / link).is_file()] == []
    commands = set(re.findall(r"`synclab ([a-z]+)", text))
    assert {"list", "run", "hint", "next", "reset", "grade"} <= commands
    for name in commands:
        assert synclab(copy, name, "--help").returncode == 0
    for other in ("solutions", "tests/kit", "tox -e", "CHANGELOG", "{"):
        assert other not in text
    assert max(len(line) for line in text.splitlines() if "](" not in line) <= 80


def test_its_tox_ini_runs_a_command_that_is_red_until_all_is_solved(copy, small, tmp_path):
    tox = configparser.ConfigParser()
    tox.read(copy / "tox.ini")
    assert tox["tox"]["env_list"] == "progress"
    call = shlex.split(tox["testenv:progress"]["commands"].replace("{posargs}", ""))
    assert call == ["synclab", "grade", "--brief"]
    synclab(small, "handout", str(tmp_path / "copy"))
    done = synclab(tmp_path / "copy", *call[1:])
    assert done.returncode == 1
    assert done.stdout == (
        "lab      verdict  tests  points\ncounter  FAILED     1/2    0/10\nsumming  passed     1/1     5/5\n"
        "total                      5/15\n"
    )
    (tmp_path / "copy" / "labs" / "lab01_counter" / "counter.py").write_text(RIGHT)
    assert synclab(tmp_path / "copy", *call[1:]).returncode == 0


def test_the_student_s_commands_work_in_it(copy, tmp_path):
    root = tmp_path / "mine"
    shutil.copytree(copy, root, ignore=shutil.ignore_patterns("sync_tools"))
    assert f"0 of {len(LABS)} lab" in synclab(root).stdout
    done = synclab(root, "run", "hit_counter")
    assert done.returncode == 1
    assert "expected 2 hits, the counter shows 1" in done.stdout
    assert synclab(root, "hint").stdout.startswith("hit_counter, Hint 1")
    assert "failing" in synclab(root, "list").stdout
    (root / "labs" / "lab01_hit_counter" / "hit_counter.py").write_text("")
    assert "hit_counter-1.py" in synclab(root, "reset", "--yes").stdout
    shipped = ROOT / "tests" / "variants" / "lab01_hit_counter" / "shipped.py"
    assert (root / "labs" / "lab01_hit_counter" / "hit_counter.py").read_text() == shipped.read_text()
    watched = synclab_process(root, "watch")  # its input ends at once
    assert (watched.returncode, watched.stderr) == (0, "")
    assert "break it yourself: synclab break hit_counter" in watched.stdout, "after a reset it was not run"
    synclab(root, "run")
    assert "hit_counter: FAILED" in synclab_process(root, "watch").stdout
    assert "there are none here. Begin with the first lab" in synclab(root, "demo").stderr


def test_plain_pytest_in_it_is_about_the_labs(small, tmp_path):
    synclab(small, "handout", str(tmp_path / "copy"))
    shutil.rmtree(tmp_path / "copy" / "sync_tools")
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(call, cwd=tmp_path / "copy", env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 2 passed" in done.stdout
    assert "counter::test_two_additions_count_two: lost update" in done.stdout


@pytest.mark.once
def test_it_can_be_built_and_has_all_of_the_kit_in_its_wheel(copy, tmp_path):
    """Built by the checkout's own description, without a network: with what builds packages in this environment."""
    pytest.importorskip("setuptools", minversion="77", reason="of the extra `test`")
    root = tmp_path / "copy"
    shutil.copytree(copy, root)
    build = "import setuptools.build_meta as b, sys; print(b.build_wheel(sys.argv[1]))"
    call = [sys.executable, "-W", "ignore", "-c", build, str(tmp_path)]
    done = subprocess.run(call, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / done.stdout.split()[-1]) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("sync_tools/")}
    assert packed == {name for name in files_of(copy) if name.startswith("sync_tools/")}
