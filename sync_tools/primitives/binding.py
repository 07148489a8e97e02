"""What a program calls a primitive: the variable or attribute to which the code that made it binds it.

Nobody tells an object its name, but the byte code that follows a call says what becomes of the result. It is read
afterwards, when somebody asks for the name, so that making a primitive costs no more than remembering the place. No
code of the program is run, and its objects are not looked at.

========================================  ==================================================
the statement                             the name
========================================  ==================================================
``lock = Lock()``, ``(lock := Lock())``   ``lock``
``self.lock = Lock()``                    ``Account.lock``: the class whose method it stands in
``lock = Lock()`` in a class body         ``Account.lock``
``a = b = Lock()``                        ``a``
``a, b = Lock(), Lock()``                 ``a`` and ``b``
``with Lock() as guard``                  ``guard``
``locks = [Lock(), Lock()]``              ``locks[0]`` and ``locks[1]``
``locks = {"a": Lock()}``                 ``locks['a']``
``locks[name] = Lock()``                  ``locks[name]``: the key as it is written
``locks = {k: Lock() for k in names}``    ``locks[k]``
``locks = [Lock() for _ in range(3)]``    ``locks[]``: the place in a list is not known
``locks.append(Lock())``                  ``locks[]``
``full = Condition(Lock())``              ``full``, and ``full's lock``
``setattr(owner, "lock", Lock())``        ``owner.lock``
a field's ``default_factory=Lock``        ``Account.lock``
========================================  ==================================================

Of anything else (an argument, a default, what a function returns) the place where it was made says more.
"""

from __future__ import annotations

import ast
import bisect
import dis
import itertools
import linecache
import re
from functools import lru_cache
from types import CodeType

from sync_tools.primitives.effects import NULL, UNKNOWN, Stack, Stored, Value, attribute, element

# Until Python 3.11 a comprehension is a function of its own; a generator expression is one on every Python.
COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})

MOST_STEPS_BEFORE = 300  # instructions before the call: more than an expression has
MOST_STEPS = 2000  # instructions behind it
MOST_NAMES = 5000  # that are kept
MOST_LISTINGS = 16  # that are kept: names of neighbours are often asked for in a row
NEW_LOCALS = 2  # a code flag (CO_NEWLOCALS): a function's, and not a class body's or a module's

# Calls that make a container of another one's elements, and methods that put their argument into a container.
COLLECT = frozenset({"list", "tuple", "set", "frozenset", "deque"})
PUT = frozenset({"append", "appendleft", "add", "insert", "extend"})

ENDS = ("JUMP", "RETURN", "RAISE", "RERAISE")  # behind these nothing goes on, unless something jumps there

Places = tuple[tuple[CodeType, int], ...]

# Code objects are compared by what they do, so those of two files may be equal: their identities are the keys here, and
# they are kept so that these stay their own.
_names: dict[tuple[object, ...], tuple[Places, str | None]] = {}
_listings: dict[int, Listing] = {}


class Left(Exception):
    """No error: the followed value left its code. ``args``: the instruction, and where in what left it is."""


def bound_name(places: Places, owner: str | None = None) -> str | None:
    """The name to which a new object is bound, or None.

    Args:
        places: code and the offset of the call (or of the call's inline caches) where it was made; behind a place in a
            comprehension the place at which the comprehension was run.
        owner: the class of the first argument, where that is known.
    """
    key = (*((id(code), offset) for code, offset in places), owner)
    found = _names.get(key)
    if found is None:
        try:
            name = _follow(places, owner)
        except Exception:  # a name is a courtesy: byte code of another kind must not become the program's error
            name = None
        if len(_names) >= MOST_NAMES:
            _names.clear()
        found = _names[key] = (places, name)
    return found[1]


def _follow(places: Places, owner: str | None) -> str | None:
    """As :func:`bound_name`, which see, but it may raise."""
    path, yielded = "", False
    for code, offset in places:
        try:
            Walk(code, offset, path, yielded).run()
        except Stored as stored:
            return _render(stored.args[0], code, owner)
        except Left as left:
            instruction, path = left.args
            yielded = instruction == "YIELD_VALUE"
            if path is not None and code.co_name in COMPREHENSIONS:
                continue
        break
    return None


class Listing:
    """The instructions of one code object.

    Attributes:
        code: which one.
        steps: all but those that do nothing on their own.
        offsets: of each.
        jumps: the index of a jump's target -> that of the first jump forward to it.
    """

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.steps = [step for step in dis.get_instructions(code) if step.opname not in ("CACHE", "EXTENDED_ARG")]
        self.offsets = [step.offset for step in self.steps]
        self.jumps: dict[int, int] = {}
        for index, step in enumerate(self.steps):
            if _jumps(step) and step.argval > step.offset:
                self.jumps.setdefault(self.index_of(step.argval), index)

    @classmethod
    def of(cls, code: CodeType) -> Listing:
        """The listing of `code`."""
        found = _listings.get(id(code))
        if found is None:
            found = cls(code)
            if len(_listings) >= MOST_LISTINGS:
                _listings.clear()
            _listings[id(code)] = found
        return found

    def index_of(self, offset: int) -> int:
        """The index of the instruction at an offset, or of the next one."""
        return bisect.bisect_left(self.offsets, offset)


class Walk(Stack):
    """A walk through the instructions behind one call.

    It begins some way before, so that what lies under the result is known, too: the key of a dict display, the list
    of ``locks.append(Lock())``.

    Args:
        code, offset: where the call is.
        path: where in the call's result the followed value is.
        yielded: it is not in the result: a generator gave it to the function that is called.
    """

    def __init__(self, code: CodeType, offset: int, path: str = "", yielded: bool = False) -> None:
        super().__init__()
        self.path = path
        self.yielded = yielded
        self.listing = Listing.of(code)
        self.steps = self.listing.steps
        self.made = bisect.bisect_right(self.listing.offsets, offset) - 1
        if self.steps[self.made].opname == "PRECALL":
            self.made += 1

    def run(self) -> None:
        """Walk until the value is stored or leaves.

        Raises:
            Stored, Left: what became of it. When it simply returns, something else has used the value up.
        """
        for passed, following in itertools.pairwise(self.way_here()):
            if not self.pass_by(self.steps[passed], jumping=following != passed + 1):
                self.values.clear()  # of an instruction that is not known, so is all that it leaves
        self.make(self.steps[self.made])
        index: int | None = self.made + 1
        for _ in range(MOST_STEPS):
            if index is None or index >= len(self.steps) or all(value.path is None for value in self.values):
                return
            index = self.go_on(index)

    def way_here(self) -> list[int]:
        """Instructions by which one comes to the call, and the call: one way of several, for all leave one stack."""
        jumps = self.listing.jumps
        way = [self.made]
        while way[-1] > 0 and len(way) < MOST_STEPS_BEFORE:
            before = way[-1] - 1
            if self.steps[before].opname.startswith(ENDS) and "_IF_" not in self.steps[before].opname:
                if way[-1] not in jumps:
                    break  # a handler
                before = jumps[way[-1]]
            way.append(before)
        return way[::-1]

    def pass_by(self, step: dis.Instruction, jumping: bool) -> bool:
        """Do an instruction before the call, where there is no value to follow yet. False when it is not known."""
        if step.opname.startswith("CALL") and "INTRINSIC" not in step.opname:
            self.take_call(step)
            self.push(UNKNOWN)
        elif _jumps(step) and step.opname != "SETUP_WITH":
            effect = dis.stack_effect(step.opcode, step.arg, jump=jumping)
            self.pops(-effect)
            self.push(*[UNKNOWN] * effect)
        else:
            return self.take(step)
        return True

    def make(self, step: dis.Instruction) -> None:
        """Do the instruction during which the value was made: most often, but not always, the call of its class."""
        if step.opname.startswith("CALL") and "INTRINSIC" not in step.opname:
            owner, _, name = self.take_call(step)[0].text.rpartition(".")
            if name in COLLECT:  # the result is no primitive, but has them: list(map(Semaphore, sizes))
                self.push(Value(path="[]" + self.path))
            elif owner and name == "extend":
                raise Stored(owner + "[]" + self.path)
            elif not self.yielded:
                self.push(Value(path=self.path))
        elif step.opname == "FOR_ITER":
            self.push(Value(path=self.path))
        elif step.opname in ("LIST_EXTEND", "SET_UPDATE"):
            self.pop()
            self.put(step.arg or 1, "[]" + self.path)
        elif step.opname == "BINARY_SUBSCR" or (step.opname == "BINARY_OP" and step.argrepr == "[]"):
            container, key = self.pops(2)  # of a defaultdict
            if container.text:
                raise Stored(container.text + element(key) + self.path)

    def go_on(self, index: int) -> int | None:
        """Do one instruction and say which is next; None after one that is not known."""
        step = self.steps[index]
        name = step.opname
        if name in ("RETURN_VALUE", "YIELD_VALUE"):
            raise Left(name, self.pop().path)
        if name.startswith("CALL") and "INTRINSIC" not in name:
            self.push(self.called(*self.take_call(step)))
        elif name == "FOR_ITER":
            self.pass_by(step, jumping=True)  # as if there were no further turn
            return self.listing.index_of(step.argval)
        elif "JUMP" not in name:
            return index + 1 if self.take(step) else None
        elif "_IF_" not in name:
            return self.listing.index_of(step.argval)
        else:
            # Whichever way it goes, the expression goes on with the same stack. But a primitive itself is true.
            tested = self.pop()
            if tested.path == "" and "FALSE" not in name and not name.endswith("IF_NONE"):
                self.push(*[tested] * name.endswith("OR_POP"))
                return self.listing.index_of(step.argval)
        return index + 1

    def take_call(self, step: dis.Instruction) -> tuple[Value, Value, list[Value]]:
        """Take what a call is given: the function, the object whose method it is (or NULL), the arguments."""
        if step.opname == "CALL_FUNCTION_EX":
            self.pops(1 - dis.stack_effect(step.opcode, step.arg))
            return UNKNOWN, NULL, []
        if step.opname in ("CALL_KW", "CALL_FUNCTION_KW"):
            self.pop()  # the names
        arguments = self.pops(step.arg or 0)
        if step.opname.startswith("CALL_FUNCTION"):
            return self.pop(), NULL, arguments
        # A function has NULL under it (until Python 3.12) or on top of it, a method has its object on top.
        one, other = self.pops(2)
        return (other, NULL, arguments) if one is NULL else (one, other, arguments)

    def called(self, callee: Value, owner: Value, arguments: list[Value]) -> Value:
        """What comes of a call that may have the followed value among its arguments.

        Raises:
            Stored: the call puts it somewhere.
        """
        container, _, name = callee.text.rpartition(".")
        if name == "__enter__" and owner.path is not None:
            return owner
        given = next((value for value in arguments if value.path is not None), None)
        if given is None or given.path is None:
            return UNKNOWN
        if container and name in PUT:
            self.store(container, Value(path="[]" if name == "extend" else "[]" + given.path))
        elif container and name == "setdefault" and given is not arguments[0]:
            self.store(container + element(arguments[0]), given)
        elif name in ("setattr", "__setattr__") and len(arguments) == 3 and arguments[1].text.startswith("'"):
            self.store(attribute(arguments[0], arguments[1].text.strip("'")), given)
        elif name in COLLECT and given.path:
            return Value(path="[]")
        elif name == "Condition" and not given.path:
            return Value(path="'s lock")
        return UNKNOWN


def _jumps(step: dis.Instruction) -> bool:
    return step.opcode in dis.hasjrel or step.opcode in dis.hasjabs


# ---- the class of self -----------------------------------------------------------------------------------------------


def _render(text: str, code: CodeType, owner: str | None) -> str | None:
    """The name as a report shows it: with a class for ``self``; None for a variable that the user never wrote."""
    match = re.fullmatch(r"(\w+)(.*)", text, re.DOTALL)
    if match is None or match[1].startswith("_sl_"):
        return None
    variable, rest = match[1], match[2]
    if not code.co_flags & NEW_LOCALS and not code.co_name.startswith("<"):
        kind = code.co_name  # a class body
        text = text if rest.startswith(".") else f"{kind}.{text}"
    else:
        kind = (owner or _class_around(code, variable) or "") if rest and _is_self(code, variable) else ""
        text = kind + rest if kind else text
    return text.replace(f"._{kind.lstrip('_')}__", ".__") if kind else text


def _is_self(code: CodeType, variable: str) -> bool:
    first = code.co_varnames[0] if code.co_argcount else ""
    return variable in ("self", "cls") or (variable == first and code.co_name == "__init__")


def _class_around(code: CodeType, variable: str) -> str | None:
    """The class in whose method `code` is, or in whose method the function stands that has `variable`."""
    known = getattr(code, "co_qualname", None)  # from Python 3.11 on
    name = known or _qualified(code.co_filename).get((code.co_name, code.co_firstlineno), "")
    levels = name.split(".<locals>.")
    for level in reversed(levels[:-1] if variable in code.co_freevars else levels[-1:]):
        if "." in level:
            return str(level.split(".")[-2])
    return None


@lru_cache(maxsize=64)
def _qualified(file: str) -> dict[tuple[str, int], str]:
    """Qualified names of a file's functions, by name and first line: Python 3.10 keeps them with no code object."""
    found: dict[tuple[str, int], str] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            inside = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min(place.lineno for place in (child, *child.decorator_list))
                found[child.name, first] = prefix + child.name
                inside = f"{prefix}{child.name}.<locals>."
            elif isinstance(child, ast.ClassDef):
                inside = f"{prefix}{child.name}."
            visit(child, inside)

    try:
        visit(ast.parse("".join(linecache.getlines(file))), "")
    except (SyntaxError, ValueError, RecursionError):  # not the text that was compiled
        found.clear()
    return found
