"""The terminal report: a pure function from a failure to plain text.

Everything is ASCII and no line is wider than asked for, so that it reads the same in a terminal, in a log of a
continuous integration server and in a mail. Importing this module gives :meth:`Failure.report` its rendering.
"""

from __future__ import annotations

import re
from pathlib import Path

from sync_tools.presentation.advice import advice
from sync_tools.presentation.folding import MOST_ROWS
from sync_tools.presentation.interleaving import interleaving, place, source_lines, thread_name
from sync_tools.presentation.text import Show, clip, command, count, fold, lines_of, plain, wrap
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Failure, Waiter, set_page_writer, set_renderer

NARROWEST = 40  # columns; a table of threads has no meaning in less
MOST_LINES = 40  # that a report of a lab's bug takes
FEWEST_ROWS = 10  # of the table, however long the rest is,
LEAST_ROWS = 4  # but where there are waits to tell of that take a screen by themselves
HEADING = 3  # lines of the table that are no steps
MOST_SOURCES = 6
MOST_MESSAGE = 12  # lines of each part that can grow
MOST_WAITERS = 8
MOST_OUTPUT = 6
MOST_PATHS = 4  # waiters whose calls are told
MOST_CALLERS = 2
MOST_TRACEBACK = 10
INDENT = "  "
_VERBS = {"acquire": "waits for", "wait": "waits on", "barrier wait": "waits at", "result": "waits for the result of"}
_FRAME = re.compile(r'( *File ")(.*)(", line \d+.*)$')


def render(failure: Failure, width: int = 80) -> str:
    """Draw a failure for a terminal.

    Args:
        failure: what to draw.
        width: columns; below 40 it is taken as 40.

    Returns:
        Lines of printable ASCII, none longer than `width`, without a line end after the last.
    """
    width = max(width, NARROWEST)
    above = [_headline(failure, width) + wrap(found(failure), width), _waiters(failure, width)]
    below = [_why(failure, width), _traceback(failure, width), _output(failure, width), _commands(failure, width)]
    below[0] += _promise(failure, width) + _advice(failure, width)
    switches = sum(step.preempts for step in failure.steps) + (failure.raised_after > 0)
    # The table gets what the rest leaves of a screen: its long middle is what a reader misses least; then the calls.
    if _left(above + below) - switches - HEADING < FEWEST_ROWS and failure.steps:
        above[1] = _waiters(failure, width, calls=False)
    free = _left(above + below)
    table = interleaving(failure, width, min(max(free - switches - HEADING, FEWEST_ROWS), MOST_ROWS))
    if len(table) > free:  # it has lines of its own, about files and threads
        rows = max(FEWEST_ROWS - (len(table) - free), LEAST_ROWS)
        table = interleaving(failure, width, rows)
    sources = source_lines(failure, width, min(free - len(table) - 1, MOST_SOURCES)) if table else []
    return "\n\n".join("\n".join(part) for part in [*above, table, sources, *below] if part)


def _left(parts: list[list[str]]) -> int:
    """The lines of a screen that some parts leave."""
    return MOST_LINES - sum(len(part) + 1 for part in parts if part)


def verdict(failure: Failure, show: Show = plain) -> str:
    """What broke, in one line: ``lost update -- expected 2 hits, the counter shows 1``."""
    known = failure.bug_class not in ("", "unclassified")
    if failure.kind in (kinds.ASSERTION, kinds.EXCEPTION):
        text = failure.bug_class if known else failure.kind
    elif not known or failure.bug_class.replace("-", " ") == failure.kind.replace("-", " "):  # said once is enough
        text = failure.kind
    else:
        text = f"{failure.kind} ({failure.bug_class})"
    message = lines_of(failure.message, show)
    if message and message[0].strip() and not _says_nothing(failure):
        text += f" -- {message[0]}"
    return text


def _headline(failure: Failure, width: int) -> list[str]:
    message = lines_of(failure.message)
    text = f"FAILED {failure.scenario}: {verdict(failure)}"
    more = [clip(INDENT + line, width) for line in message[1:]]
    return wrap(text, width, rest=INDENT) + fold(more, MOST_MESSAGE, "line")


def _says_nothing(failure: Failure) -> bool:
    """True for an assertion that came without a message."""
    return failure.kind == kinds.ASSERTION and failure.message.strip() in ("", "AssertionError")


def found(failure: Failure) -> str:
    """Where it was found, and whether it could be said with fewer preemptions: a sentence or two."""
    if failure.world == "native":
        text = f"Found in round {failure.found_on} on OS threads."
        if not failure.steps:
            text += " They leave no record of their steps: an explored test shows the interleaving."
        return text
    text = f"Found on schedule {failure.found_on}; "
    if failure.preemptions == 0:
        text += "one thread alone does it." if len(failure.threads) == 1 else "no preemption is needed."
    else:
        smallest = "the least that breaks it" if failure.least else "the smallest found"
        text += f"{count(failure.preemptions, 'preemption')}, {smallest}."
    return text


def _waiters(failure: Failure, width: int, calls: bool = True) -> list[str]:
    order = sorted(failure.waiters, key=only_joins)  # the threads that hold each other up come first
    names = max((len(thread_name(failure, waiter.thread)) for waiter in order), default=0)
    indent = min(names, 24)
    lines: list[str] = []
    for waiter in order[:MOST_WAITERS]:
        clauses = _clauses(failure, waiter, calls)
        first = f"{INDENT}{clip(thread_name(failure, waiter.thread), indent).ljust(indent)}  "
        whole = first + "  ".join(clauses)
        if len(whole) <= width:
            lines.append(whole)
            continue
        for clause in clauses:
            lines += wrap(clause, width, first, " " * (len(first) + 2))
            first = " " * len(first)
    if len(order) > MOST_WAITERS:
        lines.append(f"{INDENT}... and {count(len(order) - MOST_WAITERS, 'more thread')} ...")
    return lines


def _clauses(failure: Failure, waiter: Waiter, calls: bool) -> list[str]:
    """What a waiting thread holds, what it waits for, and the calls by which it came there."""
    clauses = []
    if waiter.holds:
        clauses.append("holds " + ", ".join(_at(name, place(site)) for name, site in waiter.holds))
    clauses.append(_at(waiting(waiter), place(waiter.site)))
    if waiter.operation != "spin" and not only_joins(waiter):
        clauses[-1] += _held_by(failure, waiter)
    if waiter.reason:
        clauses[-1] += f" -- {plain(waiter.reason)}"
    callers = [_at(site.function, place(site)) for site in reversed(waiter.path[:-1])]
    # Of a thread that only waits for another to end, and of a crowd, the way there is of no interest.
    if calls and callers and waiter.operation != "join" and len(failure.waiters) <= MOST_PATHS:
        more = " ..." if len(callers) > MOST_CALLERS else ""
        clauses.append("called from " + ", ".join(callers[:MOST_CALLERS]) + more)
    return clauses


def waiting(waiter: Waiter, names: Show = str) -> str:
    """``waits for lock``, ``waits for T1 to end``: what a thread waits for, without the place.

    Args:
        waiter: the thread.
        names: how to call what it waits for.
    """
    if only_joins(waiter):
        return f"waits for T{waiter.holder} to end"
    if waiter.operation == "spin":  # a loop has no object of its own to name
        return "spins"
    return f"{how_it_waits(waiter)} {names(waiter.target)}"


def how_it_waits(waiter: Waiter) -> str:
    """``waits for``, ``waits on``, ...: the verb that the object follows."""
    return _VERBS.get(waiter.operation, f"waits in {waiter.operation} of")


def only_joins(waiter: Waiter) -> bool:
    """True for a thread that waits for another's end: mostly a victim of those that hold each other up."""
    return waiter.operation == "join" and waiter.holder is not None


def _held_by(failure: Failure, waiter: Waiter) -> str:
    if waiter.holder is None or waiter.holder == waiter.thread:
        return ""
    if waiter.would:
        return f", which T{waiter.holder} would {waiter.would}"
    if waiter.operation == "result":
        return f", a task of T{waiter.holder}"
    text = f", held by T{waiter.holder}"
    told = any(
        other.thread == waiter.holder and any(name == waiter.target for name, _ in other.holds)
        for other in failure.waiters
    )
    if not told and waiter.holder_site is not None and place(waiter.holder_site):
        text += f" since {place(waiter.holder_site)}"
    return text


def _at(what: str, where: str) -> str:
    return f"{plain(what)} ({where})" if where else plain(what)


def _why(failure: Failure, width: int) -> list[str]:
    lines: list[str] = []
    for sentence in failure.why:
        if sentence.strip():
            lines += wrap(sentence, width, " " * 8 if lines else "Why:    ", " " * 8)
    return fold(lines, MOST_MESSAGE, "line")


def _promise(failure: Failure, width: int) -> list[str]:
    """What the test holds the program to: a promise of its docstring."""
    return wrap(f'"{failure.promise}"', width, "Wanted: ") if failure.promise.strip() else []


def _advice(failure: Failure, width: int) -> list[str]:
    said = advice(failure)
    return wrap(said, width, "Try:    ") if said else []


def _traceback(failure: Failure, width: int) -> list[str]:
    # An assertion's message says what its traceback would; an exception may come from anywhere.
    if failure.kind != kinds.EXCEPTION and not _says_nothing(failure):
        return []
    lines = [_traceback_line(line, width) for line in lines_of(failure.traceback) if line.strip(" ~^")]
    if lines and failure.failing_thread:
        lines.insert(0, clip(f"Raised in {thread_name(failure, failure.failing_thread)}:", width))
    return fold(lines, MOST_TRACEBACK, "line", keep_end=True)


def _traceback_line(line: str, width: int) -> str:
    """A line cut to `width`; of a file's path the folders go first, because its name and the line number say more."""
    found = _FRAME.match(line)
    if found is None or len(line) <= width:
        return clip(line, width)
    begin, path, end = found.groups()
    room = width - len(begin) - len(end) - 3
    name = path.replace("\\", "/").rpartition("/")[2]
    kept = path[-room:] if room >= len(name) else name
    return clip(f"{begin}...{kept}{end}", width)


def _output(failure: Failure, width: int) -> list[str]:
    lines = [clip(f"{INDENT}| {line}".rstrip(), width) for line in lines_of(failure.output)]
    if not lines:
        return []
    return ["Printed in this schedule:", *fold(lines, MOST_OUTPUT, "line", keep_end=True)]


def _commands(failure: Failure, width: int) -> list[str]:
    lines: list[str] = []
    if failure.replay_command.strip():
        lines += command("Replay: ", failure.replay_command, width)
    elif failure.schedule:
        name = failure.scenario if failure.scenario.isidentifier() else "scenario"
        asked = ', races="fail"' if failure.kind == kinds.DATA_RACE else ""
        lines += command("Replay: ", f'replay({name}, "{failure.schedule}"{asked})', width)
    if failure.look_command.strip():
        lines += command("Look:   ", failure.look_command, width)
    elif failure.schedule and not failure.replay_command.strip():
        lines.append('Look:   failure.to_html("failure.html")')
    if failure.hint.strip():
        lines += command("Hint:   ", failure.hint, width)
    return lines


def _write_page(failure: Failure, path: Path) -> Path:
    from sync_tools.presentation.page import write_page  # most failures never become one

    return write_page(failure, path)


set_renderer(render)
set_page_writer(_write_page)
