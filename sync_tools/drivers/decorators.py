"""``explore`` and ``stress`` as test decorators. They keep the signature, so fixtures and ``@given`` work as ever."""

from __future__ import annotations

import functools
import inspect
import math
import sys
from collections.abc import Callable
from typing import Any, TypeVar, overload

from sync_tools.drivers.choosing import SAMPLING, check
from sync_tools.drivers.exploration import Exploration
from sync_tools.drivers.explore import explore
from sync_tools.drivers.replay import MATTER, TOLD, replay
from sync_tools.drivers.stress import ROUNDS, stress
from sync_tools.instrument.loader import LabModule
from sync_tools.words.errors import ScenarioEndless, ScenarioFailed, UserError
from sync_tools.words.failure import ENDLESS_LOOP, LIVELOCK, STARVATION, Failure

Test = TypeVar("Test", bound=Callable[..., Any])
Listener = Callable[[Exploration], None]

_listeners: list[Listener] = []
# What the test runner knows and a scenario doesn't: the commands for the report. Set by the pytest plugin.
report_options: dict[str, Any] = {}


# The token of the one schedule that an explored test is to run in place of all; "" for all of them.
replayed = ""

MOST_ROUNDS = "most_rounds"  # the one of them that bounds what a test asks for, and is no option of a run


def _options(*left_out: str) -> dict[str, Any]:
    """What the test runner knows, but for what does not concern this kind of run."""
    return {key: value for key, value in report_options.items() if key not in left_out}


def subscribe(listener: Listener) -> Callable[[], None]:
    """Have `listener` called with every result of a decorated test; returns the function that ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def _publish(result: Exploration) -> None:
    for listener in list(_listeners):
        listener(result)


def raise_finding(failure: Failure, test: str, given: dict[str, Any]) -> None:
    """Raise a failure as hypothesis can deal with it, when it has drawn the data.

    Args:
        failure: what was found.
        test: the name of what was called.
        given: with which arguments.

    Raises:
        ScenarioFailed: in all cases but
        ScenarioEndless: when hypothesis would look for smaller data, of which each would run to the limit too.
    """
    if _drawn() and failure.kind in (ENDLESS_LOOP, LIVELOCK, STARVATION):
        shown = {name: value for name, value in given.items() if not isinstance(value, LabModule)}
        data = "".join(f"    {name}={value!r},\n" for name, value in shown.items())
        raise ScenarioEndless(failure, f"Failing test case, not made smaller: {test}(\n{data})")
    # With the frames of the program's own error at the end: where a debugger is to open.
    raise ScenarioFailed(failure).with_traceback(failure.exception.__traceback__ if failure.exception else None)


def _drawn() -> bool:
    """True inside of an example that hypothesis has drawn."""
    hypothesis: Any = sys.modules.get("hypothesis")  # not imported: then it has not drawn anything
    return hypothesis is not None and bool(hypothesis.currently_in_test_context())


def _is_shown() -> bool:
    """False for one of the many failing examples that hypothesis only compares; the smallest one is run again."""
    if not _drawn():
        return True
    try:
        from hypothesis.control import current_build_context

        return bool(current_build_context().is_final)
    except (ImportError, AttributeError):
        return True  # a hypothesis that says it in another way: then each is worth the trouble


def _conclude(result: Exploration, test: Any, kwargs: dict[str, Any], inconclusive: str = "fail") -> None:
    """Raise what the test should report."""
    if result.failure is not None:
        raise_finding(result.failure, test.__name__, kwargs)
    result.raise_if_failed(inconclusive)


@overload
def explored(test: Test) -> Test: ...
@overload
def explored(*, strategy: str = ..., inconclusive: str | None = ..., **options: Any) -> Callable[[Test], Test]: ...
def explored(test: Any = None, *, strategy: str = "auto", inconclusive: str | None = None, **options: Any) -> Any:
    """Run a test under every interleaving of its threads; it fails with the smallest failing schedule.

    Args:
        strategy: see ``explore``. One that samples can't prove, so it needs an explicit `inconclusive`.
        inconclusive: "fail" (the default) or "pass": what a budget that ran out means.
        options: further options of ``explore``.

    Raises:
        UserError: at once, when the options cannot be right.
    """
    check(strategy, options.get("preemptions"), options.get("time", "any"))
    if inconclusive not in (None, "fail", "pass"):
        raise UserError(f"inconclusive={inconclusive!r}: say 'fail' or 'pass'")
    if inconclusive is None and (strategy in SAMPLING or options.get("preemptions") is not None):
        raise UserError(
            f"strategy={strategy!r} with these options can't prove anything: its budget always runs out. "
            'Say inconclusive="pass" if samples are enough here.'
        )
    settled = {**options, "strategy": strategy}
    matter = {option: options[option] for option in MATTER if option in options}

    def decorate(function: Any) -> Any:
        def run(scenario: Callable[..., Any], kwargs: dict[str, Any], args: tuple[Any, ...]) -> None:
            _check_drawn(function, (*args, *kwargs.values()))
            command = _replay_call(function.__name__, args, kwargs, matter)
            told = {"replay_command": command, "smallest": _is_shown(), **_options(MOST_ROUNDS), **settled}
            if replayed:
                known = {option: told[option] for option in (*MATTER, *TOLD) if option in told}
                failure = replay(scenario, replayed, args=args, kwargs=kwargs, **known)
                if failure is not None:
                    raise_finding(failure, function.__name__, kwargs)
                return
            result = explore(scenario, args=args, kwargs=kwargs, **told)
            _publish(result)
            _conclude(result, function, kwargs, inconclusive or "fail")

        return _wrap(function, run, settled, "explored")

    return decorate if test is None else decorate(test)


@overload
def stressed(test: Test) -> Test: ...
@overload
def stressed(*, rounds: int = ..., **options: Any) -> Callable[[Test], Test]: ...
def stressed(test: Any = None, **options: Any) -> Any:
    """Run a test on OS threads with seeded noise, many times; it fails with the first failing round.

    Args:
        options: of ``stress``, for example ``rounds=200``.
    """

    def decorate(function: Any) -> Any:
        def run(scenario: Callable[..., Any], kwargs: dict[str, Any], args: tuple[Any, ...]) -> None:
            _check_drawn(function, (*args, *kwargs.values()))
            told = {**_options(MOST_ROUNDS, "replay_command", "look_command"), **options}
            told["rounds"] = min(told.get("rounds", ROUNDS), report_options.get(MOST_ROUNDS, math.inf))
            result = stress(scenario, args=args, kwargs=kwargs, **told)
            _publish(result)
            _conclude(result, function, kwargs)

        return _wrap(function, run, options, "native")

    return decorate if test is None else decorate(test)


def _check_drawn(function: Any, given: tuple[Any, ...]) -> None:
    """Refuse ``st.data()``: what is drawn in a schedule would be another thing in the next one."""
    for value in given:
        if type(value).__module__.startswith("hypothesis.") and hasattr(value, "conjecture_data"):
            raise UserError(
                f"{function.__name__}: st.data() draws anew in every schedule, so that no schedule could be run again. "
                "Draw what the scenario needs with strategies of its own in @given."
            )


def _replay_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], matter: dict[str, Any]) -> str:
    """The call that runs a schedule with the same data, for ``explore(replay_command=...)``; "" for the plain one."""
    given = {**({"args": args} if args else {}), **({"kwargs": kwargs} if kwargs else {}), **matter}
    call = "".join(f", {what}={value!r}" for what, value in given.items())
    if not call or " at 0x" in call or not call.isprintable():
        return ""
    escaped = call.replace("{", "{{").replace("}", "}}")
    return f'replay({name}, "{{token}}"{escaped})'


def _wrap(function: Any, run: Callable[..., None], options: dict[str, Any], world: str) -> Any:
    """Let `run` stand for a test, with what others want to know of it: scenario, options and the world it runs in."""
    if inspect.iscoroutinefunction(function):
        raise UserError(f"{function.__name__} is a coroutine function; a scenario is an ordinary function")
    if getattr(function, "is_hypothesis_test", False):
        raise UserError(
            f"{function.__name__}: @given stands under @explored or @stressed, so that every schedule would draw "
            "its own data. Put @given above: one example is then one exploration."
        )

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        run(function, kwargs, args)

    wrapper.scenario = function  # type: ignore[attr-defined]
    wrapper.options = options  # type: ignore[attr-defined]
    wrapper.world = world  # type: ignore[attr-defined]
    return wrapper
