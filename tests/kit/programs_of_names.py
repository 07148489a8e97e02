"""Where names are looked up, and what is known of them: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

NAMES = {
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
