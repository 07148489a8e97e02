"""What a comparison of two programs says in sentences: where the schedule goes on otherwise, and how it ends."""

from __future__ import annotations

from sync_tools.presentation.interleaving import place
from sync_tools.presentation.report import verdict
from sync_tools.presentation.text import plain
from sync_tools.words import failure as kinds
from sync_tools.words.comparison import BLOCKS, INSTEAD, MOVED, NONE, NOT_REACHED, Comparison, Divergence
from sync_tools.words.failure import Failure, Site, Step
from sync_tools.words.position import FAILED, PASSED, Standing

# What a schedule did that showed this.
_DID = {
    "lost update": "lost an update",
    "check-then-act": "acted on a check that was out of date",
    "torn read": "showed half of a change",
    "lock leak": "left a lock locked",
    kinds.DEADLOCK: "ended in a deadlock",
    kinds.SELF_DEADLOCK: "made a thread wait for itself",
    kinds.LEAKED_LOCK: "left a lock locked",
    kinds.LOST_WAKEUP: "left a thread asleep",
    kinds.STARVED_SEMAPHORE: "left a thread without a permit",
    kinds.UNFILLED_BARRIER: "left a thread at the barrier",
    kinds.STARVED_QUEUE: "left a thread at a queue",
    kinds.LIVELOCK: "did not come to an end",
    kinds.ENDLESS_LOOP: "did not come to an end",
    kinds.STARVATION: "let a thread starve",
    kinds.DATA_RACE: "had a data race",
}


def subject(failure: Failure) -> str:
    """``hit_counter: the schedule that lost an update``."""
    did = _DID.get(failure.bug_class) or _DID.get(failure.kind) or "broke the program"
    return f"{plain(failure.scenario.partition('::')[0])}: the schedule that {did}"


def headline(comparison: Comparison) -> str:
    """Where the steps of before can't be followed first; or that they can, and what comes of it."""
    about = subject(comparison.before)
    if len(comparison.threads) == 1:
        return f"{about} is no more: the program has only one thread now, and nobody to switch to."
    if comparison.kind != NONE:
        return f"{about} now {told(comparison, comparison.divergences[0])}"
    if comparison.outcome == FAILED and still_fails(comparison):
        return f"{about} still does: the change makes no difference to this schedule."
    missed = [row.before.number for row in comparison.rows if row.mark == NOT_REACHED and row.before is not None]
    if missed and min(missed) <= len(comparison.before.steps):
        way = f"can still be run up to step {min(missed) - 1}" if min(missed) > 1 else "comes to no step any more"
        return f"{about} {way}: it fails in another way now."
    if not comparison.before.steps and comparison.outcome == PASSED:
        return f"{about} comes to its end now."
    can = f"{about} can still be run step by step"
    if comparison.outcome == FAILED:
        return f"{can}, and fails in another way now."
    if comparison.outcome != PASSED:
        return f"{can}, and then goes on without an end."
    stuck = bool(comparison.before.waiters)
    return f"{can}, but {'nobody waits for ever any more' if stuck else 'breaks nothing any more'}."


def second(comparison: Comparison) -> str:
    """The first divergence of the other kind, as a sentence of its own; "" where there is none."""
    others = [each for each in comparison.divergences if each.kind != comparison.kind]
    if not others or len(comparison.threads) == 1:
        return ""
    return f"Then it {told(comparison, others[0])}"


def told(comparison: Comparison, divergence: Divergence) -> str:
    """A divergence as what a schedule does: ``waits at step 2: T2 wants ...``."""
    if divergence.kind == BLOCKS and divergence.standing is not None:
        standing = divergence.standing
        late = ""
        if divergence.thread is None:
            late = f"the thread of step {divergence.step} is not started yet, for "
        elif standing.thread != divergence.thread:
            late = f"T{divergence.thread} has to wait for T{standing.thread}: "
        return f"waits at step {divergence.step}: {late}{_wants(standing, divergence.since)}."
    return f"goes another way at step {divergence.step}: {_otherwise(comparison, divergence)}."


def _wants(standing: Standing, since: Site | None) -> str:
    who, what = f"T{standing.thread}", _at(plain(standing.target), standing.site)
    if standing.operation == "acquire":
        if standing.holder is None:
            return f"{who} wants {what}, but {plain(standing.reason)}"
        whom = "itself" if standing.holder == standing.thread else f"T{standing.holder}"
        return f"{who} wants {what}, held by {whom}" + (f" since {place(since)}" if since and place(since) else "")
    if standing.operation == "join" and standing.holder is not None:
        return f"{who} waits for T{standing.holder} to end{_where(standing.site)}"
    if standing.operation in ("wake up", "wait"):
        return f"{who} waits for {what}: {plain(standing.reason)}"
    if not standing.target:
        return f"{who} waits{_where(standing.site)}: {plain(standing.reason)}"
    return f"{who} waits to {plain(standing.operation)} {what}: {plain(standing.reason)}"


def _otherwise(comparison: Comparison, divergence: Divergence) -> str:
    row = next((each for each in comparison.rows if each.before and each.before.number == divergence.step), None)
    if row is None or row.before is None:
        return "its threads do something else"
    was = _at(_deed(row.before), row.before.site, " before")
    if divergence.thread is None:
        names = comparison.before.threads
        return f"the thread {plain(names[row.before.thread])}, which did {was}, is not there any more"
    who, instead = f"T{divergence.thread}", divergence.instead
    if row.mark == INSTEAD and instead is not None:
        return f"{who} does {act(instead)} in place of {was}"
    if instead is None or instead == row.after:
        return f"{who} does not {was} there" if row.mark == MOVED else f"{who} does not {was} any more"
    missing = f"{who} does not {was} there" if row.mark == MOVED else f"{who} does not {was} any more"
    return f"{missing}; what it does next is {act(instead)}"


def act(step: Step) -> str:
    """``read HitCounter.hits (hit_counter.py:28)``."""
    return _at(_deed(step), step.site)


def _deed(step: Step) -> str:
    return f"{plain(step.operation)} {plain(step.target)}".rstrip()


def _at(what: str, site: Site, when: str = "") -> str:
    return what + _where(site, when)


def _where(site: Site, when: str = "") -> str:
    return f" ({place(site)}{when})" if place(site) else ""


def still_fails(comparison: Comparison) -> bool:
    """True where the schedule fails after the change just as it did before."""
    failure = comparison.failure
    return failure is not None and verdict(failure) == verdict(comparison.before)


def ending(comparison: Comparison) -> str:
    """How the schedule ends after the change."""
    if comparison.failure is not None:
        if still_fails(comparison):
            return f"It still fails: {verdict(comparison.failure)}"
        return f"It fails in another way now: {verdict(comparison.failure)}"
    if comparison.outcome == PASSED:
        return "This schedule passes now. It is one of many, and says nothing of the others."
    around = f" around {', '.join(map(plain, comparison.around))}" if comparison.around else ""
    return f"It goes on{around}, and had not ended when the step budget was used up: it neither passes nor fails."
