"""Expressions, and the order in which their parts are worked out: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

EXPRESSIONS = {
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
}
