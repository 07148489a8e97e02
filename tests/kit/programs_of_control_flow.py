"""Loops, with, try, match, generators and async code: programs for test_rewriting.py."""

# ruff: noqa: E501  # programs stand here as text, a line a statement

CONTROL_FLOW = {
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
}
