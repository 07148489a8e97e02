"""All that a page needs in which a student is the scheduler, as data: a pure function from a game's positions.

The page follows the student's choices from node to node; it runs nothing and asks nobody. Every text in it is on one
line and harmless to look at (see :func:`text.visible`) but may hold any character of the program's, so whoever puts it
into a page must escape it. No folder of the machine stands in it, unless the program itself says it. The words are
those of ``synclab break``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from sync_tools import __version__
from sync_tools.presentation import play_text as words
from sync_tools.presentation.interleaving import shortener
from sync_tools.presentation.page_names import portable, short_names
from sync_tools.presentation.page_sources import files_shown
from sync_tools.presentation.report import verdict
from sync_tools.presentation.text import brief, visible
from sync_tools.words.failure import Site, Step
from sync_tools.words.position import READY, Standing, Variable
from sync_tools.words.reachable import Edge, Node, Outlook, Reachable

Json = dict[str, Any]

FORMAT = 1  # raised when a reader of the older one could be misled
MOST_STEPS = 200  # of one choice


def play_data(
    graph: Reachable, sources: Mapping[str, str], *, goal: str = "", folders: Mapping[str, str] | None = None
) -> Json:
    """What a page needs to let a student play.

    Args:
        graph: all positions of the game.
        sources: the text of the files in which threads stand, as far as they are at hand, the program's before the
            test's. Files are shown in this order.
        goal: what the student is to make happen, as an imperative.
        folders: what to say in place of some folders of this machine, such as "~" for the user's own.

    Returns:
        A value that JSON has words for. Rows that are alike stand in a table once; elsewhere stands their place in it,
        from 0.

        ======================  =======================================================================================
        ``format``, ``kit``     version of this form, and of the kit
        ``title``, ``goal``     what is played, and what for
        ``right``               true where it is known that no choice breaks the program; only then may that be said
        ``complete``            true where every class of schedules is in here
        ``why``                 where it is not complete: sentences on what stands in the way
        ``asks_all``            true where choices are offered that may make no difference
        ``classes``             how many classes of schedules end in here; at least so many where not all is explored
        ``failing``             how many of them break the program
        ``threads``             ``label`` ("T1") and ``name`` of each, by number. Where another thread has that number
                                in some schedules, its standings have its own name
        ``files``               what is shown of the sources, see :func:`page_sources.files_shown`
        ``places``              places in the source: ``file`` (a place in ``files``; null where nothing is shown of
                                it), ``name`` (the file's), ``line``, ``function``
        ``variables``           ``name`` in full, ``short``, and ``matters``: threads share it and change it. Those that
                                matter come first
        ``standings``           where a thread may stand, see :meth:`_Tables._standing`
        ``steps``               what a thread may do, see :meth:`_Tables._step`
        ``values``              pairs: a variable, and the text of a value that it may have
        ``start``               what is done before the first choice: ``steps`` and ``left_out``, as of a choice
        ``nodes``               places in the game, see :meth:`_Tables._node`; the first is where the play begins
        ``ends``                ends of schedules, see :meth:`_Tables._end`
        ======================  =======================================================================================

        What a page has to keep itself is the way so far: the nodes, the choices, and the steps of each choice. The
        present thread, which goes on when nobody in particular is picked, is the one that was picked last, if it can go
        on, else the one that made the last step.
    """
    return _Tables(graph, sources, folders or {}).data(goal)


class _Table:
    """Rows, each of them once."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._places: dict[Hashable, int] = {}

    def place(self, key: Hashable, row: Any) -> int:
        """Where a row stands; `key` tells it from others."""
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]


class _Tables:
    """The tables of one game."""

    def __init__(self, graph: Reachable, sources: Mapping[str, str], folders: Mapping[str, str]) -> None:
        self.graph = graph
        sites = list(dict.fromkeys(_sites(graph)))
        standing = {site.file for site in sites}
        short = short_names([*(file for file in sources if file in standing), *sorted(standing.difference(sources))])
        moved = [site._replace(file=short[site.file]) for site in sites]
        texts = {short[file]: text for file, text in sources.items() if file in short}
        self.files = files_shown(moved, texts, list(short.values()))
        self.file_of = {file["name"]: number for number, file in enumerate(self.files)}
        self.folders = {**{file[: -len(name)].rstrip("/\\"): "" for file, name in short.items()}, **folders}
        self.short_files = short
        self.name = shortener(_names(graph), brief)
        matter = _matter(graph)
        names = sorted(matter, key=lambda name: (not matter[name], name))
        self.variables = [{"name": brief(name), "short": self.name(name), "matters": matter[name]} for name in names]
        self.order = {name: number for number, name in enumerate(names)}
        self.places, self.standings, self.steps, self.values, self.ends = (_Table() for _ in range(5))

    def data(self, goal: str) -> Json:
        """See :func:`play_data`."""
        graph = self.graph
        return {
            "format": FORMAT,
            "kit": __version__,
            "title": visible(graph.title),
            "goal": visible(" ".join(goal.split())),
            "right": graph.right,
            "complete": graph.complete,
            "why": [visible(sentence) for sentence in graph.why],
            "asks_all": graph.asks_all,
            "classes": graph.classes,
            "failing": graph.failing_classes,
            "threads": [{"label": f"T{number}", "name": name} for number, name in enumerate(_thread_names(graph))],
            "start": self._row(graph.start),
            "nodes": [self._node(node, each) for node, each in zip(graph.nodes, graph.outlooks, strict=True)],
            "ends": self.ends.rows,
            "standings": self.standings.rows,
            "steps": self.steps.rows,
            "variables": self.variables,
            "values": self.values.rows,
            "places": self.places.rows,
            "files": self.files,
        }

    def _node(self, node: Node, outlook: Outlook) -> Json:
        """A row of ``nodes``.

        It has ``made`` (how many steps have been made), ``threads`` (where each stands, by number), ``values`` (what
        the variables hold, as far as they have been met), ``choices`` (see :meth:`_choice`; none at an end), ``end``
        (null while there is a choice), ``can_break`` and ``must_break`` (whether some, or all, ways from here break the
        program; null: not known), ``classes`` and ``failing`` (how many classes end below, and how many of them break
        it) and ``explored`` (whether all that is below is in here).
        """
        return {
            "made": node.made,
            "threads": [self._standing(standing) for standing in node.threads],
            "values": [self._value(each) for each in sorted(node.variables, key=lambda each: self.order[each.name])],
            "choices": [self._choice(edge) for edge in node.edges],
            "end": self._end(node) if node.outcome else None,
            "can_break": outlook.can_break,
            "must_break": outlook.must_break,
            "classes": outlook.classes,
            "failing": outlook.failing,
            "explored": outlook.explored,
        }

    def _choice(self, edge: Edge) -> Json:
        """One of a node's ``choices``.

        It has ``thread``, ``to`` (the node that follows; null where it was not explored), ``steps`` (the one that is
        picked, then those that are made without asking) and ``left_out``: how many of these are not in here, from the
        middle of a long row. They count as made.
        """
        return {"thread": edge.thread, "to": edge.to, **self._row(edge.steps)}

    def _row(self, steps: Sequence[Step]) -> Json:
        half = MOST_STEPS // 2
        left_out = max(len(steps) - MOST_STEPS, 0)
        kept = [*steps[:half], *steps[half + left_out :]]
        return {"steps": [self._step(step) for step in kept], "left_out": left_out}

    def _standing(self, standing: Standing) -> int:
        """A row of ``standings``.

        It has ``thread``, ``name``, ``state`` ("ready", "waiting" or "ended"), ``says`` ("next: read hits"), ``at``
        (where that stands in the source; null where it is not known), ``holder`` (the thread that it waits for, or
        null), ``held`` (the locks that it holds) and ``cannot`` (a sentence: why it can't be picked; "" if it can).
        """
        row = {
            "thread": standing.thread,
            "name": brief(standing.name),
            "state": standing.state,
            "says": words.doing(standing, self.name, brief),
            "at": self._place(standing.site),
            "holder": standing.holder,
            "held": [self.name(lock) for lock in standing.held],
            "cannot": "" if standing.state == READY else words.cannot(standing, self.name, brief),
        }
        return self.standings.place(standing, row)

    def _step(self, step: Step) -> int:
        """A row of ``steps``.

        It has ``thread``, ``says`` ("read hits = 0"), ``at`` (as in ``standings``), ``held`` (the locks that the thread
        held during it) and ``reads`` (whether it changes nothing).
        """
        row = {
            "thread": step.thread,
            "says": words.done(step, self.name, brief),
            "at": self._place(step.site),
            "held": [self.name(lock) for lock in step.held],
            "reads": step.reads,
        }
        key = (step.thread, row["says"], row["at"], step.held, step.reads)
        return self.steps.place(key, row)

    def _value(self, variable: Variable) -> int:
        return self.values.place((variable.name, variable.value), [self.order[variable.name], brief(variable.value)])

    def _end(self, node: Node) -> int:
        """A row of ``ends``.

        It has ``outcome`` ("passed", "failed" or "too long"), ``class`` (ends with the same number are one class of
        schedules), ``says`` (a sentence) and ``result`` (what the scenario returned, or ""). Of a failure these are not
        empty: ``verdict`` (one line), ``kind``, ``bug_class``, ``token``, and ``replay`` and ``look``, the commands
        that run this schedule again and open it in the viewer, where there are such.
        """
        failure = None if node.failure is None else portable(node.failure, self.folders)[0]
        row = {
            "outcome": node.outcome,
            "class": node.trace,
            "says": words.how_it_ended(node.outcome, node.made, node.number > 0, failure, brief),
            "result": brief(node.result),
            "verdict": "" if failure is None else verdict(failure, brief),
            "kind": "" if failure is None else failure.kind,
            "bug_class": "" if failure is None else failure.bug_class,
            "token": "" if failure is None else failure.schedule,
            "replay": "" if failure is None else visible(" ".join(failure.replay_command.split())),
            "look": "" if failure is None else visible(" ".join(failure.look_command.split())),
        }
        return self.ends.place(node.number, row)

    def _place(self, site: Site) -> int | None:
        if site.line < 1:
            return None
        name = self.short_files[site.file]
        row = {
            "file": self.file_of.get(name),
            "name": visible(name),
            "line": site.line,
            "function": brief(site.function.rpartition(".")[2]),
        }
        return self.places.place((site.file, site.line, row["function"]), row)


def _sites(graph: Reachable) -> Iterator[Site]:
    """Every place that is known."""
    found = [standing.site for node in graph.nodes for standing in node.threads]
    found += [step.site for step in _steps(graph)]
    yield from (site for site in found if site.line > 0)


def _steps(graph: Reachable) -> Iterator[Step]:
    yield from graph.start
    for node in graph.nodes:
        for edge in node.edges:
            yield from edge.steps


def _names(graph: Reachable) -> set[str]:
    """What the program calls all that the data speaks of."""
    found = {name for step in _steps(graph) for name in (step.target, *step.held)}
    for node in graph.nodes:
        found |= {name for standing in node.threads for name in (standing.target, *standing.held)}
        found |= {variable.name for variable in node.variables}
    return found


def _thread_names(graph: Reachable) -> list[str]:
    names: dict[int, str] = {}
    for node in graph.nodes:
        for standing in node.threads:
            names.setdefault(standing.thread, brief(standing.name))
    return [names[number] for number in sorted(names)]


def _matter(graph: Reachable) -> dict[str, bool]:
    """Each variable, and whether threads share it and change it."""
    found: dict[str, bool] = {}
    for node in graph.nodes:
        for each in node.variables:
            found[each.name] = found.get(each.name, False) or (each.shared and each.changed)
    return found
