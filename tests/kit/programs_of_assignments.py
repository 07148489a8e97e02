"""Assignments of every kind, and what they keep alive: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

ASSIGNMENTS = {
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
}
