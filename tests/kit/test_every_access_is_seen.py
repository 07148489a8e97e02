"""Every style of reading and writing shared state is seen: updates are lost, and reads fall between two writes."""

# ruff: noqa: E501  # programs stand here as text, a line a statement
import itertools
import sys

import pytest

from sync_tools import explore

# Each entry: what is made, what both threads do, what is looked at in the end, and all it can be.
UPDATES = {
    "attribute": ("box.n = 0", "box.n += 1", "box.n", {1, 2}),
    "attribute of a slotted object": ("slotted.n = 0", "slotted.n = slotted.n + 1", "slotted.n", {1, 2}),
    "attribute of a class": ("Box.n = 0", "Box.n += 1", "Box.n", {1, 2}),
    "attribute of a class through self": ("Box.n = 0", "type(box).n = box.n + 1", "Box.n", {1, 2}),
    "element of a list": ("data = [0]", "data[0] += 1", "data[0]", {1, 2}),
    "element from the end": ("data = [0, 0]", "data[-1] = data[1] + 1", "data[1]", {1, 2}),
    "element of a dict": ("data = {'k': 0}", "data['k'] += 1", "data['k']", {1, 2}),
    "element under a key of one's own": ("data = {Key(1): 0}", "data[Key(1)] += 1", "data[Key(1)]", {1, 2}),
    "element of a defaultdict": ("data = defaultdict(int)", "data['k'] += 1", "data['k']", {1, 2}),
    "element of a Counter": ("data = Counter()", "data['k'] += 1", "data['k']", {1, 2}),
    "element of a deque": ("data = deque([0])", "data[0] += 1", "data[0]", {1, 2}),
    "element of a bytearray": ("data = bytearray(1)", "data[0] += 1", "data[0]", {1, 2}),
    "global variable": ("global total; total = 0", "global total; total += 1", "total", {1, 2}),
    "captured variable": ("count = 0", "nonlocal count; count += 1", "count", {1, 2}),
    "walrus on a captured variable": ("count = 0", "nonlocal count; (count := count + 1)", "count", {1, 2}),
    "unpacking into attributes": ("box.n = 0", "box.n, _ = box.n + 1, 0", "box.n", {1, 2}),
    "loop target": ("box.n = 0", "for box.n in [box.n + 1]: pass", "box.n", {1, 2}),
    "with target": ("box.n = 0", "with nullcontext(box.n + 1) as box.n: pass", "box.n", {1, 2}),
    "getattr and setattr": ("box.n = 0", "setattr(box, 'n', getattr(box, 'n') + 1)", "box.n", {1, 2}),
    "get and assignment": ("data = {}", "data['k'] = data.get('k', 0) + 1", "data['k']", {1, 2}),
    "property": ("box.n = 0", "box.p = box.p + 1", "box.n", {1, 2}),
    "default of getattr": ("pass", "box.m = getattr(box, 'm', 0) + 1", "box.m", {1, 2}),
    "hasattr, then setattr": ("box.made = 0", "if not hasattr(box, 'x'): box.x = 1; box.made += 1", "box.made", {1, 2}),
    "check, then act on a dict": ("data = {}; log = []", "if 'k' not in data: data['k'] = 1; log.append(1)", "len(log)", {1, 2}),
    "check, then act on a set": ("data = set(); log = []", "if 1 not in data: data.add(1); log.append(1)", "len(log)", {1, 2}),
    "check, then act on a list": ("data = []; log = []", "if not data: data.append(1); log.append(1)", "len(log)", {1, 2}),
    "truth of an attribute": ("box.d = deque(); log = []", "if not box.d: box.d.append(1); log.append(1)", "len(log)", {1, 2}),
    "length, then append": ("data = []", "data.append(len(data))", "tuple(data)", {(0, 1), (0, 0)}),
    "concatenation": ("box.d = []", "box.d = box.d + [1]", "len(box.d)", {1, 2}),
    "copy by display": ("box.d = []", "box.d = [*box.d, 1]", "len(box.d)", {1, 2}),
    "copy by slice": ("box.d = []", "box.d = box.d[:] + [1]", "len(box.d)", {1, 2}),
    "merge of dicts": ("box.d = {}", "box.d = {**box.d, len(box.d): 1}", "len(box.d)", {1, 2}),
    "keyword arguments from a dict": ("box.d = {}", "box.d = dict(**box.d, **{'k%d' % len(box.d): 1})", "len(box.d)", {1, 2}),
    "text of a list": ("data = []; log = []", "log.append(f'{data}'); data.append(1)", "log[0] == log[1]", {True, False}),
    "joined text": ("data = []; log = []", "log.append(''.join(data)); data.append('x')", "log[0] == log[1]", {True, False}),
    "equality of lists": ("data = []; log = []", "log.append(data == []); data.append(1)", "all(log)", {True, False}),
    "comparison with what is worked out later": (
        "data = []; log = []; box.n = []", "log.append(data + [box.n]); data.append(1)", "log[0] == log[1]", {True, False}
    ),
    "subtraction of sets": ("box.s = {1, 2}", "box.s = box.s - {min(box.s)}", "len(box.s)", {0, 1}),
    "membership in a view": ("data = {}; log = []", "view = data.values()\nif 1 not in view: data['k'] = 1; log.append(1)", "len(log)", {1, 2}),
    "sum": ("data = [1]; log = []", "log.append(sum(data)); data.append(1)", "sorted(log)[1]", {1, 2}),
    "sorted": ("data = [1]; log = []", "log.append(len(sorted(data))); data.append(1)", "sorted(log)[1]", {1, 2}),
    "next on a shared counter": ("ids = itertools.count(); box.n = 0", "box.n = next(ids)", "box.n", {0, 1}),
    "a bound method kept": ("data = []; add = data.append", "add(len(data))", "tuple(data)", {(0, 1), (0, 0)}),
    "delete": ("data = {'k': 1}; log = []", "if 'k' in data: log.append(data.pop('k', 0))", "tuple(log)", {(1,), (1, 0), (0, 1)}),
    "cached property": ("log = []; box.log = log", "box.cached", "len(log)", {1, 2}),
    "setdefault of what is made": ("data = {}; log = []", "x = data.setdefault('k', len(data)); log.append(x)", "tuple(log)", {(0, 0)}),
}  # fmt: skip

# Torn reads: what one thread does, what the other does, and what the second can see.
READS = {
    "two attributes": ("box.a = box.b = 0", "box.a = 1; box.b = 1", "box.a - box.b", {0, 1, -1}),
    "list.append": ("data = []", "data.append(1); data.append(2)", "len(data)", {0, 1, 2}),
    "extend": ("box.d = []", "box.d += [1, 2]", "tuple(box.d)", {(), (1, 2)}),
    "extend from a shared list": ("data = [1]; to = []", "data.append(2)", "to.extend(data) or len(to)", {1, 2}),
    "augmented list with a shared list": ("data = [1]; to = []", "data.append(2)", "len(added(to, data))", {1, 2}),
    "update from a shared set": ("data = {1}; to = set()", "data.add(2)", "to.update(data) or len(to)", {1, 2}),
    "heappush": ("data = []", "heappush(data, 3); heappush(data, 1)", "data[0] if data else 0", {0, 3, 1}),
    "sum over what changes": ("data = [1, 1]", "data[0] -= 1; data[1] += 1", "sum(data)", {2, 1}),
    "iteration": ("data = [1, 1]", "data[0], data[1] = 0, 2", "sum(x for x in data)", {2, 1, 3}),
    "a loop": ("data = [1]", "data.append(2)", "[x for x in data] and len(data)", {1, 2}),
    "iteration over a view": ("data = {'a': 1, 'b': 1}", "data['a'] = 0; data['b'] = 2", "sum(v for v in data.values())", {1, 2, 3}),
    "sum over a view": ("data = {'a': 1, 'b': 1}", "data['a'] = 0; data['b'] = 2", "sum(data.values())", {1, 2}),
    "an iterator made by iter": ("data = [1, 1]", "data[0], data[1] = 0, 2", "sum(x for x in iter(data))", {1, 2, 3}),
    "popitem and len": ("data = {1: 1, 2: 2}", "data.popitem()", "len(data)", {1, 2}),
    "deque rotation": ("data = deque([1, 2])", "data.rotate(1)", "data[0]", {1, 2}),
    "delete of an attribute": ("box.a = 1", "del box.a", "hasattr(box, 'a')", {True, False}),
    "delete of a global": ("global total; total = 0", "global total; del total", "seen()", {True, False}),
    "reversal": ("data = [1, 2]", "data.reverse()", "data[0]", {1, 2}),
    "clearing a set": ("data = {1}", "data.clear()", "1 in data", {True, False}),
    "slices": ("data = [1, 2]", "data[:] = [3]", "tuple(data[:2])", {(1, 2), (3,)}),
    "slice from a shared list": ("data = [1]; to = []", "data.append(2)", "to.__setitem__(slice(None), data) or len(to)", {1, 2}),
    "format": ("data = [1]", "data.append(2)", "'{}'.format(data)", {"[1]", "[1, 2]"}),
    "percent": ("data = [1]", "data.append(2)", "'%s' % data", {"[1]", "[1, 2]"}),
    "yield from": ("data = [1]", "data.append(2)", "len(list(each_of(data)))", {1, 2}),
    "late right side": ("data = [1]; box.n = []", "data.append(2)", "len(data + box.n)", {1, 2}),
    "left side of what is worked out later": ("data = []; box.n = []", "box.n = [9]; data.append(1)", "tuple(data + box.n)", {(), (9,), (1,), (1, 9)}),
    "annotated": ("box.a: int = 0", "box.a: int = 1", "box.a", {0, 1}),
}  # fmt: skip

COMMON = """
import itertools
from collections import Counter, defaultdict, deque
from contextlib import nullcontext
from functools import cached_property
from heapq import heappush
from sync_tools import run_together

class Box:
    @property
    def p(self): return self.n
    @p.setter
    def p(self, value): self.n = value
    @cached_property
    def cached(self):
        self.log.append(1)
        return 1
class Slotted:
    __slots__ = ("n",)
class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n
    def __eq__(self, other): return self.n == other.n
def added(to, items):
    to += items
    return to
def each_of(items):
    yield from items
total = 0
def seen():
    try:
        return bool(total) or True
    except NameError:
        return False
"""


NUMBERS = itertools.count()


def written(tmp_path, make, threads, result):
    """A scenario from a module that is written, imported and rewritten by swapping its code."""
    name = f"style_{next(NUMBERS)}"
    lines = [
        COMMON,
        "def scenario():",
        "    box, slotted = Box(), Slotted()",
        *(f"    {line}" for line in make.splitlines()),
    ]
    for number, thread in enumerate(threads):
        lines += [f"    def work{number}():", *(f"        {line}" for line in thread.splitlines())]
    calls = ", ".join(f"work{number}" for number in range(len(threads)))
    lines += [f"    seen_ = run_together({calls})", f"    return {result}"]
    path = tmp_path / f"{name}.py"
    path.write_text("\n".join(lines) + "\n")
    space = {}
    sys.path.insert(0, str(tmp_path))
    try:
        exec(f"import {name} as module", space)
    finally:
        sys.path.remove(str(tmp_path))
    return space["module"].scenario


@pytest.mark.parametrize("style", UPDATES)
def test_an_update_in_any_style_can_be_seen_to_be_lost(style, tmp_path):
    make, work, result, expected = UPDATES[style]
    found = explore(written(tmp_path, make, [work, work], result), stop="never")
    assert found.failure is None, found.failure
    assert set(found.results) == expected


@pytest.mark.parametrize("style", READS)
def test_a_read_in_any_style_falls_between_two_writes(style, tmp_path):
    make, writer, reader, expected = READS[style]
    found = explore(written(tmp_path, make, [writer, f"return {reader}"], "seen_[1]"), stop="never")
    assert found.failure is None, found.failure
    assert set(found.results) == expected


@pytest.mark.parametrize("style", [*UPDATES, *READS])
def test_the_reduction_sees_in_any_style_what_literal_search_sees(style, tmp_path):
    if style in UPDATES:
        make, work, result, _ = UPDATES[style]
        scenario = written(tmp_path, make, [work, work], result)
    else:
        make, writer, reader, _ = READS[style]
        scenario = written(tmp_path, make, [writer, f"return {reader}"], "seen_[1]")
    literal = explore(scenario, strategy="dfs", stop="never", max_schedules=3000)
    reduced = set(explore(scenario, stop="never").results)
    assert set(literal.results) <= reduced
    if literal.schedules < 3000:
        assert reduced == set(literal.results)
