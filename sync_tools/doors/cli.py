"""The command ``synclab``.

Exit codes: 0 passed, 1 failed, 2 a mistake in the call or in a file, 3 inconclusive, 70 a fault of the kit,
130 stopped by the user. pytest and the engine are imported only by the commands that run a lab.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import IO, Any

import click
from click.shell_completion import get_completion_class

from sync_tools import __version__
from sync_tools.doors import log_cli, student_cli
from sync_tools.doors import registry as registries
from sync_tools.doors.break_cli import break_
from sync_tools.doors.check_cli import check
from sync_tools.doors.diff_cli import diff
from sync_tools.doors.handout_cli import handout
from sync_tools.doors.mutate_cli import mutate
from sync_tools.doors.play_cli import play
from sync_tools.doors.record_cli import record
from sync_tools.doors.registry import Lab
from sync_tools.doors.show_cli import show
from sync_tools.doors.student_cli import chosen_lab, complete_lab, run_once, show_result, target_option
from sync_tools.words.errors import InternalError, UserError

SHELLS = ("bash", "zsh", "fish")


class _Mistake(click.ClickException):
    """The user's mistake: one clear message, exit code 2, no traceback."""

    exit_code = 2


class _Fault(click.ClickException):
    """The kit's own fault: all that a report needs, exit code 70."""

    exit_code = 70

    def __init__(self, error: Exception) -> None:
        message = str(error if isinstance(error, InternalError) else InternalError(f"{type(error).__name__}: {error}"))
        super().__init__(message)
        self.details = "".join(traceback.format_exception(type(error), error, error.__traceback__))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the traceback and the message."""
        click.echo(f"{self.details}\n{self.message}", file=file or sys.stderr)


class _Commands(click.Group):
    """A group that tells the three classes of error apart."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise _Mistake(str(error)) from None
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise  # click knows: the reader has seen enough
        except Exception as error:
            raise _Fault(error) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, prog_name="synclab")
@click.option("--root", type=click.Path(path_type=Path), help="The checkout; by default the one you stand in.")
@click.pass_context
def cli(ctx: click.Context, root: Path | None) -> None:
    """Race conditions and synchronization, to break and to fix.

    LAB is a lab's name (hit_counter), folder (lab01_hit_counter) or number (1).
    Without a command, synclab goes on where you were.

    Exit codes: 0 passed, 1 failed, 2 a mistake in the call or in a file, 3 inconclusive.
    """
    ctx.obj = root
    if ctx.invoked_subcommand is None:
        student_cli.resume(ctx)


@cli.command()
@click.argument("lab", shell_complete=complete_lab, metavar="[LAB]")
@click.argument("token", required=False)
@target_option
@click.pass_context
def replay(ctx: click.Context, lab: str, token: str | None, target: str) -> None:
    """Run one failing schedule again, from the TOKEN in its report.

    Without LAB, of the lab that you worked at last. A breakpoint() on a line of its own that you put into the program
    works. Exit code 1 if it still fails, 0 if not.
    """
    from sync_tools.doors import screen
    from sync_tools.doors.replaying import replay_lab

    name, token = (None, lab) if token is None else (lab, token)
    registry, chosen = chosen_lab(ctx, name)
    failure = replay_lab(registry, chosen, token, target)
    if failure is None:
        click.echo(f"The schedule {token} does not fail: the program gets past it.")
        return
    click.echo(failure.report(screen.console().width))
    ctx.exit(1)


@cli.command()
@click.pass_context
def demo(ctx: click.Context) -> None:
    """See lab 1 fail as it comes, and its solution pass."""
    registry = registries.load(ctx.obj)
    first = min(registry, key=lambda lab: lab.number)
    if not (registry.root / "solutions").is_dir():
        raise UserError("the demo shows a solution, and there are none here. Begin with the first lab: synclab watch")
    click.echo(f"Lab {first.number}, {first.title!r}, as it comes:\n")
    shipped = run_once(registry, first, "labs")
    show_result(shipped, all_cases=False)
    click.echo(f"\nThe same tests with the solution, solutions/{first.id}/{first.program_name}:\n")
    solution = run_once(registry, first, "solutions")
    show_result(solution)
    if shipped.outcome == "failed" and solution.outcome == "passed":
        click.echo(f"\nNow you: read labs/{first.id}/README.md, then synclab run {first.slug}")
        return
    if shipped.outcome == "passed":
        click.echo(f"\nYou have solved {first.slug} already, so there is nothing left to break. See synclab list.")
    else:
        click.echo("\nThat is not as expected: the lab should fail and its solution should pass.")
    ctx.exit(1)


@cli.command()
@click.argument("labs", shell_complete=complete_lab, nargs=-1, metavar="[LAB]...")
@target_option
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Also write the results as JUnit XML.")
@click.option("--brief", is_flag=True, help="Only the table, without the reports.")
@click.pass_context
def grade(ctx: click.Context, labs: tuple[str, ...], target: str, junit: Path | None, brief: bool) -> None:
    """Give points: run the labs named, or all of them.

    A lab gives all of its points when every test passes, and none otherwise. Exit code 0 for full points, else 1.
    """
    from sync_tools.doors import grade as grading
    from sync_tools.doors import screen, targets
    from sync_tools.doors.labrun import run_lab

    registry = registries.load(ctx.obj)
    chosen = registry.choose(labs)
    targets.check_target(target)
    if Path(target).is_file() and len(chosen) > 1:
        raise UserError(f"{target} is one program, and there are {len(chosen)} labs to grade: name the lab too.")
    if junit is not None:
        grading.check_writable(junit)
    with screen.progress_bar() as show:

        def run_one(lab: Lab) -> Any:
            place = chosen.index(lab)
            return run_lab(registry, lab, target, lambda name, done, total: show(lab.slug, place, len(chosen)))

        grades = grading.grade_labs(chosen, run_one)
    width = screen.console().width
    screen.show(screen.grade_table(grades))
    for each in grades:
        case = each.result.first_failure() if each.result else None
        text = each.problem or (case.report(width) if case else "")
        if text and not brief:
            click.echo(f"\n{each.lab.slug}:\n{text}")
    if junit is not None:
        try:
            junit.write_text(grading.junit(grades, registry, target), encoding="utf-8")
        except OSError as error:
            raise UserError(f"{junit} cannot be written: {error}") from None
    ctx.exit(0 if all(each.points == each.lab.points and each.outcome == "passed" for each in grades) else 1)


@cli.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print the script that completes synclab's commands and labs.

    \b
    bash:  eval "$(synclab completion bash)"     in ~/.bashrc
    zsh:   eval "$(synclab completion zsh)"      in ~/.zshrc
    fish:  synclab completion fish | source      in ~/.config/fish/config.fish
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    kind = get_completion_class(shell) if shell in SHELLS else None
    if kind is None:
        raise UserError(f"your shell is not known here; name one: synclab completion {'|'.join(SHELLS)}")
    click.echo(kind(cli, {}, "synclab", "_SYNCLAB_COMPLETE").source())


for each in (*student_cli.COMMANDS, break_, play, show, diff, handout, mutate, check, log_cli.log, record):
    cli.add_command(each)


def main() -> None:
    """Run the command line; the console script."""
    for stream in (sys.stdout, sys.stderr):
        # A title or a program's output may hold characters that the terminal's encoding lacks: better "?" than a crash.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    cli(prog_name="synclab")
