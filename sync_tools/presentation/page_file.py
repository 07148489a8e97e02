"""A page as one file: data and assets together, which asks nothing of any network.

What the program under test has to say, its source and its output, is data and never markup: it stands in a JSON block
which no character of it can end, the scripts put it into text nodes only, and a policy in the page's head lets nothing
run but the kit's own scripts, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import linecache
import os
import re
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sync_tools.words.errors import UserError

ASSETS = Path(__file__).with_name("assets")
DARK = "dark.css"
_SLOT = re.compile(r"\{\{(\w+)\}\}")
# In a script's text only these could be taken for markup; in a JSON string each has an escape.
_IN_JSON = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def assemble(
    template: str, styles: Iterable[str], scripts: Iterable[str], data: Mapping[str, Any], slots: Mapping[str, str]
) -> str:
    """A page as text.

    Args:
        template: the asset that it is made of.
        styles, scripts: the assets that go into it, in this order; the dark sheet is in every page.
        data: what the scripts show: a value that JSON has words for.
        slots: what else the template asks for, as markup.
    """
    style = "".join(map(_asset, styles))
    dark = _asset(DARK)
    joined = "\n".join(map(_asset, scripts))
    script = f'"use strict";\n(() => {{\n{joined}}})();\n'
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)} {_hash(dark)}; "
        "base-uri 'none'; form-action 'none'"
    )
    own = {"policy": policy, "style": style, "dark": dark, "script": script, "data": _json(data)}
    return fill(_asset(template), {**own, **slots})


def fill(template: str, slots: Mapping[str, str]) -> str:
    """A template with its slots filled, each once: what is filled in has no slots, whatever it looks like."""
    return _SLOT.sub(lambda match: slots[match[1]], template)


def write_whole(text: str, path: Path) -> Path:
    """Write a page.

    Args:
        text: the page.
        path: where to; a file that is there is replaced at once and whole, or stays as it was.

    Returns:
        `path`.

    Raises:
        UserError: it cannot be written.
    """
    try:
        # A name of its own, so that two that write the same page do not meet half-way.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
            part.chmod(0o644)  # mkstemp keeps a file to oneself, and this one is to be handed in
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        if not path.parent.is_dir():
            raise UserError(f"{path} cannot be written: there is no folder {path.parent}.") from None
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    return path


def folders_to_hide() -> dict[str, str]:
    """What to say in place of the folders that only this machine knows."""
    return {os.getcwd(): "", str(Path.home()): "~"}


def texts_of(files: Iterable[str]) -> dict[str, str]:
    """The text of the program's files, as far as they are at hand.

    As they were when they were run: what has been read then is remembered. The standard library and what is installed
    beside it are not the program.
    """
    others = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    texts = {file: "".join(linecache.getlines(file)) for file in files if not file.startswith(others)}
    return {file: text for file, text in texts.items() if text}


def _json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda match: _IN_JSON[match[0]], text)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
