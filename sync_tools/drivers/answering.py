"""What a thread was seen to do when it went on alone, and what that answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from sync_tools.drivers.aligning import SAME_NAME, Deed, Names, align, is_telling, likeness
from sync_tools.drivers.alongside import AHEAD, JOIN, Alongside, deed_of
from sync_tools.drivers.building import FRAME
from sync_tools.drivers.story import QUIET, STEP, Answer, Part, Request
from sync_tools.kernel.turns import ENDLESS, must_time_out
from sync_tools.words.comparison import INSTEAD, OTHER_NAME, SAME

# How much a part counts: what is done to variables stays more often than the locks around it.
ON_VARIABLES, SYNCHRONIZES, CONCERNS_NOBODY = 10, 5, 1


class Foreseen(NamedTuple):
    """What a thread did, from the operation on before which it was asked.

    Attributes:
        deeds: the operations, each with its number; what it stands before is the last.
        stuck: the number of the operation that it waits for, whatever the others do; None where it does not wait.
        endless: it went round a loop in which nothing is to be seen.
    """

    deeds: list[tuple[int, Deed]]
    stuck: int | None
    endless: bool


def foreseen(world: Any, asked: Request) -> Foreseen:
    """Look at the schedule in which the thread went on alone, before it is unwound."""
    ops = [op for op in world.trace if op.tid == asked.thread and op.count >= asked.nth]
    thread, stuck = world.threads[asked.thread], None
    if thread.pending is not None and not thread.done:
        ops.append(thread.pending)
        if not world.can_run(thread) or must_time_out(thread.pending):
            stuck = thread.pending.count
    deeds = [(op.count, deed_of(op, world)) for op in ops if op.kind not in FRAME or op.kind == JOIN]
    return Foreseen(deeds, stuck, world.stopped == ENDLESS)


def learn(strategy: Alongside, seen: Foreseen) -> None:
    """Answer the question that a schedule was given up for; what is answered beside it is kept, too."""
    asked, known, story = strategy.asked, strategy.known, strategy.story
    assert asked is not None
    if asked.child >= 0:
        known.comes[asked.child] = seen.endless or asked.child in strategy.counterparts
        return
    parts = list(strategy.left(story.parts[asked.part].thread))
    answers = _answers([story.parts[index] for index in parts], seen.deeds, strategy.names)
    last = max((at for at, each in enumerate(answers) if each.nth is not None and each.mark != INSTEAD), default=-1)
    if seen.stuck is not None or seen.endless:
        # It never came to what is missing behind that. So it is not gone: the thread is caught on its way there.
        beyond = (seen.stuck or max((nth for nth, _ in seen.deeds), default=asked.nth)) + 1
        answers = answers[: last + 1] + [Answer(beyond)] * (len(answers) - last - 1)
    elif len(seen.deeds) >= AHEAD:
        # What comes later was not seen. Only what was found is known, and that this one was not.
        answers = answers[: max(last, parts.index(asked.part)) + 1]
    for index, answer in zip(parts, answers, strict=False):
        known.answers.setdefault(index, {})[asked.at] = answer._replace(asked=asked.nth)


def _answers(parts: list[Part], deeds: list[tuple[int, Deed]], names: Names) -> list[Answer]:
    """The counterparts of a thread's parts among what it was seen to do."""
    weights = [_weight(part) for part in parts]
    places = align([part.deed for part in parts], [deed for _, deed in deeds], names, weights)
    found: list[Answer] = []
    following = 0  # the first operation behind the counterpart of the part before
    for row, (part, place) in enumerate(zip(parts, places, strict=True)):
        mark = SAME
        if place is not None:
            mark = SAME if likeness(part.deed, deeds[place][1], names) >= SAME_NAME else OTHER_NAME
        elif part.kind == STEP and not part.aside:
            # In its place the thread does what is new of that sort before its next counterpart.
            mark = INSTEAD
            ahead = next((other for other in places[row + 1 :] if other is not None), len(deeds))
            fitting = (other for other in range(following, ahead) if _fits(part.deed, deeds[other][1], names))
            place = next(fitting, None)
        found.append(Answer(None) if place is None else Answer(deeds[place][0], mark, deeds[place][1]))
        following = following if place is None else place + 1
    return found


def _weight(part: Part) -> int:
    if part.kind == QUIET:
        return CONCERNS_NOBODY
    return SYNCHRONIZES if part.deed.sync else ON_VARIABLES


def _fits(one: Deed, other: Deed, names: Names) -> bool:
    """True where one operation can stand for the other: both synchronize, or look at variables, or change them."""
    alike = one.sync == other.sync and (one.sync or one.reads == other.reads)
    return alike and other.word != JOIN and is_telling(other, names)
