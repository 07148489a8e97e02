"""The page of a failure: the data and the assets in one file, which asks nothing of any network.

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
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from sync_tools.presentation.page_data import page_data
from sync_tools.presentation.page_names import files_of
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Failure
from sync_tools.words.outcome import Outcome

_ASSETS = Path(__file__).with_name("assets")
_STYLES = ("base.css", "page.css")
_DARK = "dark.css"
_SCRIPTS = ("base.js", "source.js", "model.js", "lanes.js", "graph_layout.js", "graph.js", "panels.js", "page.js")
_SLOT = re.compile(r"\{\{(\w+)\}\}")
# In a script's text only these could be taken for markup; in a JSON string each has an escape.
_IN_JSON = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def write_page(failure: Failure, path: Path, outcomes: Iterable[Outcome] = ()) -> Path:
    """Write the page of a failure.

    Args:
        failure: the failure.
        path: where to; a file that is there is replaced at once and whole, or stays as it was.
        outcomes: all ways in which the scenario can end, where they are known.

    Returns:
        `path`.

    Raises:
        UserError: it cannot be written.
    """
    folders = {os.getcwd(): "", str(Path.home()): "~"}
    data = page_data(failure, sources_of(failure), outcomes=outcomes, folders=folders)
    text = page(data).encode()
    try:
        # A name of its own, so that two that write the same page do not meet half-way.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
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


def page(data: dict[str, Any]) -> str:
    """The page as text.

    Args:
        data: what :func:`page_data` returns.
    """
    style = "".join(map(_asset, _STYLES))
    dark = _asset(_DARK)
    scripts = "\n".join(map(_asset, _SCRIPTS))
    script = f'"use strict";\n(() => {{\n{scripts}}})();\n'
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)} {_hash(dark)}; "
        "base-uri 'none'; form-action 'none'"
    )
    slots = {
        "policy": policy,
        "style": style,
        "dark": dark,
        "script": script,
        "data": _json(data),
        "heading": _heading(data["verdict"]),
        "promise": _promise(data["promise"]),
        "given": _given(data["given"]),
        **{name: escape(data[name]) for name in ("kit", "title", "scenario", "found", "report")},
    }
    return fill(_asset("page.html"), slots)


def fill(template: str, slots: dict[str, str]) -> str:
    """A template with its slots filled, each once: what is filled in has no slots, whatever it looks like."""
    return _SLOT.sub(lambda match: slots[match[1]], template)


def sources_of(failure: Failure) -> dict[str, str]:
    """The text of the program's files that a failure speaks of, as far as they are at hand.

    As they were when they were run: what has been read then is remembered. The standard library and what is installed
    beside it are not the program.
    """
    others = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    files = [file for file in files_of(failure) if not file.startswith(others)]
    texts = {file: "".join(linecache.getlines(file)) for file in files}
    return {file: text for file, text in texts.items() if text}


def _heading(verdict: str) -> str:
    what, _, said = verdict.partition(" -- ")
    heading = f'<span class="what">{escape(what)}</span>'
    return f"{heading}: <bdi>{escape(said)}</bdi>" if said else heading


def _promise(promise: str) -> str:
    return f'<p class="promise">Its test holds it to: <q>{escape(promise)}</q></p>' if promise else ""


def _given(given: list[list[str]]) -> str:
    pairs = ", ".join(f"<code>{escape(name)} = {escape(value)}</code>" for name, value in given)
    return f'<p class="found">It was given {pairs}.</p>' if pairs else ""


def _json(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda match: _IN_JSON[match[0]], text)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
