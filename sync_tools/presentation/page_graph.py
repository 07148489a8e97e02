"""The wait-for graph at the end of a failing schedule, as data for a drawing and as the same in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync_tools.detectors.waiting import HOLDER_ENDED, cycle
from sync_tools.presentation.report import how_it_waits, only_joins, waiting
from sync_tools.presentation.text import Show, brief
from sync_tools.words.failure import Failure, Site, Waiter

Place = Callable[[Site], dict[str, Any] | None]


def wait_graph(failure: Failure, names: Show, place: Place) -> dict[str, Any] | None:
    """Who waits for what, and who holds it.

    Args:
        failure: the failure.
        names: how to call locks and other objects.
        place: how to say where something stands in the source; None for what is not known.

    Returns:
        None where nobody waits for ever; otherwise

        * ``nodes``: each with ``id``, ``thread`` (its index, or None for an object), ``label`` and ``state`` ("waits",
          "has ended", or "" for a thread that could go on; "" for objects);
        * ``edges``: each with ``from`` and ``to`` (ids), ``text`` ("waits for", "held by"), ``place`` (or None) and
          ``would`` (it leads from a thread to what that would set, notify, ...);
        * ``cycle``: the threads of a circle of waits, in its order; empty where there is none;
        * ``waiters``: for each thread that waits ``thread`` and ``daemon``, ``text`` (what for), ``place`` (where),
          ``why`` (a clause, or ""), ``holds`` (``lock`` and ``place`` of each lock it has), ``path`` (the calls that
          led there, the outermost first), ``holder`` (a thread, or None), ``would`` (what that would do, where it holds
          nothing), ``holder_place`` and ``holder_path`` (where that took it).
    """
    if not failure.waiters:
        return None
    order = sorted(failure.waiters, key=only_joins)  # the threads that hold each other up come first
    graph = _Graph(failure, names, place)
    for waiter in order:
        graph.add(waiter)
    circle = cycle({each.thread: each.holder for each in failure.waiters})
    return {
        "nodes": graph.nodes,
        "edges": graph.edges,
        "cycle": circle,
        "waiters": [_told(waiter, names, place) for waiter in order],
    }


class _Graph:
    def __init__(self, failure: Failure, names: Show, place: Place) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self._failure, self._names, self._place = failure, names, place
        self._waits = {waiter.thread for waiter in failure.waiters}
        self._ended = {waiter.holder for waiter in failure.waiters if waiter.reason == HOLDER_ENDED}

    def add(self, waiter: Waiter) -> None:
        here = self._thread(waiter.thread)
        if only_joins(waiter):
            assert waiter.holder is not None
            self._edge(here, self._thread(waiter.holder), "waits for its end", waiter.site)
            return
        if waiter.operation == "spin":
            self._edge(here, self._object("its loop"), "repeats", waiter.site)
            return
        thing = self._object(self._names(waiter.target))
        self._edge(here, thing, how_it_waits(waiter), waiter.site)
        if waiter.holder is not None:
            told = f"would {waiter.would}" if waiter.would else "held by"
            told = "a task of" if waiter.operation == "result" and not waiter.would else told
            backwards = bool(waiter.would)
            there = self._thread(waiter.holder)
            edge = (there, thing) if backwards else (thing, there)
            self._edge(*edge, told, waiter.holder_site, would=backwards)

    def _thread(self, index: int) -> str:
        state = "waits" if index in self._waits else "has ended" if index in self._ended else ""
        name = brief(self._failure.threads[index]) if 0 <= index < len(self._failure.threads) else ""
        return self._node(f"t{index}", {"thread": index, "label": name, "state": state})

    def _object(self, name: str) -> str:
        known = next((node["id"] for node in self.nodes if node["thread"] is None and node["label"] == name), None)
        return known or self._node(f"o{len(self.nodes)}", {"thread": None, "label": name, "state": ""})

    def _node(self, name: str, more: dict[str, Any]) -> str:
        if all(node["id"] != name for node in self.nodes):
            self.nodes.append({"id": name, **more})
        return name

    def _edge(self, begin: str, end: str, text: str, site: Site | None, would: bool = False) -> None:
        place = None if site is None else self._place(site)
        edge = {"from": begin, "to": end, "text": text, "place": place, "would": would}
        if edge not in self.edges:
            self.edges.append(edge)


def _told(waiter: Waiter, names: Show, place: Place) -> dict[str, Any]:
    return {
        "thread": waiter.thread,
        "text": waiting(waiter, names),
        "place": place(waiter.site),
        "why": brief(waiter.reason),
        "holds": [{"lock": names(name), "place": place(site)} for name, site in waiter.holds],
        "path": [place(site) for site in waiter.path if place(site) is not None],
        "holder": waiter.holder,
        "daemon": waiter.daemon,
        "would": brief(waiter.would),
        "holder_place": None if waiter.holder_site is None else place(waiter.holder_site),
        "holder_path": [place(site) for site in waiter.holder_path if place(site) is not None],
    }
