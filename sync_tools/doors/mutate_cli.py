"""``synclab mutate``: what a lab's tests make of mechanical mutants of its right programs."""

from __future__ import annotations

import click

from sync_tools.doors import registry as registries


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
@click.option("--jobs", type=int, metavar="N", help="Processes at a time; by default one a core.")
@click.option("--all", "everything", is_flag=True, help="Also list those that were killed, and by which test.")
@click.option("--diff", is_flag=True, help="Show what was changed in those that are listed.")
@click.pass_context
def mutate(ctx: click.Context, labs: tuple[str, ...], jobs: int | None, everything: bool, diff: bool) -> None:
    """Try a lab's tests on mutants of its right programs.

    Mutants are made by rule from the solution and each other_* variant: a lock left out, a critical section split, a
    notify forgotten, and so on. Each must be rejected by a test that does not depend on luck, or stand in the
    variants' equivalent.toml with the reason why it is harmless. Exit code 1 if one is neither.
    """
    from sync_tools.doors import check_tables, mutating, screen

    registry = registries.load(ctx.obj)
    chosen = registry.choose(labs)
    judged = mutating.judge_all(registry, chosen, jobs)
    shown = [each for each in judged if everything or each.state not in (mutating.KILLED, mutating.HARMLESS)]
    for each in shown:
        click.echo(check_tables.mutant_lines(each, with_diff=diff))
    if shown:
        click.echo()
    screen.show(check_tables.mutant_table(chosen, judged))
    idle = mutating.idle_problems(registry, chosen, judged)
    for problem in idle:
        click.echo(f"* {problem}")
    bad = any(each.state in (mutating.SURVIVED, mutating.BROKEN) for each in judged)
    ctx.exit(1 if bad or idle else 0)
