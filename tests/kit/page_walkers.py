"""What a page does with the data of a game: a walker that has nothing else."""

from __future__ import annotations

import linecache
from pathlib import Path

from small_checkout import REPOSITORY

from sync_tools.presentation.play_data import play_data
from sync_tools.words.position import READY

FOLDERS = {str(REPOSITORY): "", str(Path.home()): "~"}


def files_of(graph):
    standings = [standing for node in graph.nodes for standing in node.threads]
    steps = [*graph.start, *(step for node in graph.nodes for edge in node.edges for step in edge.steps)]
    return sorted({each.site.file for each in (*standings, *steps)})


def of(graph, first=(), **more):
    sources = {file: "".join(linecache.getlines(file)) for file in (*first, *files_of(graph))}
    return play_data(graph, sources, **{"folders": FOLDERS, **more})


def way(data, draws):
    """The choices of one drawn way to an end."""
    choices, node = [], data["nodes"][0]
    while node["end"] is None:
        choice = draws.choice(node["choices"])
        choices.append(choice["thread"])
        node = data["nodes"][choice["to"]]
    return choices


class Walker:
    """What a page does: it has the data, and keeps the way so far."""

    def __init__(self, data):
        self.data = data
        self.node = data["nodes"][0]
        self.picked = None
        self.steps = [data["steps"][step] for step in data["start"]["steps"]]

    def pick(self, thread):
        [choice] = [each for each in self.node["choices"] if each["thread"] == thread]
        self.steps += [self.data["steps"][step] for step in choice["steps"]]
        self.picked = thread
        self.node = self.data["nodes"][choice["to"]]

    @property
    def threads(self):
        return [self.data["standings"][standing] for standing in self.node["threads"]]

    @property
    def current(self):
        if self.picked is not None and self.threads[self.picked]["state"] == READY:
            return self.picked
        return self.steps[-1]["thread"]

    @property
    def values(self):
        pairs = [self.data["values"][value] for value in self.node["values"]]
        return {self.data["variables"][variable]["name"]: value for variable, value in pairs}

    @property
    def end(self):
        return self.data["ends"][self.node["end"]]


def all_ends(data, at=0):
    """Every path to an end, by the data alone."""
    node = data["nodes"][at]
    if node["end"] is not None:
        yield (), data["ends"][node["end"]]
    for choice in node["choices"]:
        if choice["to"] is not None:
            for rest, end in all_ends(data, choice["to"]):
                yield (choice["thread"], *rest), end
