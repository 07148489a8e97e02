"""Every way to look into a shared container, or at a shared attribute, is seen, however the look is written.

In each scenario one thread looks, once, while another takes the value through a state that lasts for one step. The
look that happens in that step must be found; a way of looking that the engine does not see would pass, falsely.
"""

import copy
import itertools
import json
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from sync_tools import explore, run_together


class Overriding(list):
    """A list whose own methods call the built-in's."""

    def append(self, item):
        super().append(item)

    def clear(self):
        super().clear()

    def __iter__(self):
        return super().__iter__()

    def __len__(self):
        return super().__len__()

    def __getitem__(self, at):
        return super().__getitem__(at)

    def __contains__(self, item):
        return super().__contains__(item)

    def __eq__(self, other):
        return super().__eq__(other)

    __hash__ = None


class Plain(list):
    pass


class Box:
    pass


def one_then_two(items):
    """`items` is [1] at first, and at last [1, 2, 3]."""
    items.append(2)
    items.append(3)


LOOKS = {
    "len": lambda items: len(items),
    "list": lambda items: len(list(items)),
    "tuple": lambda items: len(tuple(items)),
    "set": lambda items: len(set(items)),
    "frozenset": lambda items: len(frozenset(items)),
    "deque": lambda items: len(deque(items)),
    "deque with maxlen": lambda items: len(deque(items, maxlen=9)),
    "bytes": lambda items: len(bytes(items)),
    "a subclass of list": lambda items: len(Plain(items)),
    "Counter": lambda items: sum(Counter(items).values()),
    "OrderedDict.fromkeys": lambda items: len(OrderedDict.fromkeys(items)),
    "dict.fromkeys": lambda items: len(dict.fromkeys(items)),
    "json": lambda items: len(json.loads(json.dumps(items))),
    "copy": lambda items: len(copy.copy(items)),
    "deepcopy": lambda items: len(copy.deepcopy(items)),
    "its own copy": lambda items: len(items.copy()),
    "chain": lambda items: len(list(itertools.chain(items))),
    "chain.from_iterable": lambda items: len(list(itertools.chain.from_iterable((items,)))),
    "islice": lambda items: len(list(itertools.islice(items, 5))),
    "map": lambda items: len(list(map(str, items))),
    "zip": lambda items: len(list(zip(items, range(9), strict=False))),
    "enumerate": lambda items: len(list(enumerate(items))),
    "reversed": lambda items: len(list(reversed(items))),
    "sorted": lambda items: len(sorted(items)),
    "max": lambda items: max(items),
    "star": lambda items: len([*items]),
    "star call": lambda items: (lambda *given: len(given))(*items),
    "an exception": lambda items: len(ValueError(*items).args),
    "comprehension": lambda items: len([item for item in items]),  # noqa: C416  # the comprehension is the point
    "last": lambda items: items[-1],
    "extend": lambda items: extended(items),
    "list.__len__": lambda items: list.__len__(items),
    "list.__getitem__": lambda items: list.__getitem__(items, -1),
    "list.copy": lambda items: len(list.copy(items)),
    "bound and kept": lambda items: (lambda look: look())(items.__len__),
    "getattr": lambda items: getattr(items, "__len__")(),  # noqa: B009  # the getattr is the point
    "text": lambda items: len(f"{items}".split(",")),
    "percent": lambda items: len(("%s" % items).split(",")),  # noqa: UP031
    "join": lambda items: len(",".join(map(str, items)).split(",")),
    "executor.map": lambda items: mapped(items),
    "plus": lambda items: len(items + []),  # noqa: RUF005
    "len in a map": lambda items: next(map(len, (items,))),
    "list in a map": lambda items: len(next(map(list, (items,)))),
    "len as a key": lambda items: len(max((items, ()), key=len)),
}


def extended(items):
    mine = []
    mine.extend(items)
    return len(mine)


def mapped(items):
    with ThreadPoolExecutor(1) as pool:
        return len(list(pool.map(str, items)))


def in_between(look, make, change, forbidden):
    """A scenario that fails when the look happens in between."""

    def scenario():
        items = make()
        seen, _ = run_together((look, items), (change, items))
        assert seen != forbidden

    return scenario


@pytest.mark.parametrize("make", [lambda: [1], lambda: Overriding([1])], ids=["a list", "a subclass of its own"])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_at_a_list_that_is_being_filled_may_find_it_half_full(look, make):
    assert explore(in_between(look, make, one_then_two, 2)).failure.kind == "assertion"


OTHERS = {
    "dict unpacked": (
        lambda table: len({**table}),
        lambda: {"a": 1},
        lambda table: (table.update({"b": 2}), table.update({"c": 3})),
        2,
    ),
    "dict as keywords": (
        lambda table: len(dict(**table)),
        lambda: {"a": 1},
        lambda table: (table.update({"b": 2}), table.update({"c": 3})),
        2,
    ),
    "defaultdict": (
        lambda table: table["x"],
        lambda: defaultdict(int),
        lambda table: (table.__setitem__("x", 1), table.__setitem__("x", 2)),
        1,
    ),
    "order of an OrderedDict": (
        lambda table: list(table)[-1],
        lambda: OrderedDict(a=1, b=2),
        lambda table: (table.move_to_end("a"), table.move_to_end("b")),
        "a",
    ),
    "bytearray.split": (
        lambda text: len(text.split(b",")),
        lambda: bytearray(b"a"),
        lambda text: (text.extend(b",b"), text.extend(b",c")),
        2,
    ),
    "set intersection": (
        lambda numbers: len(numbers & {1, 2, 3}),
        lambda: {1},
        lambda numbers: (numbers.add(2), numbers.add(3)),
        2,
    ),
    "most_common of a Counter": (
        lambda names: Counter(names).most_common(),
        lambda: ["a"],
        lambda names: (names.append("a"), names.append("b")),
        [("a", 2)],
    ),
    "truth": (lambda items: bool(items), list, lambda items: (items.append(1), items.clear()), True),
    "not": (lambda items: not items, list, lambda items: (items.append(1), items.clear()), False),
    "if": (lambda items: 1 if items else 0, list, lambda items: (items.append(1), items.clear()), 1),
    "comparison": (lambda items: items == [1], list, lambda items: (items.append(1), items.append(2)), True),
    "in": (lambda items: 1 in items, list, lambda items: (items.append(1), items.clear()), True),
    "vars": (
        lambda box: len(vars(box)),
        Box,
        lambda box: (vars(box).update(a=1), vars(box).update(b=2)),
        1,
    ),
}


@pytest.mark.parametrize(("look", "make", "change", "forbidden"), OTHERS.values(), ids=OTHERS)
def test_a_look_at_what_is_being_changed_may_find_it_half_changed(look, make, change, forbidden):
    assert explore(in_between(look, make, change, forbidden)).failure.kind == "assertion"


def test_a_dict_that_grows_while_it_is_gone_through_backwards_raises():
    def scenario():
        table = {"a": 1}
        run_together(lambda: list(reversed(table)), lambda: table.update({"b": 2}))

    failure = explore(scenario).failure
    assert (failure.kind, failure.message) == (
        "exception",
        "RuntimeError: dictionary changed size during iteration",
    )


@dataclass
class Pair:
    x: int = 0
    y: int = 0
    label: str = field(default="", compare=False)


class Longer(Pair):
    pass


def move(pair):
    pair.x = 1
    pair.y = 1


@pytest.mark.parametrize("make", [Pair, Longer])
@pytest.mark.parametrize(
    "torn",
    [lambda pair, kind: pair == kind(0, 1), lambda pair, kind: kind(0, 1) == pair, lambda pair, kind: not pair != kind(0, 1)],  # noqa: E501, SIM202
    ids=["on the left", "on the right", "not unequal"],
)
def test_the_comparison_that_a_dataclass_comes_with_can_be_torn(torn, make):
    def scenario():
        pair = make()
        seen, _ = run_together((torn, pair, make), (move, pair))
        assert not seen

    assert explore(scenario).failure.kind == "assertion"


def test_a_field_that_is_not_compared_is_not_read():
    def scenario():
        pair = Pair()

        def rename():
            pair.label = "new"

        run_together(lambda: pair == Pair(), rename)

    assert explore(scenario).schedules == 1


class Adding(dict):
    """A dict whose own assignment adds."""

    def __setitem__(self, key, value):
        super().__setitem__(key, self.get(key, 0) + value)


class Doubling:
    """An object whose own assignment goes the long way round."""

    def __setattr__(self, name, value):
        super().__setattr__(name, value)


def add_in_a_subclass():
    table = Adding()

    def add():
        table["x"] = 1

    return add, lambda: table["x"]


def add_with_unbound_methods():
    items = [0]

    def add():
        list.__setitem__(items, 0, list.__getitem__(items, 0) + 1)

    return add, lambda: items[0]


def add_through_object():
    box = Box()
    box.count = 0

    def add():
        object.__setattr__(box, "count", object.__getattribute__(box, "count") + 1)

    return add, lambda: box.count


def add_in_a_class_with_its_own_setattr():
    box = Doubling()
    box.count = 0

    def add():
        box.count += 1

    return add, lambda: box.count


def add_through_the_dict_of_an_object():
    box = Box()
    box.count = 0

    def add():
        box.__dict__["count"] = box.__dict__["count"] + 1

    return add, lambda: box.count


@pytest.mark.parametrize(
    "make",
    [
        add_in_a_subclass,
        add_with_unbound_methods,
        add_through_object,
        add_in_a_class_with_its_own_setattr,
        add_through_the_dict_of_an_object,
    ],
)
def test_an_update_is_lost_however_it_is_written(make):
    def scenario():
        add, count = make()
        run_together(add, add)
        assert count() == 2

    assert explore(scenario).failure.bug_class == "lost update"


def test_attributes_reached_through_dict_are_told_and_withhold_completeness():
    def scenario():
        box = Box()
        box.name = "a"
        run_together(lambda: box.__dict__["name"], lambda: box.name)

    result = explore(scenario)
    assert (result.outcome, result.complete) == ("passed", False)
    assert result.unseen == ("attributes of Box that are reached through its __dict__",)


def test_a_lock_round_all_of_it_passes():
    """The looks above fail for want of a lock and for no other reason."""

    def scenario():
        guard = threading.Lock()
        items = [1]

        def look():
            with guard:
                return len(deque(items)), len(list(reversed(items))), len(copy.copy(items))

        def change():
            with guard:
                one_then_two(items)

        seen, _ = run_together(look, change)
        assert seen in [(1, 1, 1), (3, 3, 3)]

    result = explore(scenario)
    assert (result.outcome, result.complete, result.schedules) == ("passed", True, 2)
