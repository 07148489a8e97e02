"""Schedule tokens: short, printable, and they survive copy and paste.

A schedule is written as its *departures* from the default one (run a thread until it waits or ends, then go on with
the oldest that can). A departure is ``(thread, n, next)``: when `thread` stands before its n-th visible operation,
`next` runs. Threads are numbered in order of creation, so a token means the same on every supported Python.

    3k9-x2m-b2c        scenario 3k9, program x2m; b stops before its 2nd operation and c goes on
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from sync_tools.words.errors import TokenMismatch

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: nothing to misread
Departure = tuple[int, int, int]


def digest(text: str) -> str:
    """Three characters that stand for `text` (line ends do not matter)."""
    number = int.from_bytes(hashlib.sha256(text.replace("\r\n", "\n").encode()).digest()[:4], "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in (0, 5, 10))


def _letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 96
    return number - 1


class Token(NamedTuple):
    """A schedule and the code that it belongs to.

    Attributes:
        scenario: digest of the scenario's source.
        program: digest of the program under test.
        departures: in the order in which they happen.
    """

    scenario: str
    program: str
    departures: tuple[Departure, ...]

    def __str__(self) -> str:
        # A dot parts the next thread's letters from the following departure's, which begin with letters too.
        path = ".".join(f"{_letters(thread)}{count}{_letters(then)}" for thread, count, then in self.departures)
        return f"{self.scenario}-{self.program}-{path or '0'}"

    @classmethod
    def looks_like(cls, text: str) -> bool:
        """True for what can be read as a token."""
        try:
            cls.parse(text)
        except TokenMismatch:
            return False
        return True

    @classmethod
    def parse(cls, text: str) -> Token:
        """Read a token.

        Raises:
            TokenMismatch: `text` is not a token.
        """
        parts = text.strip().lower().split("-")
        if len(parts) == 3 and all(re.fullmatch(f"[{ALPHABET}]{{3}}", part) for part in parts[:2]):
            if parts[2] == "0":
                return cls(parts[0], parts[1], ())
            steps = [re.fullmatch(r"([a-z]+)(\d+)([a-z]+)", step) for step in parts[2].split(".")]
            if all(steps):
                departures = tuple((_number(s[1]), int(s[2]), _number(s[3])) for s in steps if s)
                return cls(parts[0], parts[1], departures)
        raise TokenMismatch(
            f"{text!r} is not a schedule token. One looks like 3k9-x2m-b2c; copy it from a report's Replay line."
        )
