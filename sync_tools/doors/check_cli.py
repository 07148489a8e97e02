"""``synclab check``: every lab holds what it promises, in one table."""

from __future__ import annotations

import click

from sync_tools.doors import registry as registries


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
@click.option("--jobs", type=int, metavar="N", help="Processes at a time; by default one a core.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of drawn inputs and of random choices.")
@click.option("--rounds", type=int, metavar="N", help="At most N rounds in the stressed tests of right programs.")
@click.option("--mutants", is_flag=True, help="Also try the tests on mutants (synclab mutate); takes some minutes.")
@click.pass_context
def check(
    ctx: click.Context, labs: tuple[str, ...], jobs: int | None, seed: int, rounds: int | None, mutants: bool
) -> None:
    """Check that the labs' tests reject what is wrong and accept what is right.

    As it comes each lab fails its explored and its stressed tests and passes the sequential ones; the solution and
    every other_* variant pass; every wrong_* fails in the way that its header names; texts, hints, budgets and files
    are in order. Exit code 1 if not.
    """
    from sync_tools.doors import check_tables, checking, lab_files, mutating, screen

    registry = registries.load(ctx.obj)
    chosen = registry.choose(labs)
    checked = checking.check_labs(registry, chosen, processes=jobs, seed=seed, rounds=rounds)
    judged = mutating.judge_all(registry, chosen, jobs) if mutants else None
    screen.show(check_tables.check_table(checked, judged))
    for line in check_tables.not_exhaustive(checked):
        click.echo(line)
    problems = [f"{each.lab.slug}: {problem}" for each in checked for problem in each.problems]
    problems += lab_files.stray_folders(registry)
    for each in judged or ():
        if each.state in (mutating.SURVIVED, mutating.BROKEN):
            problems.append(f"{each.trial.lab}: {check_tables.mutant_lines(each, with_diff=False)}")
    problems += mutating.idle_problems(registry, chosen, judged) if judged is not None else []
    click.echo()
    for problem in problems:
        click.echo(f"* {problem}")
    programs = sum(len(each.runs) for each in checked)
    if problems:
        click.echo(f"\n{screen.count(len(problems), 'promise')} not kept, with seed {seed}.")
    else:
        counted = f"{screen.count(len(chosen), 'lab')}, {screen.count(programs, 'program')}, seed {seed}"
        click.echo(f"Every promise is kept: {counted}.")
    ctx.exit(1 if problems else 0)
