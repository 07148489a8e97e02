"""Where a program can be mutated: each statement with the block it stands in, and what is known about its locks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
Section = ast.With | ast.AsyncWith

LOCKS = ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore")
SIGNALS = ("Event", "Barrier")
# Context managers that are no critical section.
_NO_LOCK = ("open", "closing", "suppress", "nullcontext", "ExitStack", "ThreadPoolExecutor", "redirect_stdout")


@dataclass(frozen=True)
class Place:
    """One statement of a function.

    Attributes:
        block: the list of statements that it stands in.
        index: where in it.
        function: the function's qualified name, ``HitCounter.hit``.
        owner: the class whose method it is part of, or "".
        sections: the critical sections round it, outermost first.
    """

    block: list[ast.stmt]
    index: int
    function: str
    owner: str
    sections: tuple[Section, ...]

    @property
    def statement(self) -> ast.stmt:
        """The statement itself."""
        return self.block[self.index]


@dataclass
class Known:
    """What the text says about the names of a program's primitives.

    Attributes:
        kinds: by (class or "", dotted name such as ``self._lock``): the constructor, one of LOCKS or SIGNALS.
        under: for a condition over a given lock, that lock's name; else the primitive's own.
    """

    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    under: dict[tuple[str, str], str] = field(default_factory=dict)

    def kind(self, owner: str, name: str) -> str:
        """The constructor of what is called so in a class, or "" where it is not known."""
        return self.kinds.get((owner, name)) or self.kinds.get(("", name), "")

    def others(self, owner: str, name: str, *, sharing: bool) -> list[str]:
        """Other locks of the same owner, in the order of the text.

        Args:
            owner: the class.
            name: the lock's own name.
            sharing: True for conditions over the same lock, False for those that lock another one.
        """
        mine = self.under.get((owner, name), name)
        return [
            other
            for (of, other), kind in self.kinds.items()
            if of == owner and other != name and kind in LOCKS and (self.under[of, other] == mine) is sharing
        ]


def constructor(value: ast.expr) -> str:
    """The name that a call calls, without its module: ``Lock`` for ``threading.Lock()``; else ""."""
    if not isinstance(value, ast.Call):
        return ""
    called = value.func
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def known(tree: ast.Module) -> Known:
    """Read the primitives that a program binds to attributes, and to names of modules and classes."""
    found = Known()
    for owner, node in _assignments(tree, "", False):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        kind = constructor(node.value) if node.value is not None else ""
        if kind not in LOCKS + SIGNALS or not isinstance(node.value, ast.Call):
            continue
        arguments = node.value.args
        for target in targets:
            name = ast.unparse(target)
            found.kinds[owner, name] = kind
            shared = kind == "Condition" and arguments and isinstance(arguments[0], ast.Name | ast.Attribute)
            found.under[owner, name] = ast.unparse(arguments[0]) if shared else name
    return found


def _assignments(node: ast.AST, owner: str, local: bool) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assign | ast.AnnAssign):
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            if not (local and isinstance(target, ast.Name)):
                yield owner, child
        inner = child.name if isinstance(child, ast.ClassDef) else owner
        inside = isinstance(child, Function) or (local and not isinstance(child, ast.ClassDef))
        yield from _assignments(child, inner, inside)


def is_section(statement: ast.stmt) -> bool:
    """True for a ``with`` over something that may be a lock: a name, an attribute, an item, a call that finds one."""
    return isinstance(statement, Section) and any(map(is_lock, statement.items))


def is_lock(item: ast.withitem) -> bool:
    """True for an item of a ``with`` that may be a lock."""
    return item.optional_vars is None and constructor(item.context_expr) not in _NO_LOCK


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of statements in a statement, without those of functions and classes that it defines."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if block:
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def expressions_of(statement: ast.stmt) -> Iterator[ast.AST]:
    """Every expression of a statement, without those of the statements in it."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from ast.walk(child)


def places(tree: ast.Module) -> Iterator[Place]:
    """Every statement of every function, but ``main``: it shows the program at work, and no test calls it."""
    yield from _in_definitions(tree.body, "", "")


def _in_definitions(block: list[ast.stmt], prefix: str, owner: str) -> Iterator[Place]:
    for statement in block:
        if isinstance(statement, ast.ClassDef):
            yield from _in_definitions(statement.body, f"{prefix}{statement.name}.", statement.name)
        elif isinstance(statement, Function):
            if prefix or statement.name != "main":
                yield from _in_function(statement, prefix + statement.name, owner)
        else:
            for inner in blocks_of(statement):  # of an ``if`` at the top of a module, say
                yield from _in_definitions(inner, prefix, owner)


def _in_function(function: Function, name: str, owner: str) -> Iterator[Place]:
    yield from _in_block(function.body, name, owner, ())


def _in_block(block: list[ast.stmt], name: str, owner: str, sections: tuple[Section, ...]) -> Iterator[Place]:
    for index, statement in enumerate(block):
        if isinstance(statement, ast.ClassDef):
            yield from _in_definitions(statement.body, f"{name}.{statement.name}.", statement.name)
        elif isinstance(statement, Function):
            yield from _in_function(statement, f"{name}.{statement.name}", owner)
        else:
            yield Place(block, index, name, owner, sections)
            inner = (*sections, statement) if isinstance(statement, Section) and is_section(statement) else sections
            for deeper in blocks_of(statement):
                yield from _in_block(deeper, name, owner, inner)
