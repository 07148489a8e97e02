"""Class bodies, decorators, properties, and what makes classes: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

CLASSES = {
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
}
