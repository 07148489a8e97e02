"""One virtual thread."""

from __future__ import annotations

from typing import Any

from sync_tools.words.operations import Op


class VirtualThread:
    """A thread of the explored world.

    Attributes:
        tid: its number in order of creation; the scenario's own thread is 0.
        face: the ``threading.Thread`` that the user sees.
        carrier: what runs it.
        pending: the operation before which it stands. Invariant: None only while it runs invisible code, or has ended.
        starter: while it runs up to its first visible operation, the thread that started it and still has the turn.
        ops: how many visible operations it has announced.
        effects: how many of those changed something others can see; a loop turn without any may be a spin-wait.
        depth: how many locks it holds.
        loops: for each loop it is in, what was true when its last turn began.
        worker: it does an executor's tasks.
        hold: None, or the spin-wait that holds one of its next operations.
    """

    carrier: Any = None
    pending: Op | None = None
    starter: VirtualThread | None = None
    done = False
    ops = 0
    effects = 0
    depth = 0
    last_run = 0
    hold: Any = None

    def __init__(self, tid: int, face: Any, daemon: bool, worker: bool = False) -> None:
        self.tid = tid
        self.face = face
        self.daemon = daemon
        self.worker = worker
        self.ident = 1000 + tid
        self.loops: dict[int, Any] = {}

    def __repr__(self) -> str:
        return f"<VirtualThread {self.tid} {'done' if self.done else self.pending}>"
