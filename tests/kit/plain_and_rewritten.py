"""Runs a source as it is, rewritten with nobody watching, and rewritten in a thread of an explored scenario."""

import ast
from textwrap import dedent

from sync_tools import explore, run_together
from sync_tools.instrument.hooks import HOOKS
from sync_tools.instrument.rewrite import rewrite


def plainly(source):
    space = {"__name__": "program"}
    exec(compile(dedent(source), "program.py", "exec", dont_inherit=True), space)
    return space


def rewritten(source, name="program.py"):
    code = compile(rewrite(ast.parse(dedent(source)), name), name, "exec", dont_inherit=True)

    def load():
        space = {"__name__": "program", **HOOKS, "_sl_key": object()}
        exec(code, space)
        return space

    return load


def quiet():
    """The other thread of a scenario: with it there, accesses are scheduling points."""


def in_a_scenario(load):
    """The program's result as a thread of an explored scenario, and how many operations that made."""

    def scenario():
        return repr(run_together(load()["program"], quiet)[0])

    found = explore(scenario, stop="never", max_schedules=40)
    assert found.failure is None, found.failure
    (result,) = found.results
    return result, found.operations / (found.schedules + found.redundant)
