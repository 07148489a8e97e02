"""What a scenario can come to, in the style of litmus tests (Alglave et al., "Litmus", TACAS 2011): a row a result."""

from __future__ import annotations

from dataclasses import dataclass

from sync_tools.words.failure import Failure

RETURNED, PRINTED, FAILED = "returned", "printed", "failed"


@dataclass(frozen=True)
class Outcome:
    """One result, or one way to fail, over all schedules that were run.

    Attributes:
        how: "returned", "printed" (the scenario returned None and printed something) or "failed".
        result: what was returned, as it prints, or the text that was printed; of a failure its message.
        classes: how many of the schedules came to it; of a complete search these are classes of equivalent schedules.
        token: of one of them; ``replay(scenario, token)`` runs it again. "" where that was not kept.
        failure: that schedule's failure, where it fails.
    """

    how: str
    result: str
    classes: int
    token: str = ""
    failure: Failure | None = None
