"""The steps of a page: which of a long schedule, each in words, and where stepping halts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from sync_tools.presentation.folding import mentioned
from sync_tools.presentation.interleaving import step_words, thread_name
from sync_tools.presentation.page_tracks import Bar, Change, Wait
from sync_tools.presentation.text import Show, brief
from sync_tools.words.failure import Failure, Step

MOST_STEPS = 400  # shown of a long schedule
_AT_THE_BEGINNING = 100  # of those, when others have to give way
_ROOM = 10  # characters in a mark
_AROUND = 3  # steps on either side of one that matters

# What a mark says where the operation's own name is long, or less plain.
_MARKS = {"acquire": "lock", "release": "unlock", "wake up": "wake", "notify_all": "notify", "set_result": "result"}
_KINDS = {
    "write": "write",
    **dict.fromkeys(("acquire", "try"), "take"),
    "release": "give",
    **dict.fromkeys(("wait", "join", "arrive at", "wait_for"), "wait"),
    "wake up": "wake",
    **dict.fromkeys(("notify", "notify_all", "set", "open", "set_result", "set_exception"), "signal"),
}
# An operation as what somebody does.
_DOES = {
    **{"read": "reads", "write": "writes", "acquire": "acquires", "release": "releases", "try": "tries to acquire"},
    **{"wait": "waits on", "wake up": "wakes up from", "notify": "notifies", "notify_all": "notifies all on"},
    **{"set": "sets", "clear": "clears", "join": "joins", "look in": "looks in", "loop over": "begins a loop over"},
    **{"iterate": "takes the next of", "put": "puts into", "get": "gets from", "arrive at": "arrives at"},
    **{"call": "calls", "return": "returns from"},
    **{"pass": "passes", "result": "gets the result of", "delete": "deletes", "is_set": "looks whether it is set:"},
}


def chosen(failure: Failure) -> list[Step]:
    """The steps that a page shows: all of them, or of a long schedule the ends and what is around those that matter."""
    steps = failure.steps
    if len(steps) <= MOST_STEPS:
        return list(steps)
    where = {step.number: index for index, step in enumerate(steps)}
    matter = [where[number] for number in (*failure.conflict, failure.raised_after) if number in where]
    matter += [*mentioned(failure), *(index for index, step in enumerate(steps) if step.preempts)]
    keep: dict[int, None] = {}
    for index in matter:
        keep.update(dict.fromkeys(range(max(index - _AROUND, 0), min(index + _AROUND + 1, len(steps)))))
    kept = set(list(keep)[: MOST_STEPS // 2]) | set(range(_AT_THE_BEGINNING))
    kept |= set(range(len(steps) - (MOST_STEPS - len(kept)), len(steps)))
    return [steps[index] for index in sorted(kept)]


def stops(failure: Failure, shown: Sequence[Step]) -> list[dict[str, Any]]:
    """Where stepping through the schedule halts, in order.

    Returns:
        Each with ``kind`` and ``step``, the number of the last step that is done there: "start" (before any), "step",
        "gap" (after steps that are left out, from ``first`` on) and "failure" (where it breaks).
    """
    after = failure.raised_after or (failure.steps[-1].number if failure.steps else 0)
    found: list[dict[str, Any]] = [{"kind": "start", "step": 0}] if shown else []
    done = after == 0
    if done:
        found.append({"kind": "failure", "step": 0})
    last = 0
    for step in shown:
        if step.number > last + 1:
            found.append({"kind": "gap", "step": step.number - 1, "first": last + 1})
        found.append({"kind": "step", "step": step.number})
        last = step.number
        if not done and last >= after:
            found.append({"kind": "failure", "step": after})
            done = True
    return found


def steps_shown(failure: Failure, shown: Sequence[Step], names: Show) -> list[dict[str, Any]]:
    """The steps as data.

    Args:
        failure: the failure.
        shown: those of its steps that the page has.
        names: how to call what they touch.

    Returns:
        Each with

        * ``number``, ``thread`` (its index), ``file`` and ``line`` ("" and 0 where they are not known);
        * ``kind``: "read", "write", "take" and "give" (of a lock), "wait", "wake", "signal", or "call" for the rest;
        * ``mark`` (a word for it), ``spot`` (what it touched, as short as can be) and ``value`` ("= 1", or of a method
          "'a'"; "" for none);
        * ``text`` (as in the terminal report), ``next`` (the same before it is done, without the value) and ``says``
          (a sentence for those who can't see the lanes);
        * ``variable``: what it touched, in full;
        * ``held``: the locks of its thread after it;
        * ``preempts``: a thread that could have gone on was interrupted just before it;
        * ``after``: numbers of steps of other threads that synchronization orders just before it;
        * ``conflict``: it is one of the two that met.
    """
    return [
        {
            "number": step.number,
            "thread": step.thread,
            "kind": _KINDS.get(step.operation, "read" if step.reads or step.operation == "read" else "call"),
            "mark": _MARKS.get(step.operation, brief(step.operation)),
            "spot": _spot(names(step.target)),
            "value": _value(step),
            "text": step_words(step, names, brief),
            "next": f"{brief(step.operation)} {names(step.target)}".strip(),
            "says": _sentence(failure, step, names),
            "variable": brief(step.target),
            "file": brief(step.site.file) if step.site.line > 0 else "",
            "line": max(step.site.line, 0),
            "held": [names(lock) for lock in dict.fromkeys(step.held)],
            "preempts": step.preempts,
            "after": list(step.after),
            "conflict": step.number in failure.conflict,
        }
        for step in shown
    ]


def seen(span: Bar | Wait, stops: Sequence[dict[str, Any]]) -> bool:
    """False for what begins and ends among steps that are left out."""
    return any(span.begin <= stop["step"] and (span.end is None or stop["step"] < span.end) for stop in stops)


def changes_seen(changes: Sequence[Change], stops: Sequence[dict[str, Any]]) -> list[Change]:
    """The changes that make a difference at some stop: of those among steps left out the last, and the last writing."""
    numbers = [stop["step"] for stop in stops]
    kept: dict[tuple[int, bool], Change] = {}
    for change in changes:
        kept[bisect_left(numbers, change.step), change.how == "read"] = change
    return sorted(kept.values(), key=lambda change: change.step)


def who(failure: Failure, thread: int) -> str:
    """``T1 worker-1``."""
    return thread_name(failure, thread, brief)


def _spot(name: str) -> str:
    """``['rent']`` of ``_balances['rent']``: in a mark there is room for a word."""
    long = len(name) > _ROOM and name.endswith("]") and "[" in name[1:]
    return name[name.rindex("[") :] if long else name


def _value(step: Step) -> str:
    if step.operation in ("read", "write"):
        return "" if step.value is None else f"= {brief(step.value)}"
    return "" if step.value in (None, "None") else brief(str(step.value))


def _label(step: Step, names: Show) -> str:
    value = _value(step)
    return f"{names(step.target)}{'' if value[:2] in ('', '= ') else ':'} {value}".rstrip()


def _sentence(failure: Failure, step: Step, names: Show) -> str:
    """``Step 3 of 13: T2 worker-2 writes hits = 1 at counter.py:28; holds no lock``."""
    does = _DOES.get(step.operation)
    label = _label(step, names)
    if does is None:
        does = f"calls {brief(step.operation)} on"
    where = f" at {brief(step.site.file)}:{step.site.line}" if step.site.line > 0 else ""
    note = f" ({brief(step.note)})" if step.note else ""
    held = ", ".join(names(lock) for lock in dict.fromkeys(step.held))
    number = f"Step {step.number} of {len(failure.steps)}"
    return f"{number}: {who(failure, step.thread)} {does} {label}{note}{where}; holds {held or 'no lock'}"
