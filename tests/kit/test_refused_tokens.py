"""A schedule token that is none, belongs to another program or does not fit is refused, with the reason."""

import pytest
from bad_input import (
    lab_of,
    racy,
    run_lab,
    the_next_exploration_works,  # noqa: F401  # used by every test
)

from sync_tools import explore, replay
from sync_tools.words.errors import TokenMismatch


@pytest.mark.parametrize(
    "token", ["", "x", "abc-def", "abc-def-", "ilo-abc-b2c", "abc-def-b2", "abc-def-2b", "a-b-c-d"]
)
def test_what_is_no_token_is_called_so(token):
    with pytest.raises(TokenMismatch, match="not a schedule token"):
        replay(racy, token)


def test_a_token_of_another_program_is_refused_before_anything_runs():
    token = explore(racy).failure.schedule
    ran = []

    def other():
        ran.append(1)

    with pytest.raises(TokenMismatch, match="belongs to another scenario"):
        replay(other, token)
    assert not ran
    assert replay(racy, token).kind == "assertion"


def test_a_token_of_the_same_scenario_with_another_program_says_that_it_has_changed(tmp_path):
    text = """
        import threading
        class C: n = 0
        def main():
            c = C()
            def add(): c.n += 1
            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            if c.n != 2: raise ValueError(c.n)
        """
    token = explore(run_lab, args=(lab_of(tmp_path, text),)).failure.schedule
    changed = lab_of(tmp_path, text + "# a remark\n")
    with pytest.raises(TokenMismatch, match="changed since"):
        replay(run_lab, token, args=(changed,))
    assert replay(run_lab, token, args=(changed,), strict=False).message == "ValueError: 1"


def test_a_token_whose_steps_do_not_fit_names_the_first_that_does_not():
    head = explore(racy).failure.schedule.rpartition("-")[0]
    with pytest.raises(TokenMismatch, match="when thread 1 stands before its operation 2, and it can't"):
        replay(racy, f"{head}-b2z")
    with pytest.raises(TokenMismatch, match="thread 1 never came to its operation 999"):
        replay(racy, f"{head}-b999c")
