"""Progress by time-outs alone: where nobody could go on until one fired."""

from __future__ import annotations

from sync_tools.drivers.autopsy import name_of, op_site
from sync_tools.drivers.runner import Run, Runner
from sync_tools.strategies.following import Same


def time_outs(runner: Runner, run: Run) -> tuple[str, ...]:
    """Which waits had to time out before anybody could go on, one sentence each.

    Args:
        runner: runs the schedule again, with details.
        run: a schedule in which that happened.
    """
    world = runner.run(Same(run.world.trace), detail=True).world
    found = {
        f"{world.threads[op.tid].face.name}'s {op.kind} on {name_of(op.target, world)} at {op_site(op).short()}": None
        for op in world.waited_out
    }
    world.forget()
    return tuple(found)
