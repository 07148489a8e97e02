"""The strategy that has a changed program make the choices of a schedule of the program before.

The steps of before are gone through in order. Each is made by the thread that made it, which goes on until it has done
the operation that is its counterpart. What it does on the way is new. A thread that waits is helped first by what is
new in the others, so that the old order is kept wherever it can be: only when all that is left to the others are steps
that come later in it, the thread waits for good, and the order is another one from there on.

Which operation is the counterpart depends on what the thread will do, which nobody knows. So the strategy asks: it lets
that thread go on alone, the schedule is thrown away, and the next one has the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sync_tools.drivers.aligning import LINE_BUT_NUMBER, SAME_LINE, Deed, Names, likeness
from sync_tools.drivers.autopsy import op_site
from sync_tools.drivers.building import FRAME
from sync_tools.drivers.naming import operation_word, target_name
from sync_tools.drivers.standing import held_since, holder_of, waiting
from sync_tools.drivers.story import END, QUIET, START, STEP, WAIT, Answer, Known, Request, Story, Turn
from sync_tools.kernel.turns import ENDED, QUIESCENT, must_time_out
from sync_tools.words.comparison import ANOTHER_WAY, BLOCKS, INSTEAD, SAME
from sync_tools.words.operations import READING, SYNC, Op
from sync_tools.words.order import default_choice

JOIN = "join"
AHEAD = 300  # operations of a thread that are looked at when it is asked what it will do
AHEAD_OF_ALL = 1_200  # the same for what all threads do meanwhile
HELPS = 200  # new operations of others that a thread waits for before it is said to wait


class _Unknown(Exception):
    """A question has to be asked first."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request


class Alongside:
    """See the module.

    Args:
        story: the schedule before the change.
        names: what is called otherwise after the change.
        known: the answers so far.
        may_ask: False where enough was asked: what is not known then counts as gone.

    Attributes:
        asked: the question that this schedule was given up for; None where it was run to its end.
        counterparts: for each thread before the change its number after it.
        pairs: for each part that was followed, the thread and which of its operations it was, and the mark.
        dropped: for each part without a counterpart how many operations had been done when that was met.
        further: operations, by thread and number, that come when all is done that the thread had done before.
        turns: where a part could not be followed.
        cut: something was not asked any more.
    """

    plan: Sequence[int] = ()

    def __init__(self, story: Story, names: Names, known: Known, may_ask: bool = True) -> None:
        self.story = story
        self.names = names
        self.known = known
        self.may_ask = may_ask
        self.asked: Request | None = None
        self.counterparts: dict[int, int] = {0: 0}
        self.pairs: dict[int, tuple[int, int, str]] = {}
        self.dropped: dict[int, int] = {}
        self.further: set[tuple[int, int]] = set()
        self.turns: list[Turn] = []
        self.cut = False
        self._origins: dict[int, int] = {0: 0}  # the other way round
        self._met = 1  # threads that were looked at
        self._looked = 0  # operations that were
        self._settled: set[int] = set()  # parts that are done, or can't be
        self._order = [index for index, part in enumerate(story.parts) if part.kind in (STEP, START, END)]
        self._first = 0  # invariant: of those to follow in order, all before this place are settled
        # Of each thread before the change its operations in order, and how many of the first are settled.
        self._own: dict[int, list[int]] = {}
        self._behind: dict[int, int] = {}
        for index, part in enumerate(story.parts):
            if part.kind not in (START, END):
                self._own.setdefault(part.thread, []).append(index)
        # By thread and operation, for those that waited: how much others did in between, and what was told of already.
        self._helps: dict[tuple[int, int], int] = {}
        self._waited: set[tuple[int, int]] = set()

    def begin(self) -> bool:
        """It is run once."""
        return True

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""

    def choose(self, view: Any, current: Any) -> Any:
        """The thread that makes the next part of the story; None where a question was answered."""
        self._meet(view)
        self._looked = len(view.trace) + 1
        if self.asked is None:
            view.quiet += 1  # names and guards may call code of the user's, in which nobody may switch now
            try:
                return self._next(view, current)
            except _Unknown as unknown:
                self.asked = unknown.request
            finally:
                view.quiet -= 1
        return self._ahead(view, current, self.asked)

    # ---- threads -------------------------------------------------------------------------------------------------

    def _meet(self, view: Any) -> None:
        """See which threads of before the new ones are."""
        if self._met == len(view.threads):
            return
        started = {child: at for at, child in view.children.items()}
        for tid in range(self._met, len(view.threads)):
            op = view.trace[started[tid]]
            parent, where = self._origins.get(op.tid), op_site(op)
            free = [child for child in self.story.starts if child not in self.counterparts]
            likely = [child for child in free if self.story.starts[child] == (parent, where.source, where.function)]
            likely += [child for child in free if self.story.starts[child][::2] == (parent, where.function)]
            if likely:
                self.counterparts[likely[0]] = tid
                self._origins[tid] = likely[0]
        self._met = len(view.threads)

    def _starter(self, view: Any, child: int) -> Any:
        """The thread that will start another one, by that one's number before the change; None if nobody will."""
        tid = self.counterparts.get(self.story.starts[child].parent)
        if tid is None or view.threads[tid].pending is None:
            return None
        thread = view.threads[tid]
        if child not in self.known.comes:
            self._ask(Request(len(view.trace), tid, thread.pending.count, child=child))
        return thread if self.known.comes.get(child) else None

    # ---- parts ---------------------------------------------------------------------------------------------------

    def _next(self, view: Any, current: Any) -> Any:
        enabled = view.enabled()
        if not view.errors:  # once a thread has failed the schedule has, whoever goes on
            for index in self._unsettled():
                mover = self._mover(view, index)
                if mover is not None:
                    return self._move(view, current, enabled, mover, index)
        chosen = default_choice(enabled, current)
        self._do(view, chosen, asking=not view.errors)
        return chosen

    def _unsettled(self) -> Iterator[int]:
        """The parts to follow, in order."""
        order = self._order
        while self._first < len(order) and order[self._first] in self._settled:
            self._first += 1
        for place in range(self._first, len(order)):
            if order[place] not in self._settled:
                yield order[place]

    def _mover(self, view: Any, index: int) -> Any:
        """The thread that has to go on for a part to be done; None, and the part is settled, if nobody can do it."""
        part = self.story.parts[index]
        if part.kind == START:
            mover = None if part.child in self.counterparts else self._starter(view, part.child)
            if mover is None:
                self._settled.add(index)
            return mover
        tid = self.counterparts.get(part.thread)
        if part.kind == END:
            mover = None if tid is None or not self._may_end(view, view.threads[tid]) else view.threads[tid]
            if mover is None:
                self._settled.add(index)
            return mover
        if tid is None:
            mover = self._starter(view, part.thread)
            if mover is None:
                self._drop(index, len(view.trace))
            return mover
        thread = view.threads[tid]
        if thread.pending is None or self._answer(view, thread, index, final=True).nth is None:
            self._drop(index, len(view.trace))
            return None
        return thread

    def _may_end(self, view: Any, thread: Any) -> bool:
        """True while a thread that ended there before has only new things to do, and does not wait for them."""
        op = thread.pending
        if op is None or not view.can_run(thread) or must_time_out(op) or not self._is_free(view, thread):
            return False
        return self._count(thread.tid, 0)

    def _count(self, tid: int, nth: int) -> bool:
        """Count what is done before one thing can be done; False when it is too much."""
        done = self._helps[tid, nth] = self._helps.get((tid, nth), 0) + 1
        return done <= HELPS

    def _answer(self, view: Any, thread: Any, index: int, asking: bool = True, final: bool = False) -> Answer:
        """The counterpart of a part that its thread has still to do; `final` when it is the part's turn."""
        op, part = thread.pending, self.story.parts[index]
        deed = deed_of(op, view)
        if self._is(deed, index):
            return Answer(op.count, SAME)
        known = self.known.answer(index, len(view.trace), op.count, deed, final)
        if known is not None or not asking or part.kind == QUIET:
            return known or Answer(None)
        return self._ask(Request(len(view.trace), thread.tid, op.count, part=index))

    def _is(self, deed: Deed, index: int) -> bool:
        """True where nobody has to be asked whether an operation is the counterpart of a part."""
        part = self.story.parts[index]
        return likeness(part.deed, deed, self.names) >= (LINE_BUT_NUMBER if part.kind == QUIET else SAME_LINE)

    def _ask(self, request: Request) -> Answer:
        if self.may_ask:
            raise _Unknown(request)
        self.cut = True
        return Answer(None)

    def _drop(self, index: int, at: int) -> None:
        """A part has no counterpart."""
        self._settled.add(index)
        self.dropped[index] = at
        part = self.story.parts[index]
        if part.kind == STEP and not part.aside:
            self.turns.append(Turn(ANOTHER_WAY, index, at, self.counterparts.get(part.thread)))

    def left(self, thread: int) -> Iterator[int]:
        """What a thread, by its number before the change, has still to do, in order; no starts."""
        own, behind = self._own.get(thread, []), self._behind.get(thread, 0)
        while behind < len(own) and own[behind] in self._settled:
            behind += 1
        self._behind[thread] = behind
        return (index for index in own[behind:] if index not in self._settled)

    # ---- turns ---------------------------------------------------------------------------------------------------

    def _move(self, view: Any, current: Any, enabled: list[Any], mover: Any, index: int) -> Any:
        """Have a thread go on, or others, for as long as it waits."""
        waits = mover not in enabled or must_time_out(mover.pending)
        if waits and not (mover in enabled and self._gave_up_before(view, mover, index)):
            others = [thread for thread in enabled if thread is not mover]
            holder = holder_of(mover)
            # What only lets time pass comes last; of the others the holder first, and then as by default.
            others.sort(key=lambda each: (each.pending.yields(), each.tid != holder, each is not current, each.tid))
            helper = self._helper(view, mover, others)
            if helper is not None:
                self._do(view, helper)
                return helper
            self._note_wait(view, mover, index)
            mover = others[0] if others and not must_time_out(others[0].pending) else default_choice(enabled, current)
        self._do(view, mover)
        return mover

    def _gave_up_before(self, view: Any, mover: Any, index: int) -> bool:
        part = self.story.parts[index]
        return part.gave_up and self._answer(view, mover, index).nth == mover.pending.count

    def _helper(self, view: Any, mover: Any, others: list[Any]) -> Any:
        """A thread that can do something new, which no step of before has to come in front of."""
        for thread in others:
            if not must_time_out(thread.pending) and self._is_free(view, thread):
                return thread if self._count(mover.tid, mover.pending.count) else None
        return None

    def _is_free(self, view: Any, thread: Any) -> bool:
        """True where a thread stands before something that is new on its way, or concerns no other thread.

        What it would only have done if the schedule had not failed comes behind all the steps.
        """
        origin = self._origins.get(thread.tid)
        for index in self.left(origin) if origin is not None else ():
            if self.story.parts[index].kind != QUIET:
                answer = self._answer(view, thread, index)
                if answer.nth is not None:
                    return answer.nth > int(thread.pending.count)
        return origin not in self.story.cut_off

    def _do(self, view: Any, thread: Any, asking: bool = True) -> None:
        """A thread is about to do its operation: see whose counterpart it is."""
        origin, nth = self._origins.get(thread.tid), thread.pending.count
        if origin is None or (thread.pending.kind in FRAME and thread.pending.kind != JOIN):
            return
        passed: list[int] = []
        for index in self.left(origin):
            answer = self._answer(view, thread, index, asking)
            if answer.nth is not None and answer.nth > nth:
                return
            if answer.nth is None:
                passed.append(index)
                continue
            for other in passed:
                self._drop(other, len(view.trace))
            self._settled.add(index)
            self.pairs[index] = (thread.tid, nth, answer.mark)
            if answer.mark == INSTEAD and self.story.parts[index].kind == STEP:
                self.turns.append(Turn(ANOTHER_WAY, index, len(view.trace), thread.tid, nth=nth))
            return
        if origin in self.story.cut_off:
            self.further.add((thread.tid, nth))

    def _note_wait(self, view: Any, mover: Any, index: int) -> None:
        key = (mover.tid, mover.pending.count)
        if key in self._waited:
            return
        self._waited.add(key)
        wanted = self.counterparts.get(self.story.parts[index].thread)
        standing = waiting(mover, view, target_name)
        self.turns.append(Turn(BLOCKS, index, len(view.trace), wanted, standing, held_since(mover, view)))

    def settle(self, view: Any) -> None:
        """The schedule has ended: what was not done so far is never done, or somebody waits for ever."""
        self._meet(view)
        if self.asked is not None:
            return
        for op in view.trace[self._looked :]:  # fairness was forced, and nobody asked
            self._pair(view, op)
        if view.errors or view.unfair or view.stopped not in (ENDED, QUIESCENT):
            return
        for index in list(self._unsettled()):
            part = self.story.parts[index]
            tid = self.counterparts.get(part.thread)
            if part.kind != STEP:
                continue
            if tid is not None and view.threads[tid].pending is not None:
                self._note_wait(view, view.threads[tid], index)
                return
            self._drop(index, len(view.trace))
        for index, part in enumerate(self.story.parts):
            tid = self.counterparts.get(part.thread)
            if part.kind == WAIT and index not in self._settled and (tid is None or view.threads[tid].pending is None):
                self._drop(index, len(view.trace))

    def _pair(self, view: Any, op: Op) -> None:
        """See whether an operation is the very next that its thread did before."""
        origin = self._origins.get(op.tid)
        index = next(self.left(origin), None) if origin is not None else None
        if index is not None and self._is(deed_of(op, view), index):
            self._settled.add(index)
            self.pairs[index] = (op.tid, op.count, SAME)

    # ---- looking ahead -------------------------------------------------------------------------------------------

    def _ahead(self, view: Any, current: Any, asked: Request) -> Any:
        """The thread that is asked goes on alone; the others do where it waits."""
        thread = view.threads[asked.thread]
        far = thread.ops - asked.nth >= AHEAD or len(view.trace) - asked.at >= AHEAD_OF_ALL
        if thread.done or asked.child in self.counterparts or far:
            return None
        enabled = view.enabled()
        if thread in enabled and not must_time_out(thread.pending):
            return thread
        return default_choice([each for each in enabled if each is not thread] or enabled, current)


def deed_of(op: Op, world: Any) -> Deed:
    """What an operation is looked for by."""
    target = "" if op.kind in FRAME else target_name(op, world)
    reads = all(mode in READING for _, mode in op.accesses)
    return Deed(operation_word(op.kind), target, op_site(op).source, is_sync(op), reads)


def is_sync(op: Op) -> bool:
    """True for an operation on a lock, a queue and the like; False for one on a variable or a container."""
    return bool(op.accesses) and op.accesses[0][0][1] == SYNC
