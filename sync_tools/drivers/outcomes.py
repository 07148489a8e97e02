"""From the schedules that were counted to a table of outcomes, each with the token of one schedule."""

from __future__ import annotations

from sync_tools.drivers.building import build_failure
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import departures_of
from sync_tools.drivers.tally import Kept
from sync_tools.strategies.following import Picked
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.outcome import FAILED, Outcome
from sync_tools.words.schedule import Token
from sync_tools.words.telling import Telling

MOST_TOKENS = 40  # outcomes of which a schedule is run again; of more there are only counts


def outcomes_of(
    runner: Runner, kept: dict[tuple[str, str], Kept], tokens: tuple[str, str], telling: Telling
) -> tuple[Outcome, ...]:
    """The outcomes, in the order in which they were found.

    Args:
        runner: runs schedules of the scenario; it must be open.
        kept: what was counted, see :class:`Tally`.
        tokens: the digests of scenario and program.
        telling: what is said around failures.
    """
    found = []
    for number, ((how, result), each) in enumerate(kept.items()):
        token, failure = "", None
        if number < MOST_TOKENS:
            again = runner.run(Picked(each.threads), detail=True)
            token = str(Token(*tokens, departures_of(again)))
            if (how == FAILED) != again.failed:
                raise NotDeterministic(f"a schedule that {how} {result} came to something else when it was run again")
            if again.failed:
                failure = runner.stamped(build_failure(again, telling, token=token))
            again.world.forget()
        text = failure.message.partition("\n")[0] if failure is not None else result
        found.append(Outcome(how, text, each.classes, token, failure))
    return tuple(found)
