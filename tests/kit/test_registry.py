"""The registry of the labs: what it reads, what it refuses, and how labs are looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_tools.doors import registry
from sync_tools.doors.hints import choose, read_hints
from sync_tools.doors.targets import program_path
from sync_tools.words.errors import BrokenRegistry, UnknownLab, UserError

REPOSITORY = Path(__file__).resolve().parents[2]

LAB = {
    "id": '"lab01_counter"',
    "slug": '"counter"',
    "number": "1",
    "title": '"A counter"',
    "part": '"Shared state"',
    "concepts": '["lost update"]',
    "points": "10",
    "bug_class": '"lost update"',
    "goal": '"lose an addition"',
    "goal_test": '"test_two_additions"',
    "max_schedules": "100",
}
OTHER = {**LAB, "id": '"lab12_bank"', "slug": '"bank"', "number": "12"}


def written(root: Path, *labs: dict[str, str]) -> Path:
    file = root / "labs" / "labs.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join("[[lab]]\n" + "\n".join(f"{k} = {v}" for k, v in lab.items()) for lab in labs))
    return root


def test_a_lab_has_all_that_the_file_says(tmp_path):
    found = registry.load(written(tmp_path, LAB, OTHER))
    assert [lab.slug for lab in found] == ["counter", "bank"]
    assert found.labs[0] == registry.Lab(
        id="lab01_counter",
        slug="counter",
        number=1,
        title="A counter",
        part="Shared state",
        concepts=("lost update",),
        points=10,
        bug_class="lost update",
        goal="lose an addition",
        goal_test="test_two_additions",
        max_schedules=100,
    )
    assert found.test_file(found.labs[1]) == tmp_path / "tests" / "labs" / "test_lab12_bank.py"


def test_the_real_registry_is_sound_and_each_of_its_labs_is_there():
    found = registry.load(REPOSITORY)
    for lab in found:
        for target in ("labs", "solutions"):
            assert program_path(REPOSITORY, lab, target).is_file()
        assert found.test_file(lab).is_file()
        assert len(read_hints(found.readme(lab))) >= 3


@pytest.mark.parametrize(
    "name", ["counter", "lab01_counter", "1", "01", "lab1", "Counter", "labs/lab01_counter/", "labs\\lab01_counter\\"]
)
def test_a_lab_is_found_by_any_of_its_names(tmp_path, name):
    assert registry.load(written(tmp_path, LAB, OTHER)).find(name).slug == "counter"


@pytest.mark.parametrize(("name", "near"), [("conter", "counter"), ("lab12_bnak", "bank"), ("cuonter.py", "counter")])
def test_an_unknown_lab_gets_the_nearest_names(tmp_path, name, near):
    with pytest.raises(UnknownLab, match=f"{name!r}.*Did you mean {near}"):
        registry.load(written(tmp_path, LAB, OTHER)).find(name)


@pytest.mark.parametrize("name", ["zzz", "99", ""])
def test_a_name_like_no_other_gets_the_command_that_lists_them(tmp_path, name):
    with pytest.raises(UnknownLab, match="synclab list"):
        registry.load(written(tmp_path, LAB, OTHER)).find(name)


def test_the_checkout_is_found_from_any_folder_in_it(tmp_path):
    written(tmp_path, LAB)
    inside = tmp_path / "labs" / "lab01_counter"
    inside.mkdir()
    assert registry.find_root(inside) == tmp_path.resolve()


def test_outside_of_a_checkout_it_says_what_to_do(tmp_path):
    with pytest.raises(BrokenRegistry, match="--root"):
        registry.find_root(tmp_path)
    with pytest.raises(BrokenRegistry, match=r"labs\.toml is missing"):
        registry.load(tmp_path)


@pytest.mark.parametrize("key", LAB)
def test_a_missing_key_is_named_with_file_and_lab(tmp_path, key):
    lab = {name: value for name, value in LAB.items() if name != key}
    where = r"\[\[lab\]\] number 1" if key == "id" else "lab01_counter"
    with pytest.raises(BrokenRegistry, match=rf"labs\.toml: {where}: {key}: missing"):
        registry.load(written(tmp_path, lab))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", '"lab02_counter"'),
        ("id", "7"),
        ("slug", '"no module"'),
        ("number", "0"),
        ("number", "true"),
        ("number", '"1"'),
        ("title", '" "'),
        ("part", "[]"),
        ("concepts", '"lost update"'),
        ("concepts", "[]"),
        ("concepts", "[1]"),
        ("points", "-1"),
        ("points", "1.5"),
        ("bug_class", '""'),
        ("goal", '""'),
        ("goal_test", "1"),
        ("max_schedules", "0"),
    ],
)
def test_a_value_that_cannot_be_right_is_named_with_its_key(tmp_path, key, value):
    with pytest.raises(BrokenRegistry, match=rf"labs\.toml: .*: {key}: "):
        registry.load(written(tmp_path, {**LAB, key: value}))


def test_a_misspelt_key_gets_the_right_one(tmp_path):
    with pytest.raises(BrokenRegistry, match="lab01_counter: titel: unknown key; did you mean title"):
        registry.load(written(tmp_path, {**LAB, "titel": '"x"'}))


def test_two_labs_cannot_have_one_name(tmp_path):
    with pytest.raises(BrokenRegistry, match=r"lab01_counter: id: .* is taken by lab01_counter already"):
        registry.load(written(tmp_path, LAB, LAB))


@pytest.mark.parametrize("text", ["", "lab = 1", "lab = [1]", "[lab]\nid = 'x'", "[[lub]]\n", "[[lab]"])
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    written(tmp_path, LAB)
    (tmp_path / "labs" / "labs.toml").write_text(text)
    with pytest.raises(BrokenRegistry, match=r"labs\.toml"):
        registry.load(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    written(tmp_path, LAB)
    (tmp_path / "labs" / "labs.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenRegistry, match=r"labs\.toml cannot be read"):
        registry.load(tmp_path)


def test_a_target_is_a_word_a_folder_or_a_file(tmp_path):
    lab = registry.load(written(tmp_path, LAB)).find("1")
    for folder in ("labs", "solutions", "handed_in"):
        program = tmp_path / folder / "lab01_counter" / "counter.py"
        program.parent.mkdir(parents=True)
        program.touch()
        assert program_path(tmp_path, lab, folder if folder != "handed_in" else str(tmp_path / folder)) == program
    assert program_path(tmp_path, lab, str(program)) == program


@pytest.mark.parametrize(("target", "said"), [("nowhere", "no target 'nowhere'"), ("x.py", "x.py is missing")])
def test_a_target_that_is_not_there_is_named(tmp_path, target, said):
    lab = registry.load(written(tmp_path, LAB)).find("1")
    with pytest.raises(UserError, match=said):
        program_path(tmp_path, lab, target)


def test_hints_come_from_the_details_blocks_in_their_order(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(
        "# Lab\n<details>\n<summary>Hint 1: a nudge</summary>\n\nLook.\n\n</details>\n"
        "<details><summary>Aside</summary>no</details>\n<details><summary>Hint 2</summary>Lock.</details>\n"
    )
    hints = read_hints(readme)
    assert hints == [("Hint 1: a nudge", "Look."), ("Hint 2", "Lock.")]
    assert choose(hints, 2, "counter").text == "Lock."
    with pytest.raises(UserError, match="hints 1 to 2, and no hint 3"):
        choose(hints, 3, "counter")
    with pytest.raises(UserError, match="has no hints"):
        choose([], 1, "counter")
