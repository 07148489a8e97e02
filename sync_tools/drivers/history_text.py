"""A history in words: one line an operation, with its interval beside those of the others, and why none explains it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from sync_tools.detectors.linear import Call, Machine, Operation, Response, explains, real_time, search
from sync_tools.detectors.real_time import allowed
from sync_tools.words.addresses import without_addresses

WIDTH = 76  # what a report of 80 columns leaves for the lines of a message
WIDEST = 28  # of a call and of a response
MOST_ANSWERS = 3  # that the model would allow, in a sentence


def letter(operation: int) -> str:
    """How a report calls an operation."""
    return chr(ord("A") + operation)


def value_text(value: object) -> str:
    """A value, short."""
    try:
        text = " ".join(without_addresses(repr(value)).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= WIDEST else text[: WIDEST - 2] + ".."


def call_text(call: Call) -> str:
    """``deposit(3)``."""
    return f"{call.name}({', '.join(map(value_text, call.args))})"


def response_text(response: Response | None) -> str:
    """``3``, ``raises IndexError``, or nothing for an operation that did not return."""
    if response is None:
        return ""
    return value_text(response.value) if response.raised is None else f"raises {response.raised.__name__}"


def program_text(program: Sequence[Sequence[Call]]) -> list[str]:
    """For each thread, what it does."""
    return [
        f"worker-{number} does {'; '.join(map(call_text, thread))}"
        for number, thread in enumerate(program, 1)
        if thread
    ]


def unexplained_text(history: Sequence[Operation], machine: Machine) -> str:
    """The message of a failure: the history, and why no order of its operations explains it.

    Args:
        history: the operations, numbered as in `machine`.
        machine: the model.
    """
    if len(history) == 1:
        first = "the model does not return what the object returned, even by one thread"
    else:
        first = "no order of these operations explains what they returned"
    return "\n".join([first, *_table(history), *textwrap.wrap(_reason(history, machine), WIDTH)])


def _table(history: Sequence[Operation]) -> list[str]:
    calls = [_clip(call_text(operation.call)) for operation in history]
    answers = [_clip(response_text(operation.response)) for operation in history]
    rows = [
        f"{letter(at)}  T{operation.thread}  {calls[at].ljust(max(map(len, calls)))}  "
        f"{('-> ' + answers[at] if operation.response else 'never returned').ljust(max(map(len, answers)) + 3)}"
        for at, operation in enumerate(history)
    ]
    times = sorted({operation.begin for operation in history} | {operation.end or 0 for operation in history} - {0})
    room = WIDTH - max(map(len, rows)) - 2
    scale = max(1, min(4, (room - 1) // max(1, len(times) - 1)))
    place = {time: at * scale for at, time in enumerate(times)}
    lines = []
    for row, operation in sorted(zip(rows, history, strict=True), key=lambda pair: (pair[1].thread, pair[1].begin)):
        begin = place[operation.begin]
        end = place[operation.end] if operation.end is not None else (len(times) - 1) * scale
        bar = "|" + "-" * (end - begin - 1) + ("|" if operation.end is not None else "...")
        lines.append(f"{row}  {' ' * begin}{bar}".rstrip())
    return lines


def _clip(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 2] + ".."


def _reason(history: Sequence[Operation], machine: Machine) -> str:
    responses = [operation.response for operation in history]
    order = search(machine, responses, by_thread(history))
    if order is not None:
        return _too_late(history, order)
    before = real_time(history)
    by_end = sorted(range(len(history)), key=lambda at: -(history[at].end or 0))
    for at in by_end:
        others = [response for other, response in enumerate(responses) if other != at]
        answers = allowed(machine, responses, before, at) if responses[at] is not None else []
        if answers:
            given = f"Given the other result{'s' * (len(others) > 1)}, " if others else ""
            return f"{given}{letter(at)} could only {_either(answers)}."
    at = by_end[0]
    answers = allowed(machine, [None] * len(history), before, at)
    if any(explains(answer, responses[at] or Response()) for answer in answers):
        return "Even if any one result is left open, no order gives the others."
    return f"In whatever order they are done, {letter(at)} could only {_either(answers)}."


def by_thread(history: Sequence[Operation]) -> list[int]:
    """For each operation the set, as bits, of the earlier ones of its own thread."""
    return [
        sum(1 << at for at, other in enumerate(history) if other.thread == one.thread and other.begin < one.begin)
        for one in history
    ]


def _too_late(history: Sequence[Operation], order: Sequence[int]) -> str:
    """An order explains the results, but time rules it out: say where."""
    for place, late in enumerate(order):
        for early in order[:place]:
            end = history[late].end
            if end is not None and end < history[early].begin:
                shown = ", ".join(map(letter, order))
                return (
                    f"The order {shown} would explain the results, but {letter(late)} had returned before "
                    f"{letter(early)} was called."
                )
    raise AssertionError("an order that time does not rule out explains the history")


def _either(answers: Sequence[Response]) -> str:
    texts = sorted(
        {f"return {value_text(a.value)}" if a.raised is None else f"raise {a.raised.__name__}" for a in answers}
    )
    more = len(texts) - MOST_ANSWERS
    return " or ".join(texts[:MOST_ANSWERS]) + (f" ({more} more)" if more > 0 else "")
