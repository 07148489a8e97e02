"""Rewritten source does what plain source does: outside of a scenario, inside of one, and for drawn programs.

Each program below logs what it sees. It runs as plain source, rewritten with nobody watching, and rewritten in a
thread of an explored scenario, where every access is a scheduling point. All three logs must be the same.
"""

# ruff: noqa: E501  # programs stand here as text, a line a statement
import ast
import itertools
import sys
import traceback
from textwrap import dedent, indent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_tools import explore, run_together
from sync_tools.instrument.hooks import HOOKS
from sync_tools.instrument.rewrite import rewrite

PROGRAMS = {
    "augmented assignment evaluates its target once, and the right side between load and store": """
        class Box:
            def __init__(self): self.value = 1; self.items = [1, 2, 3]
        def program():
            log, box = [], Box()
            def get(name, value):
                log.append(name)
                return value
            get("a", box).value += get("b", 2)
            get("c", box.items)[get("d", 0)] += get("e", 10)
            get("f", box).items[get("g", 1):get("h", 2)] += get("i", [7, 8])
            box.value += (box := Box()).value
            return log, box.value, box.items
        """,
    "augmented assignment stores into the object that it loaded from": """
        class Box: pass
        box = None
        def program():
            global box
            first = box = Box()
            first.value = 1
            def replace():
                global box
                box = Box()
                box.value = 100
                return 5
            box.value += replace()
            i, data = 0, [1, 2]
            data[i] += (i := 1)
            items = [1]
            alias = items
            alias += [2]
            alias *= 2
            return first.value, box.value, data, items
        """,
    "all augmented operators, and those a class defines": """
        class Money:
            def __init__(self, n): self.n = n
            def __iadd__(self, other): self.n += other; return self
            def __matmul__(self, other): return ("matmul", self.n, other)
        class Box: pass
        def program():
            box = Box()
            box.n = 7
            out = []
            box.n -= 1; out.append(box.n)
            box.n *= 3; out.append(box.n)
            box.n //= 4; out.append(box.n)
            box.n **= 2; out.append(box.n)
            box.n %= 9; out.append(box.n)
            box.n <<= 3; out.append(box.n)
            box.n >>= 1; out.append(box.n)
            box.n |= 3; box.n &= 6; box.n ^= 5; out.append(box.n)
            box.n /= 2; out.append(box.n)
            box.m = Money(1)
            same = box.m
            box.m += 4
            out += [same is box.m, same.n]
            box.m @= 3
            return out, box.m
        """,
    "globals and captured variables": """
        total = 0
        names = []
        def bump(by):
            global total
            total += by
            return total
        def program():
            global total, names
            count = 0
            def up():
                nonlocal count
                count += 1
                names.append(count)
                return count
            names = []
            names += ["x"]
            total = 3
            result = [up(), up(), bump(2), bump(total), total, count, names[:]]
            del total
            try:
                bump(1)
            except NameError as error:
                result.append(str(error))
            total = 0
            return result
        """,
    "names are mangled": """
        class _Base:
            __count = 10
            def __init__(self): self.__value = 1
            def up(self):
                self.__value += 1
                self.__hidden().__value *= 2
                del self.__extra
                return self.__value, self.__count, hasattr(self, "_Base__value")
            def __hidden(self):
                self.__extra = 1
                return self
            def __dunder__(self): return "dunder"
        class __(_Base):
            def up(self):
                self.__odd = 5
                return super().up(), self.__odd, self.__dunder__()
        def program():
            thing = __()
            return thing.up(), sorted(vars(thing))
        """,
    "comparisons": """
        class Odd:
            def __init__(self, log, n): self.log = log; self.n = n
            def __lt__(self, other): self.log.append((self.n, other.n)); return self.n < other.n
            def __eq__(self, other): return "equal"
            def __contains__(self, item): self.log.append(item); return 2
            def __bool__(self): self.log.append("bool"); return self.n > 1
        class Old:
            def __getitem__(self, i):
                if i > 2: raise IndexError
                return i
        def program():
            log = []
            def odd(n):
                log.append(f"odd {n}")
                return Odd(log, n)
            out = [odd(1) < odd(2) < odd(3), odd(3) < odd(2) < odd(9), odd(1) == odd(2), 5 in odd(1), 6 not in odd(1)]
            out += [2 in Old(), 7 in Old(), 1 in [1] in [[1]], [1, 2] < [1, 3], {1} <= {1, 2}, not odd(2), None is not None]
            out += [bool(odd(1) and odd(2)), (odd(0) or 4), 3 if odd(5) else 4, 1 < 2 != 3 not in (1, 2)]
            out += ["a" in {"a": 1}, 2 in {"a": 1}.values(), ("a", 1) in {"a": 1}.items()]
            return out, log
        """,
    "unpacking": """
        class Box: pass
        def program():
            box, data = Box(), [0, 0, 0, 0]
            i = 0
            i, data[i] = 1, "first"
            data[i], i = "second", 2
            box.a, (box.b, *box.c), data[3] = 1, (2, 3, 4), 5
            (box.x, y), *rest = [(1, 2), 3, 4]
            [p, box.q] = {"p": 1, "q": 2}
            box.a, box.b = box.b, box.a
            z = box.z = data[2] = w = "all"
            one, *_, two = range(5)
            m, n = u, v = (1, 2)
            try:
                box.a, box.b = 1, 2, 3
            except ValueError as error:
                text = str(error)
            return i, data, vars(box), y, rest, p, z, w, one, two, m, v, text
        """,
    "the order of evaluation": """
        class Box: pass
        def program():
            log = []
            def f(name, value=None):
                log.append(name)
                return value
            box = Box()
            f("target", box).x = f("value", 1)
            f("list", [0])[f("index", 0)] = f("value", 2)
            f("fn", print if False else (lambda *a, **k: log.append((a, k))))(f(1), *f("star", [2]), k=f(3), **f("kw", {"z": 4}))
            f("m", box).__class__.__name__.join(f("args", ["a", "b"]))
            {f("k1", 1): f("v1"), **f("rest", {2: 3}), f("k2", 4): f("v2")}
            f("left", 1) + f("right", 2) * f("far", 3)
            [f("l", 1)] + [f("r", box).x]
            f("a", 1) < f("b", 2) < f("c", 0) < f("d", 9)
            def g(x=f("default", 1), *, y=f("kwdefault", 2)): return x, y
            del f("gone", {1: 2})[f("key", 1)], f("box", box).x
            return log, g(), vars(box)
        """,
    "del": """
        class Box:
            def __delitem__(self, key): self.deleted = key
            def __delattr__(self, name): self.__dict__["killed"] = name
        def program():
            data, box = [0, 1, 2, 3, 4, 5], Box()
            mapping = {"a": 1, "b": 2, "c": 3}
            x = y = 1
            del data[0], data[-1], data[1:3]
            del (mapping["a"], [mapping["b"]]), x
            del box[1:2, ...], box.field
            try:
                return x
            except UnboundLocalError as error:
                return data, mapping, vars(box), type(error).__name__, y
        """,
    "walrus and comprehensions": """
        x = "module"
        class Box: pass
        def program():
            box = Box()
            box.items = [1, 2, 3, 4]
            half = [y for n in box.items if (y := n * 2) > 4]
            nested = [(a, b) for a in box.items for b in range(a) if a % 2]
            shadow = [x for x in "ab"], {x: len(x) for x in ["c", "dd"]}, {x for x in box.items if x > 3}
            lazy = (box.items[i] + y for i in range(2))
            adders = [lambda n, x=x: n + x for x in box.items]
            into = [0 for box.last in box.items]
            while (n := len(box.items)) > 2:
                box.items.pop()
            return half, y, nested, shadow, list(lazy), [add(1) for add in adders], into, box.last, n, x
        """,
    "match": """
        from dataclasses import dataclass
        from enum import Enum
        class Color(Enum):
            RED = 1
            BLUE = 2
        @dataclass
        class Point:
            x: int
            y: int = 0
        def what(thing):
            match thing:
                case Color.RED: return "red"
                case Point(x=0, y=y) if y > (limit := 1): return f"axis {y} {limit}"
                case Point(a, b): return a, b
                case {"k": [first, *rest], **more}: return first, rest, more
                case [] | (): return "empty"
                case [Color() as color, *_]: return color.name
                case str() as text: return text.upper()
                case None | True: return "single"
                case _: return "other"
        def program():
            return [what(t) for t in (Color.RED, Point(0, 3), Point(0, 1), {"k": [1, 2, 3], "z": 4}, [], [Color.BLUE, 1], "s", True, 4)]
        """,
    "decorators and class bodies": """
        import functools
        registry = {}
        def register(name):
            def wrap(thing):
                registry[name] = thing
                return thing
            return wrap
        def counted(function):
            calls = 0
            @functools.wraps(function)
            def inner(*args, **kwargs):
                nonlocal calls
                calls += 1
                return calls, function(*args, **kwargs)
            return inner
        total = 5
        class Meta(type):
            def __new__(mcs, name, bases, space, **kwargs):
                made = super().__new__(mcs, name, bases, {k: v for k, v in space.items()})
                made.extra = sorted(k for k in space if not k.startswith("__")), kwargs
                return made
        @register("thing")
        class Thing(metaclass=Meta, flag=1):
            a, b = 1, 2
            c = d = []
            total = total + 1
            total += 1
            c += [a]
            e: int = 4
            table = {}
            table["x"] = 1
            table["x"] += 1
            table["y"], f = 3, 4
            for i in range(2):
                a += i
            for table["z"] in "pq": pass
            if a > 1:
                g = [k for k in range(3)]
            @counted
            def method(self): return self.total, type(self).a
            @staticmethod
            def st(x): return x
            @classmethod
            def cl(cls): cls.total += 10; return cls.total
            class Inner:
                total = 9
                def Inner(self):
                    global total
                    total += 1
                    return total
        def program():
            global total
            total = 5
            Thing.total = 7
            def local():
                total = "outer"
                def peek(): return total
                total = "again"
                class Local:
                    total = 1
                    total += 1
                    x, total = 5, total
                return peek(), Local.total, Local.x, sorted(k for k in vars(Local) if not k.startswith("__"))
            thing = Thing()
            return (Thing.extra, thing.method()[1], Thing.st(3), Thing.cl(), thing.cl(), Thing.Inner().Inner(), total,
                    registry["thing"] is Thing, Thing.table, Thing.c, Thing.a, local(), Thing.method.__name__)
        """,
    "properties, slots, descriptors and __getattr__": """
        class Checked:
            def __set_name__(self, owner, name): self.name = "_" + name
            def __get__(self, instance, owner): return self if instance is None else getattr(instance, self.name, "unset")
            def __set__(self, instance, value): setattr(instance, self.name, value * 2)
            def __delete__(self, instance): delattr(instance, self.name)
        class Slotted:
            __slots__ = ("x", "_y")
            @property
            def y(self): return self._y
            @y.setter
            def y(self, value): self._y = value + 1
            @y.deleter
            def y(self): del self._y
        class Open:
            size = Checked()
            def __init__(self): self.seen = []
            def __getattr__(self, name):
                if name.startswith("no"): raise AttributeError(name)
                self.seen.append(name)
                return name.upper()
            def __setattr__(self, name, value):
                object.__setattr__(self, name, value)
                self.__dict__.setdefault("set", []).append(name)
        class Spy:
            def __init__(self): object.__setattr__(self, "log", [])
            def __getattribute__(self, name):
                object.__getattribute__(self, "log").append(name)
                return object.__getattribute__(self, name)
            def method(self): return 1
        def program():
            slotted, free, spy = Slotted(), Open(), Spy()
            slotted.x = 1
            slotted.x += 1
            slotted.y = 5
            slotted.y += 1
            free.size = 2
            free.size += 1
            out = [slotted.x, slotted.y, free.size, free.color, free.seen, free.set, hasattr(free, "nothing"), hasattr(free, "yes")]
            del free.size, slotted.y
            out += [free.size, getattr(slotted, "y", "gone"), getattr(free, "nope", 3), Open.size.name]
            spy.value = 4
            spy.value += spy.method()
            out += [spy.value, spy.log[:]]
            for bad in (lambda: slotted.z, lambda: setattr(slotted, "z", 1), lambda: slotted.y, lambda: free.nope, lambda: (1).real.x):
                try:
                    bad()
                except AttributeError as error:
                    out.append(str(error))
            return out
        """,
    "generators": """
        class Box: pass
        def program():
            box = Box()
            box.log = []
            def counter(n):
                try:
                    while n:
                        got = yield n
                        box.log.append(got)
                        n -= 1
                        box.n = n
                    yield from box.log
                    yield from {"k": 1}
                    return "end"
                finally:
                    box.log += ["closed"]
            def outer():
                box.result = yield from counter(1)
            one = counter(3)
            out = [next(one), one.send("a"), one.send("b")]
            one.close()
            two = counter(5)
            next(two)
            try:
                two.throw(KeyError("thrown"))
            except KeyError as error:
                out.append(str(error))
            return out, box.log[:], list(outer()), box.result, [*map(str, zip(range(2), "ab"))], sum(x for x in [1, 2])
        """,
    "async code": """
        class Source:
            def __init__(self, n): self.n = n
            def __aiter__(self): return self
            async def __anext__(self):
                if not self.n: raise StopAsyncIteration
                self.n -= 1
                return self.n, str(self.n)
            async def __aenter__(self): self.n += 1; return self.n
            async def __aexit__(self, *exc): self.n = "left"; return True
        def run(coroutine):
            try:
                while True:
                    coroutine.send(None)
            except StopIteration as stop:
                return stop.value
        class Box: pass
        def program():
            box = Box()
            async def numbers(n):
                while n:
                    n -= 1
                    yield n
            async def main():
                out = [x async for x in numbers(3) if x != 1]
                async for box.a, box.b in Source(2):
                    out.append((box.a, box.b))
                else:
                    out.append("else")
                source = Source(4)
                async with source as box.entered:
                    out += [box.entered]
                    raise ValueError
                box.value = await last()
                return out, source.n, box.value
            async def last():
                return "last"
            return run(main())
        """,
    "arguments": """
        class Call:
            def __call__(self, *args, **kwargs): return args, kwargs
            def m(self, a, /, b, *c, d=4, **e): return a, b, c, d, e
        def program():
            call, args, kwargs = Call(), [1, 2], {"d": 5, "z": 6}
            call.f = lambda x, y=args[1], *z, w=kwargs["d"]: (x, y, z, w)
            bound = call.m
            out = [call(*args, 3, *args, **kwargs), call.m(*args), call.m(*args, 7, **kwargs), bound(9, b=1), call.f(1), call.f(*args, 8, w=1)]
            out += [dict(kwargs, q=1), dict(**kwargs), max(*args), print("", end="") is None, (lambda: args)() is args]
            try:
                call.m()
            except TypeError as error:
                out.append(str(error))
            try:
                call(**kwargs, **{"d": 1})
            except TypeError as error:
                out.append("TypeError")
            return out
        """,
    "for and with targets": """
        from contextlib import contextmanager
        class Box: pass
        log = []
        @contextmanager
        def managed(name, hide=False):
            log.append(f"enter {name}")
            try:
                yield name
            except ValueError:
                log.append(f"error in {name}")
                if not hide: raise
            finally:
                log.append(f"leave {name}")
        current = None
        def program():
            global current
            log.clear()
            box, data = Box(), [0, 0]
            for box.x, data[1] in [(1, 2), (3, 4)]:
                log.append((box.x, data[1]))
                if box.x == 3: continue
            else:
                log.append("else")
            for i, data[i] in enumerate("ab"): pass
            for data[i], i in [("z", 0), ("y", 1)]: pass
            for current in range(3):
                if current == 1: break
            with managed("a") as box.m, managed(box.m + "b") as (data[0], *box.rest), managed("c", hide=True) as c:
                log.append((box.m, data[0], box.rest, c))
                raise ValueError
            with managed("d") as current: pass
            return log[:], vars(box), data, current, i
        """,
    "try": """
        class Box: pass
        def program():
            box = Box()
            box.log = []
            def attempt(fail, leave=False):
                for _ in range(2):
                    try:
                        box.log.append("try")
                        if fail: raise fail
                        if leave: return "returned"
                    except (KeyError, IndexError) as error:
                        box.error = error
                        box.log.append(repr(error))
                        continue
                    except BaseException as error:
                        box.log.append("base " + repr(error))
                        break
                    else:
                        box.log.append("else")
                    finally:
                        box.log.append("finally")
                return "end"
            out = [attempt(None), attempt(KeyError("k")), attempt(SystemExit(3)), attempt(None, True)]
            try:
                try:
                    raise ValueError("inner")
                except ValueError as inner:
                    raise TypeError("outer") from inner
            except (TypeError, BaseException) as outer:
                out.append((repr(outer.__cause__), outer.__suppress_context__))
            try:
                inner
            except UnboundLocalError:
                out.append("unbound")
            try:
                {}["missing"]
            except KeyError as error:
                out.append(error.args)
            try:
                assert box.log == [], f"log of {len(box.log)}"
            except AssertionError as error:
                out.append(str(error))
            return out, box.log
        """,
    "dataclasses, enums and named tuples": """
        import enum
        from dataclasses import dataclass, field, replace, asdict
        from functools import cached_property, total_ordering
        from typing import NamedTuple, ClassVar
        @dataclass(order=True)
        class Item:
            name: str
            tags: list = field(default_factory=list)
            made: ClassVar[int] = 0
            def __post_init__(self): Item.made += 1
            @cached_property
            def loud(self): self.tags.append("computed"); return self.name.upper()
        @dataclass(frozen=True)
        class Key:
            a: int
            b: str = "b"
        class Color(enum.Enum):
            RED = GREEN = 1
            BLUE = enum.auto()
            A, B = "a", "b"
            def describe(self): return self.name, self.value
        class Flags(enum.IntFlag):
            X = enum.auto()
            Y = enum.auto()
            BOTH = X | Y
        class Pair(NamedTuple):
            left: int
            right: int = 2
            def total(self): return self.left + self.right
        def program():
            Item.made = 0
            item = Item("pen")
            item.tags += ["x"]
            out = [item.loud, item.loud, item, replace(item, name="cap") < item, asdict(item), Item.made, Key(1) in {Key(1): 2}]
            del item.loud
            item.loud = "set"
            out += [item.loud, item.tags, Color(1), list(Color), Color.BLUE.describe(), Color["GREEN"], Flags.BOTH & Flags.X, list(Color.__members__)]
            left, right = pair = Pair(3)
            try:
                Key(1).a = 2
            except AttributeError as error:
                out.append(type(error).__name__)
            return out, pair, pair.total(), pair._replace(left=1), left, right, {Key(2): 1}[Key(2)]
        """,
    "super and closures over __class__": """
        class A:
            def __init__(self, x): self.x = x
            def who(self): return ["A"]
            @property
            def p(self): return self.x
            @classmethod
            def make(cls, x): return cls(x)
        class B(A):
            def who(self): return ["B"] + super().who()
            @property
            def p(self): return super().p + 1
            @classmethod
            def make(cls, x): return super().make(x + 1)
        class C(B, A):
            def __init__(self, *args): super().__init__(*args); self.y = __class__.__name__
            def who(self): return ["C", *super(C, self).who(), *[super(B, self).who() for _ in [1]][0]]
        def program():
            c = C.make(1)
            return c.who(), c.p, c.x, c.y
        """,
    "f-strings": """
        class Box:
            def __format__(self, spec): return f"<{spec}>"
            def __repr__(self): return "box"
        def program():
            box, width = Box(), 8
            box.items = [1, 2]
            box.n = 3.14159
            return f"{box.n:{width}.{2}f}|{box!r:>5}|{box:spec}|{box.items}|{box.items[0]=}|{{}}|{', '.join(str(i) for i in box.items)}", "%s and %r" % (box, box.items), "%d" % box.n
        """,
    "slices": """
        class Grid:
            def __init__(self): self.log = []
            def __getitem__(self, key): self.log.append(key); return key
            def __setitem__(self, key, value): self.log.append((key, value))
            def __delitem__(self, key): self.log.append(("del", key))
            def __class_getitem__(cls, key): return cls.__name__, key
        def program():
            grid, data = Grid(), list(range(10))
            grid[1:2], grid[:, ::2], grid[...], grid[1:2, 3, None]
            grid[1:] = 5
            grid[1:2] += (1,) if False else slice(0).__class__ and grid.log and _Add()
            del grid[:3]
            data[2:4] = "abc"
            data[::3] = [0] * len(data[::3])
            del data[-2:]
            return [str(entry) for entry in grid.log], data, data[1:3], data[::-1], "text"[1:3], (1, 2, 3)[:-1], Grid[int], list[int] is not None, {"a": [1, 2]}["a"][1:]
        class _Add:
            def __radd__(self, other): return ("added", other)
        """,
    "containers": """
        from collections import defaultdict, Counter, deque, OrderedDict, ChainMap, UserDict
        import heapq, operator, itertools
        class Loud(dict):
            def __setitem__(self, key, value): super().__setitem__(key, value * 2)
            def __missing__(self, key): self.missed = key; return -1
            def update(self, other): self.updated = len(other); super().update(other)
        class Stack(list):
            def push(self, x): self.append(x); return self
            def __iter__(self): return reversed(self[:])
        def program():
            groups, count, queue, order, loud, stack = defaultdict(list), Counter("abca"), deque([1, 2], maxlen=3), OrderedDict(a=1, b=2), Loud(), Stack([1])
            groups["x"].append(1)
            groups["y"] += [2, 3]
            before = "z" in groups, groups.get("z"), len(groups)
            count["a"] += 1
            count.update("zz")
            count -= Counter("b")
            queue.appendleft(0); queue.append(5); queue.rotate(1); queue[0] += 1; queue += [9]
            order.move_to_end("a")
            loud["k"] = 2
            loud["k"] += 1
            loud.update({"u": 1})
            stack.push(2).push(3)
            stack += [4]
            heap = []
            for n in (5, 1, 3): heapq.heappush(heap, n)
            seen = {1, 2}
            seen |= {3}
            seen.add(4); seen.discard(1); seen.update([7], (8,))
            numbers = [3, 1, 2]
            numbers.extend(numbers); numbers.sort(key=lambda n: -n); numbers.insert(0, numbers.pop())
            views = {"a": 1, "b": 2}
            keys, values, items = views.keys(), views.values(), views.items()
            views["c"] = 3
            setter = views.setdefault("d", []).append
            setter(4)
            chain = ChainMap({}, views)
            chain["new"] = 1
            user = UserDict(views); user["more"] = 1
            try:
                for key in views: views.pop(key)
            except RuntimeError as error:
                text = str(error)
            try:
                [].pop()
            except IndexError as error:
                text += str(error)
            try:
                views[[]] = 1
            except TypeError as error:
                text += type(error).__name__
            return (dict(groups), before, sorted(count.items()), count.most_common(1), count["none"], list(queue), list(order), dict(loud), loud["no"], loud.missed, loud.updated,
                    list(stack), [x for x in stack], heapq.heappop(heap), heap, sorted(seen), numbers, list(keys), list(values), list(items), len(items), "c" in keys,
                    {**views, "z": 0}, [*numbers, *seen][:3], list(reversed(numbers)), sum(numbers, 10), max(numbers), any(numbers), views.pop("no", "default"), next(iter(numbers)),
                    list(enumerate(numbers, 1))[:2], list(map(operator.add, numbers, numbers)), list(filter(None, [0, 1])), "-".join(map(str, numbers)), ",".join(["a"]), numbers.index(2), bytearray(b"ab").decode(),
                    list(itertools.chain(numbers, keys))[:2], sorted(views, key=str), dict(zip("ab", numbers)), text, chain["new"], user["more"], numbers * 2 == numbers + numbers, views | {"q": 1}, [1] + numbers[:1])
        """,
    "keys of one's own": """
        class Key:
            def __init__(self, name, log): self.name = name; self.log = log
            def __hash__(self): return hash(self.name)
            def __eq__(self, other): return self.name == other.name
        class Plain: pass
        def program():
            log = []
            one, same, other = Key("a", log), Key("a", log), Key("b", log)
            table, plain = {one: 1}, Plain()
            table[same] += 1
            table[other] = 3
            table[plain] = 4
            table[(plain, 1)] = 5
            table[program] = 6
            keys = {one, same, other}
            return table[one], same in table, other in keys, table.get(same), table.pop(other), len(table), len(keys), table[plain], table[plain, 1], [one] == [same], table[program], plain in table
        """,
    "local namespaces": """
        class Box: pass
        def program():
            box = Box()
            box.n = 1
            box.n += 2
            a, box.b = 1, 2
            x = y = box.b
            for box.c in "ab": a += 1
            data = [1]
            data[0] += 5
            first = sorted(locals())
            exec("box.n += 1")
            return first, eval("box.n + a"), sorted(vars(box)), box.n, data
        """,
    "objects die when they did": """
        import weakref
        class Box: pass
        class Sum:
            def __init__(self, n): self.n = n
            def __add__(self, other): return Sum(self.n + other.n)
        def program():
            box = Box()
            box.sum = Sum(1)
            old = weakref.ref(box.sum)
            box.sum += Sum(2)
            pair = Sum(3), Sum(4)
            refs = [weakref.ref(part) for part in pair]
            box.a, box.b = pair
            del pair
            x = box.c = Sum(5)
            refs.append(weakref.ref(x))
            for box.d in (Sum(6),): refs.append(weakref.ref(box.d))
            del x
            alive = [ref() is not None for ref in refs]
            box.a = box.b = box.c = box.d = None
            return old() is None, alive, [ref() is not None for ref in refs], box.sum.n
        """,
    "annotations": """
        from __future__ import annotations
        class Box:
            size: int = 3
            other: list[undefined]
        n: int = 4
        def program():
            box: Box = Box()
            box.value: undefined = 5
            local: list[int]
            count: int = 0
            def up() -> int:
                nonlocal count
                count += 1
                return count
            return box.value, sorted(Box.__annotations__), n, up(), up(), count, program.__annotations__, __annotations__
        """,
}


def plainly(source):
    space = {"__name__": "program"}
    exec(compile(dedent(source), "program.py", "exec", dont_inherit=True), space)
    return space


def rewritten(source, name="program.py"):
    code = compile(rewrite(ast.parse(dedent(source)), name), name, "exec", dont_inherit=True)

    def load():
        space = {"__name__": "program", **HOOKS, "_sl_key": object()}
        exec(code, space)
        return space

    return load


def quiet():
    """The other thread of a scenario: with it there, accesses are scheduling points."""


def in_a_scenario(load):
    """The program's result as a thread of an explored scenario, and how many operations that made."""

    def scenario():
        return repr(run_together(load()["program"], quiet)[0])

    found = explore(scenario, stop="never", max_schedules=40)
    assert found.failure is None, found.failure
    (result,) = found.results
    return result, found.operations / (found.schedules + found.redundant)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_rewritten_program_does_the_same_with_nobody_watching(name):
    source = PROGRAMS[name]
    assert repr(rewritten(source)()["program"]()) == repr(plainly(source)["program"]())


# A schedule's trace keeps what was accessed, so that an id stays its object's own: nothing dies before its end.
KEPT_BY_THE_TRACE = "objects die when they did"


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != KEPT_BY_THE_TRACE])
def test_a_rewritten_program_does_the_same_in_a_scenario(name):
    source = PROGRAMS[name]
    result, operations = in_a_scenario(rewritten(source))
    assert result == repr(plainly(source)["program"]())
    assert operations > 4  # starts, joins, and accesses that were seen


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is new in 3.11")
def test_exception_groups_do_the_same():
    source = """
        class Box: pass
        def program():
            box, out = Box(), []
            box.group = ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3)])
            try:
                try:
                    raise box.group
                except* ValueError as box_error:
                    out += [repr(e) for e in box_error.exceptions]
                except* (TypeError,):
                    box.seen = True
            except BaseException as left:
                out.append(repr(left.exceptions))
            return out, box.seen
        """
    expected = repr(plainly(source)["program"]())
    assert repr(rewritten(source)()["program"]()) == expected
    assert in_a_scenario(rewritten(source))[0] == expected


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in 3.12")
def test_type_parameters_do_the_same():
    source = """
        type Pair[T] = tuple[T, T]
        class Box[T]:
            def __init__(self, value: T): self.value = value
            def get[U](self, other: U) -> Pair[T | U]: return self.value, other
        def program():
            box = Box[int](3)
            box.value += 1
            return box.get("x"), Pair.__name__, str(Pair[int]), f"{box.get("nested")!r}"
        """
    expected = repr(plainly(source)["program"]())
    assert repr(rewritten(source)()["program"]()) == expected
    assert in_a_scenario(rewritten(source))[0] == expected


FAULTS = {
    "attribute": "box.missing",
    "chain": "(box\n    .one\n    .missing\n    .more)",
    "chained calls": "(box\n    .itself()\n    .itself()\n    .fail(\n        1,\n    ))",
    "argument": "print(\n    1,\n    box.missing,\n    2)",
    "store": "slotted.x = \\\n    1",
    "augmented": "box.one += (\n    box.missing)",
    "augmented operator": "box.one += 'text'",
    "operator": "x = (box.one +\n    box.text)",
    "operators": "x = (1 + 2 +\n    box.one + box.text +\n    3)",
    "comparison": "if (box.one <\n    box.text):\n    pass",
    "key": "x = table[\n    'missing'\n]",
    "delete": "del table['missing']",
    "unpack": "box.a, box.b = \\\n    box.text",
    "call": "box.fail(\n    2)",
    "global": "x = (1,\n    nowhere)",
    "loop": "for box.i in (1,\n    2):\n    box.fail(\n        3)",
    "iterable": "for i in \\\n    box.one:\n    pass",
    "with": "with box.itself() as box.b:\n    pass",
    "comprehension": "[box.missing\n    for i in [1]]",
    "f-string": "f'{box.missing}'",
    "lambda": "(lambda:\n    box.missing)()",
    "raise": "raise (\n    ValueError)",
    "assert": "assert box.one == 2, (\n    box.text)",
    "nested": "def inner():\n    box.one = 5\n\n    return box.missing\ninner()",
    "except": "try:\n    box.missing\nexcept AttributeError:\n    box.fail(\n        4)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_line_numbers_in_tracebacks_are_those_of_the_source(fault):
    head = """
    class Slotted:
        __slots__ = ()
    class Box:
        def __init__(self): self.one = 1; self.text = "long text"
        def itself(self):
            return self
        def fail(self, n):
            raise RuntimeError(
                n)
    """
    body = "\nbox, slotted, table = Box(), Slotted(), {}\n" + FAULTS[fault]
    source = dedent(head) + "def program():\n" + indent(body, "    ") + "\n"

    def lines(space):
        with pytest.raises(Exception) as caught:  # any: it is compared below
            space["program"]()
        error = caught.value
        frames = traceback.extract_tb(error.__traceback__)
        return type(error), str(error), [(f.name, f.lineno) for f in frames if f.filename == "program.py"]

    assert lines(rewritten(source)()) == lines(plainly(source))


# ---- drawn programs --------------------------------------------------------------------------------------------------

ATOMS = st.sampled_from(
    ["1", "2", "box.a", "box.b", "data[0]", "data[-1]", "table['k']", "total", "count", "n", "len(data)"]
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "==", "and", "or"]), inner).map(
            lambda p: f"({' '.join(p)})"
        ),
        inner.map(lambda v: f"bump({v})"),
        inner.map(lambda v: f"(n := {v})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        inner.map(lambda v: f"sum([i + {v} for i in data])"),
    ),
    max_leaves=4,
)
TARGETS = st.sampled_from(
    ["box.a", "box.b", "data[0]", "data[n % 2]", "table['k']", "table[n % 3]", "total", "count", "n"]
)
SIMPLE = st.one_of(
    st.tuples(TARGETS, VALUES).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(TARGETS, TARGETS, VALUES).map(lambda p: f"{p[0]} = {p[1]} = {p[2]}"),
    st.tuples(TARGETS, TARGETS, VALUES, VALUES).map(lambda p: f"{p[0]}, {p[1]} = {p[2]}, {p[3]}"),
    st.tuples(TARGETS, st.sampled_from(["+=", "-=", "*="]), VALUES).map(" ".join),
    VALUES.map(lambda v: f"data.append({v})"),
    VALUES.map(lambda v: f"data += [{v}]"),
    VALUES.map(lambda v: f"table.setdefault({v}, 0)"),
    VALUES.map(lambda v: f"del table[{v}]"),
)


def block(inner):
    return indent("\n".join(inner), "    ")


STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(TARGETS, st.lists(inner, min_size=1, max_size=2)).map(
            lambda p: f"for {p[0]} in (3, 1):\n{block(p[1])}"
        ),
        st.tuples(VALUES, st.lists(inner, min_size=1, max_size=2), inner).map(
            lambda p: f"if {p[0]}:\n{block(p[1])}\nelse:\n{block([p[2]])}"
        ),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda body: f"turns = 0\nwhile turns < 2:\n    turns += 1\n{block(body)}"
        ),
        st.tuples(inner, inner).map(lambda p: f"try:\n{block([p[0]])}\nfinally:\n{block([p[1]])}"),
    ),
    max_leaves=3,
)
BODIES = st.lists(STATEMENTS, min_size=1, max_size=5).map("\n".join)


def drawn(body):
    head = """
    class Box: pass
    total = 0
    def program():
        global total
        total, count, n = 1, 2, 3
        box, data, table, log = Box(), [4, 5], {"k": 6}, []
        box.a, box.b = 7, 8
        def bump(by):
            nonlocal count
            count += 1
            box.b = by
            log.append(by)
            return by
        try:
    """
    tail = """
        except Exception as error:
            log.append(repr(error))
        return log, total, count, n, vars(box), data, table
    """
    guarded = f"if len(data) > 20: raise ValueError\n{body}"
    return dedent(head) + indent(guarded, " " * 8) + "\n" + indent(dedent(tail).strip("\n"), "    ") + "\n"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(body=BODIES)
def test_a_drawn_program_ends_in_the_same_state(body):
    source = drawn(body)
    expected = repr(plainly(source)["program"]())
    load = rewritten(source)
    assert repr(load()["program"]()) == expected
    assert in_a_scenario(load)[0] == expected


# ---- every style of access is seen -----------------------------------------------------------------------------------

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
