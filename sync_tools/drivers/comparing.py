"""A failing schedule, and what the same choices do in the changed program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sync_tools.drivers.aligning import Deed, Names, Use, names_of
from sync_tools.drivers.alongside import Alongside, deed_of, is_sync
from sync_tools.drivers.answering import Foreseen, foreseen, learn
from sync_tools.drivers.autopsy import op_site, places
from sync_tools.drivers.building import FRAME, shown
from sync_tools.drivers.ending import failure_of, outcome_of, token_of
from sync_tools.drivers.explore import tokens_of
from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.pairing import paired
from sync_tools.drivers.runner import Run, Runner
from sync_tools.drivers.story import END, QUIET, START, STEP, WAIT, Known, Part, Start, Story, stuck_in
from sync_tools.strategies.following import Departing, Planned
from sync_tools.words.comparison import Comparison
from sync_tools.words.errors import TokenMismatch, UserError
from sync_tools.words.failure import Failure, Step
from sync_tools.words.position import FAILED, TOO_LONG
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling

QUESTIONS = 150  # schedules that are run to find out what threads will do


def compare(
    scenario: Callable[..., Any],
    token: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    time: str = "any",
    seed: int = 0,
    instrument: Iterable[str] = (),
    races: str = "report",
    max_steps: int | None = None,
    name: str | None = None,
    replay_command: str = "",
    look_command: str = "",
    hint: str = "",
    promise: str = "",
) -> Comparison:
    """Follow a failing schedule of one program in another one.

    Args:
        scenario: a function that starts threads, joins them and asserts.
        token: of the failing schedule.
        before, after: the scenario's arguments by name, with the program before the change and with the one after it.
        time, seed, instrument, races, max_steps: as for ``explore``.
        name, replay_command, look_command, hint, promise: for the report on a failure after the change.

    Raises:
        TokenMismatch: it is no token, or one of another scenario or another program than that before the change.
        UserError: the schedule does not fail before the change, or a program cannot be loaded or controlled.
    """
    telling = Telling(
        name or str(getattr(scenario, "__name__", "scenario")), replay_command, look_command, hint, promise
    )
    options: dict[str, Any] = {"time": time, "seed": seed, "instrument": tuple(instrument)}
    options |= {} if max_steps is None else {"max_steps": max_steps}
    one, other = Runner(scenario, (), before, **options), Runner(scenario, (), after, **options)
    with signals_belong_to(one), one.open():
        story, failure, uses = _told(one, Token.parse(token), telling, races)
    with signals_belong_to(other), other.open():
        names = names_of(uses, _uses(other))
        return _followed(other, story, failure, names, telling, races)


# ---- before ----------------------------------------------------------------------------------------------------------


def _told(runner: Runner, token: Token, telling: Telling, races: str) -> tuple[Story, Failure, list[Use]]:
    """The schedule before the change: its parts, the failure, and what is used when nobody is interrupted."""
    own = tokens_of(runner)
    if token.scenario != own[0]:
        raise TokenMismatch(f"the token {token} belongs to another scenario than {telling.name}")
    if token.program != own[1]:
        raise TokenMismatch(f"the token {token} was made with another version of the program than the one before.")
    uses = _uses(runner)
    last: list[tuple[int, Deed]] = []

    def look(world: Any) -> None:
        # What has no name is numbered when it is asked for: here and after the change in the order of the steps.
        for op in world.trace:
            deed_of(op, world)
        standing = [each for each in world.threads if each.pending is not None and not each.done]
        last.extend((each.tid, deed_of(each.pending, world)) for each in standing)

    follow = Departing(token.departures)
    run = runner.run(follow, detail=True, look=_quietly(look))
    follow.end(run.world)
    if outcome_of(run, races) != FAILED:
        raise UserError(f"the schedule {token} does not fail before the change, so there is nothing to compare.")
    failure = failure_of(runner, run, telling, own)
    story = _story(run, failure, last)
    run.world.forget()
    return story, failure, uses


def _quietly(look: Callable[[Any], None]) -> Callable[[Any], None]:
    """Names and guards may call code of the user's, in which nobody may switch."""

    def quiet(world: Any) -> None:
        world.quiet += 1
        try:
            look(world)
        finally:
            world.quiet -= 1

    return quiet


def _uses(runner: Runner) -> list[Use]:
    """The operations of the schedule in which nobody is interrupted."""
    run = runner.run(Planned(()), detail=True)
    world = run.world
    found = [Use(op.tid, deed_of(op, world)) for op in world.trace if op.kind not in FRAME]
    world.forget()
    return found


def _story(run: Run, failure: Failure, last: list[tuple[int, Deed]]) -> Story:
    world = run.world
    numbers = shown(run)
    parts: list[Part] = []
    steps: dict[int, Step] = {}
    starts: dict[int, Start] = {}
    raised = {thread.tid for thread, _, _ in world.errors}
    if failure.failing_thread is not None:
        raised.add(failure.failing_thread)
    for index, op in enumerate(world.trace):
        child = world.children.get(index)
        if child is not None:
            where = op_site(op)
            starts[child] = Start(op.tid, where.source, where.function)
            parts.append(Part(START, op.tid, Deed("start", "", where.source), child=child))
        elif index in numbers:
            step = failure.steps[numbers[index] - 1]
            aside = op.tid in raised and _explains(step, steps.get(step.number - 1))
            steps[step.number] = step
            target = "" if op.kind in FRAME else step.target
            deed = Deed(step.operation, target, step.site.source, is_sync(op), step.reads)
            parts.append(Part(STEP, step.thread, deed, step.number, gave_up=not op.succeeded, aside=aside))
        elif op.kind == END:
            parts.append(Part(END, op.tid, deed_of(op, world)))
        elif op.kind not in FRAME:
            parts.append(Part(QUIET, op.tid, deed_of(op, world)))
    stuck = stuck_in(failure)
    for thread, deed in last:
        number = 0
        if thread in stuck:
            number = max(steps, default=0) + 1
            steps[number] = replace(stuck[thread], number=number)
        parts.append(Part(WAIT, thread, deed, number))
    cut_off = frozenset(thread for thread, _ in last) | raised
    return Story(tuple(parts), steps, starts, cut_off)


def _explains(step: Step, last: Step | None) -> bool:
    """True for a look that an assertion takes once more, to explain itself when it has failed."""
    same = last is not None and (step.thread, step.operation, step.target, step.value, step.site) == (
        *(last.thread, last.operation, last.target, last.value, last.site),
    )
    return same and step.reads and step.site.source.startswith("assert ")


# ---- after -----------------------------------------------------------------------------------------------------------


def _followed(runner: Runner, story: Story, before: Failure, names: Names, telling: Telling, races: str) -> Comparison:
    known = Known()
    for question in range(QUESTIONS + 1):
        strategy = Alongside(story, names, known, may_ask=question < QUESTIONS)
        seen: list[Foreseen] = []

        def look(world: Any, strategy: Alongside = strategy, seen: list[Foreseen] = seen) -> None:
            strategy.settle(world)
            if strategy.asked is not None:
                seen.append(foreseen(world, strategy.asked))

        run = runner.run(strategy, detail=True, look=_quietly(look))
        if strategy.asked is None:
            break
        learn(strategy, seen[0])
        run.world.forget()
    comparison = _compared(runner, run, strategy, before, names, telling, races)
    run.world.forget()
    return comparison


def _compared(
    runner: Runner, run: Run, strategy: Alongside, before: Failure, names: Names, telling: Telling, races: str
) -> Comparison:
    world, tokens = run.world, tokens_of(runner)
    outcome = outcome_of(run, races)
    failure = failure_of(runner, run, telling, tokens) if outcome == FAILED else None
    rows, divergences = paired(run, strategy, names, failure)
    return Comparison(
        before=before,
        threads=tuple(str(thread.face.name) for thread in world.threads),
        counterparts=tuple(strategy.counterparts.get(thread) for thread in range(len(before.threads))),
        renamed=tuple(sorted(names.renamed.items())),
        rows=rows,
        divergences=divergences,
        outcome=outcome,
        failure=failure,
        schedule=token_of(run, tokens),
        around=tuple(places(world)) if outcome == TOO_LONG else (),
        given_up=strategy.cut,
    )
