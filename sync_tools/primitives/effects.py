"""What instructions do to a stack of texts, which stands for the stack of values: the part without jumps and calls.

The instructions are those of Python 3.10 to 3.14, as :mod:`dis` names them. Nothing of the program is run.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

LONGEST_TEXT = 60  # characters of an expression; a longer one says less than the creation site


class Value(NamedTuple):
    """What is known of one value on the stack.

    Attributes:
        text: the expression that it comes from ("self.locks", "'a'"); "" when that is not known.
        path: where in it the followed value is: "" when it is that value, "[0]" when its first element is; None when
            it is not in it.
        items: what a display was made of.
    """

    text: str = ""
    path: str | None = None
    items: tuple[Value, ...] = ()


UNKNOWN = Value()
NULL = Value("NULL")  # what some Pythons push beside a function; compared by identity
SLICE = Value(":")


class Stored(Exception):
    """No error: the followed value was stored. ``args[0]`` says where, as the program's text would."""


def attribute(owner: Value, name: str) -> str:
    """The text of an attribute, or "" where its owner is not known."""
    return f"{owner.text}.{name}" if owner.text else ""


def element(key: Value) -> str:
    """The text of a subscript; "[]" where the key is not known."""
    return f"[{key.text}]"


class Stack:
    """The values on the stack. What lies under the first of them is unknown, and there is no end of that."""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def pop(self) -> Value:
        """Take the top."""
        return self.values.pop() if self.values else UNKNOWN

    def pops(self, count: int) -> list[Value]:
        """Take the `count` topmost, the deepest first."""
        return [self.pop() for _ in range(count)][::-1]

    def push(self, *values: Value) -> None:
        """Put values on top."""
        self.values.extend(value if len(value.text) <= LONGEST_TEXT else value._replace(text="") for value in values)

    def at(self, depth: int) -> int:
        """The index of what lies `depth` deep, 1 being the top."""
        while len(self.values) < depth:
            self.values.insert(0, UNKNOWN)
        return len(self.values) - depth

    def put(self, depth: int, path: str) -> None:
        """The container that lies `depth` deep has the followed value at `path` from now on."""
        at = self.at(depth)
        self.values[at] = Value(self.values[at].text, path)

    def store(self, target: str, value: Value) -> None:
        """A value is stored.

        Raises:
            Stored: it is the followed one, or has it inside.
        """
        if value.path is not None:
            raise Stored(target + value.path)

    def take(self, step: dis.Instruction) -> bool:
        """Do one instruction that is neither a jump nor a call. False when its effect is not known here."""
        if step.opname in EFFECTS:
            EFFECTS[step.opname](self, step)
        elif step.opname in RESULTS:
            self.pops(1 - dis.stack_effect(step.opcode, step.arg))
            self.push(UNKNOWN)
        elif step.opname in DROPS:
            self.pops(-dis.stack_effect(step.opcode, step.arg))
        elif step.opname.startswith(("BINARY_", "INPLACE_")):
            _operate(self, step)
        else:
            return step.opname in NOTHING
        return True


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = _words("""
    NOP RESUME PRECALL KW_NAMES COPY_FREE_VARS MAKE_CELL NOT_TAKEN TO_BOOL GEN_START POP_BLOCK SETUP_FINALLY
    SETUP_ANNOTATIONS LIST_TO_TUPLE
""")
# They take some values and give one that has nothing of them.
RESULTS = _words("""
    COMPARE_OP IS_OP CONTAINS_OP UNARY_NOT UNARY_NEGATIVE UNARY_INVERT UNARY_POSITIVE FORMAT_VALUE FORMAT_SIMPLE
    FORMAT_WITH_SPEC CONVERT_VALUE BUILD_STRING BUILD_INTERPOLATION BUILD_TEMPLATE BINARY_SLICE LOAD_BUILD_CLASS
    LOAD_ASSERTION_ERROR LOAD_COMMON_CONSTANT LOAD_CLOSURE LOAD_LOCALS IMPORT_NAME GET_ITER GET_LEN MAKE_FUNCTION
    SET_FUNCTION_ATTRIBUTE CALL_INTRINSIC_2
""")
DROPS = _words("POP_TOP END_FOR POP_ITER DELETE_SUBSCR DELETE_ATTR")


def constant(value: Any) -> Value:
    """A constant. Only plain values are shown, for the text of any other might be long, or take long to make."""
    if type(value) is tuple:
        return Value(items=tuple(constant(part) for part in value))
    if type(value) is slice:
        return SLICE
    plain = type(value) in (str, bytes, bool, type(None)) or (type(value) is int and abs(value) < 10**9)
    return Value(repr(value) if plain else "")


def _constant(stack: Stack, step: dis.Instruction) -> None:
    stack.push(constant(step.argval))


def _names(step: dis.Instruction) -> tuple[str, ...]:
    return step.argval if type(step.argval) is tuple else (step.argval,)


def _load(stack: Stack, step: dis.Instruction) -> None:
    if step.opname.startswith("LOAD_FROM_DICT"):
        stack.pop()
    stack.push(*[Value(name) for name in _names(step)])


def _load_global(stack: Stack, step: dis.Instruction) -> None:
    pushed = [Value(step.argval)]
    if sys.version_info >= (3, 11) and (step.arg or 0) & 1:
        pushed.insert(1 if sys.version_info >= (3, 13) else 0, NULL)
    stack.push(*pushed)


def _load_attribute(stack: Stack, step: dis.Instruction) -> None:
    owner = stack.pop()
    stack.push(Value(attribute(owner, step.argval)))
    if dis.stack_effect(step.opcode, step.arg) == 1:  # it is about to be called, as a method
        stack.push(owner)


def _load_of_super(stack: Stack, step: dis.Instruction) -> None:
    stack.pops(3)
    stack.push(*[UNKNOWN] * (dis.stack_effect(step.opcode, step.arg) + 3))


def _load_special(stack: Stack, step: dis.Instruction) -> None:
    owner = stack.pop()
    stack.push(*((Value("__enter__"), owner) if step.arg == 0 else (UNKNOWN, UNKNOWN)))


def _enter(stack: Stack, step: dis.Instruction) -> None:
    stack.values.insert(stack.at(1), UNKNOWN)  # __exit__, under what __enter__ gives: taken to be the object itself


def _display(stack: Stack, step: dis.Instruction) -> None:
    items = stack.pops(step.arg or 0)
    places = ["[]" if step.opname == "BUILD_SET" else f"[{index}]" for index in range(len(items))]
    stack.push(Value(path=_path(items, places), items=tuple(items)))


def _map(stack: Stack, step: dis.Instruction) -> None:
    pairs = stack.pops(2 * (step.arg or 0))
    stack.push(Value(path=_path(pairs[1::2], map(element, pairs[::2]))))


def _map_of_constant_keys(stack: Stack, step: dis.Instruction) -> None:
    keys = stack.pop().items
    stack.push(Value(path=_path(stack.pops(step.arg or 0), map(element, keys))))


def _path(items: list[Value], places: Any) -> str | None:
    return next((place + item.path for place, item in zip(places, items, strict=False) if item.path is not None), None)


def _add_element(stack: Stack, step: dis.Instruction) -> None:
    added = stack.pop()
    if added.path is not None:
        stack.put(step.arg or 1, "[]" + added.path)


def _add_all(stack: Stack, step: dis.Instruction) -> None:
    added = stack.pop()
    if added.path:
        stack.put(step.arg or 1, added.path if step.opname.startswith("DICT") else "[]")


def _add_pair(stack: Stack, step: dis.Instruction) -> None:
    key, added = stack.pops(2)
    if added.path is not None:
        stack.put(step.arg or 1, element(key) + added.path)


def _unpack(stack: Stack, step: dis.Instruction) -> None:
    items, count = stack.pop().items, step.arg or 0
    stack.push(*(reversed(items) if len(items) == count else [UNKNOWN] * count))


def _copy(stack: Stack, step: dis.Instruction) -> None:
    depths = {"DUP_TOP": (1,), "DUP_TOP_TWO": (2, 2)}.get(step.opname, (step.arg or 1,))
    for depth in depths:
        stack.push(stack.values[stack.at(depth)])


def _intrinsic(stack: Stack, step: dis.Instruction) -> None:
    if "LIST_TO_TUPLE" not in step.argrepr:
        stack.pop()
        stack.push(UNKNOWN)


def _swap(stack: Stack, step: dis.Instruction) -> None:
    one, top = stack.at(step.arg or 1), -1
    stack.values[one], stack.values[top] = stack.values[top], stack.values[one]


def _rotate(stack: Stack, step: dis.Instruction) -> None:
    depth = {"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4}.get(step.opname, step.arg or 1)
    stack.values.insert(stack.at(depth), stack.values[-1])
    stack.pop()


def _store(stack: Stack, step: dis.Instruction) -> None:
    first, *second = _names(step)
    stack.store(first, stack.pop())
    for name in second:
        if step.opname == "STORE_FAST_LOAD_FAST":
            stack.push(Value(name))
        else:
            stack.store(name, stack.pop())


def _store_attribute(stack: Stack, step: dis.Instruction) -> None:
    value, owner = stack.pops(2)
    stack.store(attribute(owner, step.argval) or step.argval, value)


def _store_element(stack: Stack, step: dis.Instruction) -> None:
    value, container, key = stack.pops(3)
    if container.text and key is SLICE:
        _store_in_slice(stack, value, container)
    elif container.text:
        stack.store(container.text + element(key), value)


def _store_slice(stack: Stack, step: dis.Instruction) -> None:
    value, container, _, _ = stack.pops(4)
    if container.text:
        _store_in_slice(stack, value, container)


def _store_in_slice(stack: Stack, value: Value, container: Value) -> None:
    if value.path:
        stack.store(container.text, Value(path="[]"))


def _subscript(stack: Stack, step: dis.Instruction) -> None:
    container, key = stack.pops(2)
    stack.push(Value(container.text + element(key) if container.text and key.text else ""))


def _slice(stack: Stack, step: dis.Instruction) -> None:
    stack.pops(step.arg or 0)
    stack.push(SLICE)


def _operate(stack: Stack, step: dis.Instruction) -> None:
    if step.argrepr == "[]":  # from Python 3.14 on
        _subscript(stack, step)
        return
    one, other = stack.pops(2)
    stack.push(Value(path="[]" if one.path or other.path else None))  # two lists, or one and a number


_EFFECTS: tuple[tuple[str, Callable[[Stack, dis.Instruction], None]], ...] = (
    ("LOAD_CONST LOAD_SMALL_INT", _constant),
    ("LOAD_FAST LOAD_FAST_CHECK LOAD_FAST_BORROW LOAD_FAST_AND_CLEAR LOAD_FAST_LOAD_FAST", _load),
    ("LOAD_FAST_BORROW_LOAD_FAST_BORROW LOAD_NAME LOAD_DEREF LOAD_CLASSDEREF", _load),
    ("LOAD_FROM_DICT_OR_DEREF LOAD_FROM_DICT_OR_GLOBALS", _load),
    ("LOAD_GLOBAL", _load_global),
    ("LOAD_ATTR LOAD_METHOD", _load_attribute),
    ("LOAD_SUPER_ATTR", _load_of_super),
    ("LOAD_SPECIAL", _load_special),
    ("PUSH_NULL", lambda stack, step: stack.push(NULL)),
    ("BEFORE_WITH SETUP_WITH", _enter),
    ("BUILD_TUPLE BUILD_LIST BUILD_SET", _display),
    ("BUILD_MAP", _map),
    ("BUILD_CONST_KEY_MAP", _map_of_constant_keys),
    ("BUILD_SLICE", _slice),
    ("LIST_APPEND SET_ADD", _add_element),
    ("LIST_EXTEND SET_UPDATE DICT_UPDATE DICT_MERGE", _add_all),
    ("MAP_ADD", _add_pair),
    ("UNPACK_SEQUENCE", _unpack),
    ("COPY DUP_TOP DUP_TOP_TWO", _copy),
    ("CALL_INTRINSIC_1", _intrinsic),
    ("SWAP", _swap),
    ("ROT_TWO ROT_THREE ROT_FOUR ROT_N", _rotate),
    ("STORE_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST STORE_NAME STORE_GLOBAL STORE_DEREF", _store),
    ("STORE_ATTR", _store_attribute),
    ("STORE_SUBSCR", _store_element),
    ("STORE_SLICE", _store_slice),
    ("BINARY_SUBSCR", _subscript),
)
EFFECTS = {name: effect for names, effect in _EFFECTS for name in names.split()}
