"""A student's copy of a checkout: the labs as they come, their tests and the kit; neither solutions nor variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from sync_tools.doors import registry as registries
from sync_tools.doors.registry import REGISTRY, Lab, Registry
from sync_tools.words.errors import InternalError, UserError

Files = Mapping[PurePosixPath, bytes]

_TEMPLATES = Path(__file__).with_name("handout_files")
_FROM_CHECKOUT = ("pyproject.toml", "LICENSE")
_TABLE = re.compile(r"^(?=\[\[lab\]\])", re.MULTILINE)


def choose_labs(registry: Registry, names: Iterable[str]) -> tuple[Lab, ...]:
    """The labs of the parts and names given, in the registry's order; all of them where none is given.

    Args:
        registry: the checkout's registry.
        names: each a part ("Shared state"), or labs by any of their names, with commas between.

    Raises:
        UnknownLab: there is no lab, and no part, of that name.
    """
    chosen: set[str] = set()
    for name in names:
        part = [lab.id for lab in registry if lab.part.lower() == name.strip().lower()]
        chosen.update(part or [registry.find(each.strip()).id for each in name.split(",") if each.strip()])
    return tuple(lab for lab in registry if lab.id in chosen) or registry.labs


def write_handout(registry: Registry, labs: tuple[Lab, ...], folder: Path) -> int:
    """Write a student's copy.

    Args:
        registry: the checkout's registry.
        labs: the labs that it has.
        folder: where to; it is made, or is empty.

    Returns:
        How many files were written.

    Raises:
        UserError: the folder is not empty or inside of the checkout, or a file cannot be read or written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserError(f"{folder} is there already and not empty; a handout wants a folder of its own.")
        if folder.resolve().is_relative_to(registry.root):
            raise UserError(f"{folder} is inside of the checkout; name a folder outside of it.")
        files = contents(registry, labs)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        # What a student's commands will read has to say the same of each lab.
        if registries.load(folder).labs != labs:
            raise InternalError(f"{folder / REGISTRY} does not say what the checkout's registry says")
    except OSError as error:
        raise UserError(f"the handout could not be written: {error}") from None
    return len(files)


def contents(registry: Registry, labs: tuple[Lab, ...]) -> Files:
    """All files of a student's copy, by their paths, with line ends as on any system but Windows.

    Named one by one, so that what somebody left in a folder does not get out.

    Raises:
        UserError: this is no checkout of the kit, or a file is missing.
    """
    root = registry.root
    sources: dict[str, Path] = {name: root / name for name in _FROM_CHECKOUT}
    package = root / "sync_tools"
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            sources[path.relative_to(root).as_posix()] = path
    for name in ("README.md", "tox.ini"):
        sources[name] = _TEMPLATES / name
    for lab in labs:
        folder = f"labs/{lab.id}"
        sources[f"{folder}/README.md"] = registry.readme(lab)
        sources[f"{folder}/__main__.py"] = root / folder / "__main__.py"
        sources[f"{folder}/{lab.program_name}"] = registry.shipped(lab)  # whatever was solved in this checkout
        sources[f"tests/labs/{lab.test_name}"] = registry.test_file(lab)
        sources[registry.shipped(lab).relative_to(root).as_posix()] = registry.shipped(lab)
    missing = [str(path) for path in (package, *sources.values()) if not path.exists()]
    if missing:
        raise UserError(f"a handout is made from a checkout of the kit, and here is no {', no '.join(missing[:3])}.")
    files = {PurePosixPath(name): path.read_bytes().replace(b"\r\n", b"\n") for name, path in sources.items()}
    files[PurePosixPath("README.md")] = _readme(files[PurePosixPath("README.md")].decode(), labs).encode()
    files[PurePosixPath(REGISTRY.as_posix())] = _reduced((root / REGISTRY).read_text(encoding="utf-8"), registry, labs)
    return files


def _readme(template: str, labs: tuple[Lab, ...]) -> str:
    """The template, with the labs' names in it."""
    lines = [f"{lab.number}. [{lab.title}](labs/{lab.id}/README.md): `{lab.slug}`" for lab in labs]
    return template.replace("{labs}", "\n".join(f"- Lab {line}" for line in lines)).replace("{first}", labs[0].slug)


def _reduced(text: str, registry: Registry, labs: tuple[Lab, ...]) -> bytes:
    """The registry's text with the tables of some labs only; comments stay as they are."""
    head, *tables = _TABLE.split(text)
    by_id = {lab.id: table for lab, table in zip(registry, tables, strict=True)}
    return "".join([head, *(by_id[lab.id] for lab in labs)]).encode()
