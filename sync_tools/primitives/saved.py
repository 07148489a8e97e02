"""A log that was saved as JSON lines, read back: the inverse of :func:`sync_tools.primitives.writers.to_jsonl`."""

from __future__ import annotations

import json
import os
import types
from dataclasses import dataclass
from typing import Any, NoReturn, get_args, get_type_hints

from sync_tools import __version__
from sync_tools.primitives.record import BEGINNINGS, ENDINGS, Record
from sync_tools.words.errors import UserError
from sync_tools.words.failure import Site

OPS = BEGINNINGS | ENDINGS | {"released", "notify", "set", "clear", "reset", "start", "joined", "ended"}
_SITE = {"site": str, "function": str, "source": str}  # what stands for the record's Site, see reader.fields
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", type(None): "null"}
_LONGEST = 60  # characters of a value or a line that a message shows
_MOST = 2**64  # no thread's identity is higher, and times are far from it
_FILE_HINT = "Give a file that log.to_jsonl() has written."


@dataclass(frozen=True)
class Saved:
    """A log as it was saved.

    Attributes:
        records: in order.
        dropped: how many earlier records had made room already when the log was saved.
        cut: the last line was cut off in its middle, as when a program is killed while it writes; it is left out.
    """

    records: list[Record]
    dropped: int
    cut: bool = False


def read_jsonl(path: str | os.PathLike[str]) -> Saved:
    """Read what :func:`~sync_tools.primitives.writers.to_jsonl` wrote.

    The records equal those that were written. (Two surrogates in a row, which no valid text holds, are the one thing
    that JSON has no way to tell from the character that they encode.)

    Args:
        path: a file of JSON lines in UTF-8.

    Raises:
        UserError: the file cannot be read, is empty, or has a line that is no record; file and line are named.
    """
    reader = _Lines(os.fspath(path))
    records: list[Record] = []
    cut = False
    try:
        with open(path, "rb") as file:
            for line in file:
                reader.number += 1
                if line.isspace():
                    continue
                # A record ends with its line: JSON that breaks off in a line without an end was being written.
                whole = line.endswith(b"\n") or not line.startswith(b"{")
                values = reader.values(line, whole)
                if values is None:
                    cut = True
                    break
                records.append(reader.record(values))
    except OSError as error:
        raise UserError(f"{reader.path} cannot be read: {error.strerror or error}") from None
    if not records and not cut:
        raise UserError(
            f"{reader.path} is empty: it holds no record. Only what instrumented primitives (sync_tools.Lock and the "
            "like) do inside of `with recording() as log:` is recorded; save it afterwards, by log.to_jsonl()."
        )
    return Saved(records, records[0].seq - 1 if records else 0, cut)


class _Lines:
    """Makes records of lines, and knows which line to name when one is none."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.number = 0
        self.seq = 0
        self.decode = json.JSONDecoder(parse_constant=self._no_number).decode
        self.sites: dict[tuple[str, str, str], Site] = {}
        hints = {name: hint for name, hint in get_type_hints(Record).items() if name != "site"}
        self.types = {name: _types(hint) for name, hint in (hints | _SITE).items()}
        self.numbers = [name for name, allowed in self.types.items() if int in allowed]
        self.right: set[tuple[type, ...]] = set()  # combinations of types that were checked: there are few

    def values(self, line: bytes, whole: bool) -> dict[str, Any] | None:
        """The fields in a line, or None for a line that is not whole and breaks off."""
        try:
            values = self.decode(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.fail(f"this is no text in UTF-8. {_FILE_HINT}")
        except (ValueError, RecursionError) as error:
            if not whole:
                return None
            reason = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
            self.fail(f"this is no JSON ({reason}): {_shown(line.decode('utf-8', 'replace').strip())}. {_FILE_HINT}")
        if not isinstance(values, dict) or not values.keys() & self.types.keys():
            self.fail(f"this is no record of synclab: {_shown(line.decode('utf-8-sig').strip())}. {_FILE_HINT}")
        return values

    def _no_number(self, name: str) -> NoReturn:
        self.fail(f"{name} is no number that a record can have. {_FILE_HINT}")

    def record(self, values: dict[str, Any]) -> Record:
        """The record that a line's fields make."""
        if values.keys() != self.types.keys():
            self._fail_for_fields(values)
        kinds = tuple([type(values[name]) for name in self.types])
        if kinds not in self.right:
            self._check(values)
            self.right.add(kinds)
        for name in self.numbers:
            if values[name] is not None and not -_MOST <= values[name] <= _MOST:
                self.fail(f'"{name}" is {_shown(values[name])}, which is more than a record can have. {_FILE_HINT}')
        if values["op"] not in OPS:
            self.fail(f"the operation {_shown(values['op'])} is not known to synclab {__version__}. {_newer()}")
        seq = values["seq"]
        if seq <= self.seq:
            after = f"comes after number {self.seq}" if self.seq else "is less than 1"
            self.fail(f"the record's number (seq) is {seq}, which {after}. A file holds one log, in order.")
        self.seq = seq
        place = (values["site"], values.pop("function"), values.pop("source"))
        if place not in self.sites:
            self.sites[place] = self._site(*place)
        values["site"] = self.sites[place]
        return Record(**values)

    def _check(self, values: dict[str, Any]) -> None:
        for name, allowed in self.types.items():
            if type(values[name]) not in allowed:
                kinds = allowed - {int} if float in allowed else allowed
                wanted = " or ".join(text for kind, text in _NAMES.items() if kind in kinds)
                self.fail(f'"{name}" is {_shown(values[name])}, where {wanted} is needed. {_FILE_HINT}')

    def _site(self, text: str, function: str, source: str) -> Site:
        file, _, line = text.rpartition(":")
        try:
            return Site(file, int(line), function, source)
        except ValueError:
            self.fail(f'"site" is {_shown(text)}, where a file and a line ("bank.py:12") are needed. {_FILE_HINT}')

    def _fail_for_fields(self, values: dict[str, Any]) -> NoReturn:
        missing = [name for name in self.types if name not in values]
        if missing:
            some = ", ".join(f'"{name}"' for name in missing[:3]) + (", ..." if len(missing) > 3 else "")
            self.fail(f"the record has no {some}. {_FILE_HINT}")
        unknown = next(name for name in values if name not in self.types)
        self.fail(f"the field {_shown(unknown)} is not known to synclab {__version__}. {_newer()}")

    def fail(self, what: str) -> NoReturn:
        raise UserError(f"{self.path}, line {self.number}: {what}") from None


def _types(hint: Any) -> frozenset[type]:
    """The types of JSON values that a field may have; whole numbers will do for times."""
    kinds = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return frozenset({*kinds, int} if float in kinds else kinds)


def _newer() -> str:
    return "Was the log written by a newer version? Then read it with that one."


def _shown(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
