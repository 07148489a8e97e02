"""All that the page of a failure shows, as data: a pure function from the failure and its sources.

The page only draws it. Every text in it is on one line and harmless to look at (see :func:`text.visible`), no folder of
the machine stands in it, and numbers of steps are those of the terminal report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sync_tools import __version__
from sync_tools.presentation import page_steps, page_tracks
from sync_tools.presentation.advice import advice
from sync_tools.presentation.folding import STEP_NUMBER
from sync_tools.presentation.interleaving import names_of, shortener, states
from sync_tools.presentation.outcomes import said
from sync_tools.presentation.page_graph import wait_graph
from sync_tools.presentation.page_names import files_of, frames_of, portable, sites_of
from sync_tools.presentation.page_sources import files_shown
from sync_tools.presentation.report import found, render, verdict, waiting
from sync_tools.presentation.text import Show, brief, fold, lines_of, visible
from sync_tools.words import failure as kinds
from sync_tools.words.failure import NO_SITE, Failure, Site, Waiter
from sync_tools.words.outcome import Outcome

Json = dict[str, Any]

FORMAT = 1  # raised when a reader of the older one could be misled
REPORT_WIDTH = 100
MOST_VARIABLES = 30
MOST_TEXT = 200  # lines of the traceback, and of the output
WIDEST_LINE = 400  # characters of them
_ITS_LOCK = "'s lock"  # of a condition


def page_data(
    failure: Failure,
    sources: Mapping[str, str],
    *,
    outcomes: Iterable[Outcome] = (),
    folders: Mapping[str, str] | None = None,
) -> Json:
    """What a page of this failure shows.

    Args:
        failure: the failure.
        sources: the text of the files that it speaks of, as far as they are at hand.
        outcomes: all ways in which the scenario can end, where they are known.
        folders: what to say in place of some folders of this machine, such as "~" for the user's own.

    Returns:
        A value that JSON has words for:

        ======================  =======================================================================================
        ``format``, ``kit``     version of this form, and of the kit
        ``title``, ``scenario`` what the page is called, and what failed
        ``verdict``             what broke, in one line
        ``kind``, ``bug_class``  as of :class:`Failure`
        ``message``             all lines of what was said when it broke
        ``found``               on which schedule, and how few preemptions it takes: a sentence or two
        ``promise``             what the program promises, or ""
        ``given``               the scenario's arguments: pairs of name and value
        ``threads``             ``label`` ("T1") and ``name`` of each, by index
        ``count``               how many steps there are in all
        ``steps``               those that are shown, see :func:`page_steps.steps_shown`
        ``stops``               where stepping halts, in order, see :func:`page_steps.stops`
        ``failure``             how it ends: ``after`` (number of the last step before it), ``thread`` (who raised, or
                                None), ``file`` and ``line`` (where; "" and 0 if unknown), ``says`` (a sentence) and
                                ``word`` (one or two words)
        ``switches``            numbers of the steps before which another thread was preempted
        ``conflict``            numbers of the two steps that met, or nothing
        ``files``               what is shown of the sources, see :func:`page_sources.files_shown`
        ``variables``           see :func:`_variables`; ``hidden_variables`` counts those left out
        ``bars``                ``thread`` holds ``lock`` after step ``from`` until step ``to`` (None: to the end);
                                ``unseen`` where taking it or giving it back is no step
        ``waits``               ``thread`` can't go on after step ``from`` until step ``to`` (None: for ever); ``text``
                                says what for, ``holder`` is who holds that, or None
        ``graph``               who waits for whom at the end, see :func:`page_graph.wait_graph`; or None
        ``why``                 sentences, each a list of parts with ``text`` and ``step`` (a number, or None)
        ``output``              the lines that the schedule printed
        ``traceback``           the lines of the exception's traceback
        ``replay``, ``look``,   commands and a line that say how to go on, or ""
        ``hint``
        ``try``                 what to try against bugs of this class, or ""
        ``outcomes``            ``result``, ``classes`` and ``token`` of each way to end
        ``report``              the terminal report
        ======================  =======================================================================================
    """
    told, names = portable(failure, folders or {})
    texts = {names[file]: text for file, text in sources.items() if file in names}
    short = _names(told)
    bars = page_tracks.lock_bars(told)
    shown = page_steps.chosen(told)
    frames = [site for site in frames_of(told.traceback) if site.file in texts]
    raised = _raised_at(told, frames)
    tracks = page_tracks.variables(told)
    stops = page_steps.stops(told, shown)
    return {
        "format": FORMAT,
        "kit": __version__,
        "title": f"{visible(told.scenario)}: {told.bug_class if _known(told) else told.kind}",
        "scenario": visible(told.scenario),
        "verdict": verdict(told, lambda text: brief(text, WIDEST_LINE)),
        "kind": told.kind,
        "bug_class": told.bug_class,
        "message": _lines(told.message),
        "found": found(told),
        "promise": visible(" ".join(told.promise.split())),
        "given": [[brief(name), brief(value)] for name, value in told.given],
        "threads": [{"label": f"T{index}", "name": brief(name)} for index, name in enumerate(told.threads)],
        "count": len(told.steps),
        "steps": page_steps.steps_shown(told, shown, short),
        "stops": stops,
        "failure": _end(told, raised),
        "switches": [step.number for step in told.steps if step.preempts],
        "conflict": list(told.conflict),
        "files": files_shown([*sites_of(told), *frames], texts, files_of(told)),
        "variables": _variables(told, tracks, short, stops)[:MOST_VARIABLES],
        "hidden_variables": max(len(tracks) - MOST_VARIABLES, 0),
        "bars": [
            {"thread": bar.thread, "lock": short(bar.lock), "from": bar.begin, "to": bar.end, "unseen": bar.unseen}
            for bar in bars
            if page_steps.seen(bar, stops)
        ],
        "waits": [_wait(wait, short) for wait in page_tracks.waits(told, bars) if page_steps.seen(wait, stops)],
        "graph": wait_graph(told, short, place),
        "why": [linked(sentence, told) for sentence in told.why if sentence.strip()],
        "output": _lines(told.output),
        "traceback": _lines(told.traceback),
        "replay": visible(" ".join(told.replay_command.split())),
        "look": visible(" ".join(told.look_command.split())),
        "hint": visible(" ".join(told.hint.split())),
        "try": visible(advice(told)),
        "outcomes": [
            {"result": visible(said(each)), "classes": each.classes, "token": visible(each.token)} for each in outcomes
        ],
        "report": render(told, REPORT_WIDTH),
    }


def place(site: Site) -> Json | None:
    """Where something stands: ``file``, ``line``, ``function``, the line's ``source``; None where it is not known."""
    if site.line < 1:
        return None
    return {
        "file": visible(site.file),
        "line": site.line,
        "function": brief(site.function.rpartition(".")[2]),
        "source": brief(site.source),
    }


def _known(failure: Failure) -> bool:
    return failure.bug_class not in ("", "unclassified")


def _names(failure: Failure) -> Show:
    """How the page calls variables and locks; those that only waiters speak of count, too."""
    names = names_of(failure)
    names |= {waiter.target for waiter in failure.waiters}
    names |= {lock for waiter in failure.waiters for lock, _ in waiter.holds}
    short = shortener({name.removesuffix(_ITS_LOCK) for name in names}, brief)
    return lambda name: short(name.removesuffix(_ITS_LOCK)) + (_ITS_LOCK if name.endswith(_ITS_LOCK) else "")


def _raised_at(failure: Failure, frames: Sequence[Site]) -> Site:
    """The line that raised: the innermost one that can be shown, else that of the thread's last step."""
    if frames:
        return frames[-1]
    before = [step for step in failure.steps if not failure.raised_after or step.number <= failure.raised_after]
    own = [step.site for step in before if step.thread == failure.failing_thread]
    return own[-1] if own and failure.failing_thread is not None else NO_SITE


def _end(failure: Failure, raised: Site) -> Json:
    last = failure.steps[-1].number if failure.steps else 0
    said = (_lines(failure.message) or [""])[0]
    thread = failure.failing_thread
    if failure.kind in (kinds.ASSERTION, kinds.EXCEPTION) and thread is not None:
        who = page_steps.who(failure, thread)
        says, word = f"{who} fails: {said}" if said else f"{who} fails", "fails"
    else:
        says, word = f"{failure.kind.capitalize()}: {said}", failure.kind
    return {
        "after": failure.raised_after or last,
        "thread": thread,
        "file": visible(raised.file) if raised.line > 0 else "",
        "line": max(raised.line, 0),
        "says": says,
        "word": word,
    }


def _variables(failure: Failure, tracks: Sequence[page_tracks.Track], short: Show, stops: Sequence[Json]) -> list[Json]:
    """What each variable held.

    Returns:
        Each with ``name`` (in full) and ``short``; ``initial``, its value before the first step (None: not known);
        ``changes``, each with ``step``, ``thread``, ``how`` ("write", "change": by a method, "read": it was seen),
        ``value`` (None: not known) and ``since`` (what was done to it after that value was seen); ``several`` (several
        objects share the name, so that it is not one value); ``in_table`` (it has a column in the table of steps).
        Those that a step changes come first.
    """
    columns = states(failure)
    changed = {track.name for track in tracks if any(change.how != "read" for change in track.changes)}
    # An element stands behind its container.
    first = {track.name: index for index, track in enumerate(tracks)}
    whole = {name: name.partition("[")[0] or name for name in first}

    def rank(track: page_tracks.Track) -> tuple[bool, int, bool, int]:
        family = [name for name in first if whole[name] == whole[track.name]]
        return (
            not changed & set(family),
            min(first[name] for name in family),
            track.name != whole[track.name],
            first[track.name],
        )

    order = sorted(tracks, key=rank)
    return [
        {
            "name": brief(track.name),
            "short": short(track.name),
            "initial": None if track.initial is None else brief(track.initial),
            "changes": [
                {
                    "step": change.step,
                    "thread": change.thread,
                    "how": change.how,
                    "value": None if change.value is None else brief(change.value),
                    "since": [brief(done) for done in change.since],
                }
                for change in page_steps.changes_seen(track.changes, stops)
            ],
            "several": track.several,
            "in_table": track.name in columns,
        }
        for track in order
    ]


def _wait(wait: page_tracks.Wait, short: Show) -> Json:
    as_waiter = Waiter(wait.thread, wait.operation, wait.target, NO_SITE, wait.holder)
    text = waiting(as_waiter, short)
    return {"thread": wait.thread, "text": text, "from": wait.begin, "to": wait.end, "holder": wait.holder}


def linked(sentence: str, failure: Failure) -> list[Json]:
    """A sentence in parts, each with ``text`` and ``step``: each "#7" is one of its own, so that it can lead there."""
    numbers = {step.number for step in failure.steps}
    text = visible(" ".join(sentence.split()))
    parts: list[Json] = []
    end = 0
    for match in STEP_NUMBER.finditer(text):
        if int(match[1]) in numbers:
            parts.append({"text": text[end : match.start()], "step": None})
            parts.append({"text": match[0], "step": int(match[1])})
            end = match.end()
    parts.append({"text": text[end:], "step": None})
    return [part for part in parts if part["text"]]


def _lines(text: str) -> list[str]:
    lines = lines_of(text, lambda line: brief(line, WIDEST_LINE))
    return fold(lines, MOST_TEXT, "line", keep_end=True)
