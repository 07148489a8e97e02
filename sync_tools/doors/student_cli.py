"""The commands of a student's day: list, run, watch, hint, next, reset; and plain ``synclab``, which goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import click
from click.shell_completion import CompletionItem

from sync_tools.doors import progress
from sync_tools.doors import registry as registries
from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError

EXIT_CODES = {"passed": 0, "failed": 1, "inconclusive": 3}
_TARGET_HELP = "Whose program: labs (yours, the default), solutions, a folder laid out like labs, or a .py file."


def complete_lab(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The labs whose name begins so, for the shell."""
    try:
        labs = registries.load(ctx.find_root().params.get("root"))
    except UserError:
        return []  # a shell that completes has no place for a message
    return [CompletionItem(lab.slug, help=lab.title) for lab in labs if lab.slug.startswith(incomplete)]


target_option = click.option("--target", default="labs", metavar="TARGET", help=_TARGET_HELP)
lab_or_current = click.argument("lab", shell_complete=complete_lab, required=False)
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


def chosen_lab(ctx: click.Context, name: str | None, *, becomes_current: bool = False) -> tuple[Registry, Lab]:
    """The lab that is named, or else the one that was worked at last."""
    registry = registries.load(ctx.obj)
    lab = registry.find(name) if name else progress.current_lab(registry, progress.read(registry.root))
    if becomes_current:
        _note(lambda: progress.note_current(registry, lab))
    return registry, lab


def _note(write: Callable[[], None]) -> None:
    """Write the state; where that cannot be done, say so and go on."""
    try:
        write()
    except OSError as error:
        click.echo(f"Your progress could not be noted: {error}", err=True)


def _in_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _agreed(ctx: click.Context, question: str, command: str, yes: bool) -> None:
    """Go on if the user agrees; else end with exit code 1."""
    if yes:
        return
    if not _in_terminal():
        click.echo(f"Nothing was done, for nobody can be asked here. To do it: {command} --yes")
        ctx.exit(1)
    if not click.confirm(question):
        click.echo("Nothing was done.")
        ctx.exit(1)


def resume(ctx: click.Context) -> None:
    """Go on where the student was: watch the lab in a terminal, else say what is next."""
    registry, lab = chosen_lab(ctx, None)
    if _in_terminal():
        _watch(registry, lab)
        return
    from sync_tools.doors import screen

    known = progress.read(registry.root)
    state = progress.state_of(registry, lab, known)
    solved = sum(progress.state_of(registry, each, known) == progress.SOLVED for each in registry)
    click.echo(f"Lab {lab.number}: {lab.title}")
    click.echo(f"  state   {screen.state_text(state, known.entry(lab))}")
    click.echo(f"  read    labs/{lab.id}/README.md")
    click.echo(f"  change  labs/{lab.id}/{lab.program_name}")
    click.echo(f"{solved} of {screen.count(len(registry), 'lab')} solved.\n")
    if solved == len(registry):
        click.echo("All labs are solved.")
    elif state == progress.SOLVED:
        click.echo("Next: synclab next")
    else:
        if state == progress.NOT_RUN:
            click.echo("Break it first: synclab break")
        click.echo("Next: synclab watch   (runs the tests at each save; synclab run runs them once)")
        click.echo("Stuck? synclab hint")
    click.echo("All commands: synclab --help")


@click.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Show all labs and how far you are."""
    from sync_tools.doors import screen

    registry = registries.load(ctx.obj)
    known = progress.read(registry.root)
    screen.show(screen.lab_table(registry, known))
    solved = sum(progress.state_of(registry, lab, known) == progress.SOLVED for lab in registry)
    click.echo(f"\n{solved} of {screen.count(len(registry), 'lab')} solved.")
    here = progress.current_lab(registry, known)
    if progress.state_of(registry, here, known) != progress.SOLVED:
        click.echo(f"You are at {here.slug} (>). Next: synclab run")
    elif solved < len(registry):
        click.echo(f"You are at {here.slug} (>). Next: synclab next")


@click.command()
@lab_or_current
@target_option
@click.pass_context
def run(ctx: click.Context, lab: str | None, target: str) -> None:
    """Run a lab's tests and show the schedule that breaks it.

    Without LAB, the lab that you worked at last.
    """
    registry, chosen = chosen_lab(ctx, lab, becomes_current=target == "labs")
    result = run_once(registry, chosen, target)
    click.echo(f"{chosen.number}. {chosen.title}\n")
    show_result(result)
    if target == "labs":
        _note(lambda: progress.note_run(registry, result))
        if result.outcome == "passed" and progress.next_lab(registry, chosen, progress.read(registry.root)) is not None:
            click.echo("Next: synclab next")
    ctx.exit(EXIT_CODES[result.outcome])


def run_once(registry: Registry, lab: Lab, target: str, world: str = "") -> Any:
    """Run a lab's tests with a progress bar, all or only those of one world; a ``results.LabResult``."""
    from sync_tools.doors import screen
    from sync_tools.doors.labrun import run_lab

    with screen.progress_bar() as show:
        return run_lab(registry, lab, target, show, world=world, stop_early=bool(world))


def show_result(result: Any, *, all_cases: bool = True) -> None:
    """Print the tests, the first failure's report, and the verdict."""
    from sync_tools.doors import screen

    if all_cases:
        screen.show(screen.case_table(result))
        click.echo()
    case = result.first_failure()
    if case is not None:
        click.echo(case.report(screen.console().width))
        others = len(result.cases) - result.passed - 1
        only = f"pytest {case.node}" + ("" if result.target == "labs" else f" --target {result.target}")
        click.echo(f"\nThis test alone: {only}")
        if others:
            click.echo(f"{screen.count(others, 'other test')} did not pass either; this is the one to begin with.")
        click.echo()
    screen.show(screen.verdict(result))


@click.command()
@lab_or_current
@click.pass_context
def watch(ctx: click.Context, lab: str | None) -> None:
    """Run a lab's tests at each save; keys do the rest.

    Without LAB, the lab that you worked at last. Keys give hints, the next lab, the list and the program as it came;
    they stand on the screen. Where there is no terminal, they are read from the input, and its end is the end.
    """
    _watch(*chosen_lab(ctx, lab))


def _watch(registry: Registry, lab: Lab) -> None:
    # The first words come before what takes time to import.
    click.echo(f"Lab {lab.number}: {lab.title}\n\nGetting ready ...")
    from sync_tools.doors.terminal_events import events
    from sync_tools.doors.watching import Watching

    def show(text: str) -> None:
        if os.environ.get("TERM") != "dumb":  # such a terminal would show the codes
            click.clear()  # nothing where there is no terminal
        click.echo(f"{text}\n", color=True)

    with closing(events(registry.root / "labs")) as happening:
        Watching(registry, lab, show).loop(happening)


@click.command()
@lab_or_current
@click.argument("number", type=int, required=False)
@click.pass_context
def hint(ctx: click.Context, lab: str | None, number: int | None) -> None:
    """Read a lab's hints, one more each time.

    Without LAB, of the lab that you worked at last. The first is only a nudge. NUMBER asks for a certain one:
    synclab hint 2 is the second of that lab.
    """
    from sync_tools.doors import hints

    only_a_number = lab is not None and lab.isdecimal() and number is None
    registry, chosen = chosen_lab(ctx, None if only_a_number else lab)
    if only_a_number:
        number = int(lab or 0)
    known = hints.read_hints(registry.readme(chosen))
    if number is None:
        number = hints.one_more(progress.read(registry.root).entry(chosen).hints, known)
    title, text = hints.choose(known, number, chosen.slug)
    shown = number
    _note(lambda: progress.note_hint(registry, chosen, shown))
    click.echo(f"{chosen.slug}, {title}\n\n{text}")
    if number < len(known):
        click.echo(f"\nMore: synclab hint {chosen.slug} {number + 1}")
    else:
        again = ", ".join(f"synclab hint {chosen.slug} {each}" for each in range(1, len(known) + 1))
        click.echo(f"\nThat was the last of {len(known)}; all of them:\n{again}")


@click.command("next")
@_yes
@click.pass_context
def next_(ctx: click.Context, yes: bool) -> None:
    """Go to the next lab that is not solved."""
    from sync_tools.doors import hints

    registry, here = chosen_lab(ctx, None)
    known = progress.read(registry.root)
    solved = progress.state_of(registry, here, known) == progress.SOLVED
    following = progress.next_lab(registry, here, known)
    if following is None:
        click.echo("All labs are solved." if solved else f"All labs but this one, {here.slug}, are solved.")
        return
    if not solved:
        click.echo(f"{here.slug} is not solved yet.")
        _agreed(ctx, f"Go on to {following.slug} all the same?", "synclab next", yes)
    _note(lambda: progress.note_current(registry, following))
    click.echo(f"Lab {following.number}: {following.title}\n")
    story = hints.read_story(registry.readme(following))
    if story:
        click.echo(f"{story}\n")
    click.echo(f"Read    labs/{following.id}/README.md\nChange  labs/{following.id}/{following.program_name}")
    click.echo("First   synclab break\nThen    synclab watch")


@click.command()
@lab_or_current
@_yes
@click.pass_context
def reset(ctx: click.Context, lab: str | None, yes: bool) -> None:
    """Put a lab's program back as it came; your version is kept.

    Without LAB, of the lab that you worked at last.
    """
    from sync_tools.doors import resetting

    registry, chosen = chosen_lab(ctx, lab)
    question = f"Put {chosen.program_name} back as it came? Your version is kept."
    _agreed(ctx, question, f"synclab reset {chosen.slug}", yes)
    click.echo(resetting.told(chosen, resetting.reset_lab(registry, chosen)))


COMMANDS: tuple[click.Command, ...] = (list_, run, watch, hint, next_, reset)
