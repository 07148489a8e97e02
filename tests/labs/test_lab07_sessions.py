"""Lab 7, the sessions of a web shop: nobody is thrown out without a reason, and no session comes back from the dead."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

LIFETIME = 10


def sessions_of(lab, **last_seen):
    """Return a store with the sessions of these users, last seen at these times."""
    sessions = lab.SessionStore(LIFETIME)
    for user, now in last_seen.items():
        sessions.login(user, now)
    return sessions


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(
    promise="A session begins with a login. It ends by a logout, or because expire() found it idle: "
    "no click and no login of its user for lifetime seconds or more."
)
def test_a_session_lasts_from_login_to_logout(lab):
    sessions = sessions_of(lab)
    assert (sessions.users(), sessions.click("ada", 0), sessions.logout("ada")) == ([], False, False)
    sessions.login("bob", 0)
    sessions.login("ada", 1)
    assert sessions.users() == ["ada", "bob"]
    assert sessions.click("ada", 2) is True
    assert sessions.logout("ada") is True
    assert (sessions.click("ada", 3), sessions.logout("ada"), sessions.users()) == (False, False, ["bob"])


@explored(promise="End every session that is idle at the time now; return their users, in any order.")
def test_the_sweep_ends_what_was_idle_and_nothing_else(lab):
    sessions = sessions_of(lab, ada=0, bob=0, cleo=1, dora=0)
    sessions.click("bob", 1)
    sessions.login("dora", 2)
    assert sessions.expire(9) == []
    assert sessions.expire(10) == ["ada"]
    assert sessions.users() == ["bob", "cleo", "dora"]
    assert sorted(sessions.expire(11)) == ["bob", "cleo"]
    assert (sessions.expire(11), sessions.users()) == ([], ["dora"])


@explored(promise="Let user click at each of times, and log in first wherever there is no session; return the logins.")
def test_who_was_thrown_out_logs_in_again(lab):
    sessions = sessions_of(lab)
    assert lab.shop(sessions, "ada", [0, 5]) == 1
    assert lab.sweep(sessions, [14, 15, 16]) == ["ada"]
    assert lab.shop(sessions, "ada", [20]) == 1
    assert sessions.users() == ["ada"]


# Explored, all of them exhaustive: every class of schedules is run. With one lock these are 2 classes a test; with a
# sweep that looks twice, or changes that are tried again, up to 76.


@explored(
    promise="Every method may be called from any number of threads at the same time, and none of them ever raises."
)
def test_a_login_during_the_sweep_does_not_disturb_it(lab):
    sessions = sessions_of(lab, ada=0)
    ended, _ = run_together((sessions.expire, 10), (sessions.login, "bob", 10))
    assert ended == ["ada"], f"ada's session was idle, the sweep ended those of {ended}"
    users = sessions.users()
    assert users == ["bob"], f"bob has logged in and ada was thrown out, logged in are {users}"


@explored(
    promise="A session begins with a login. It ends by a logout, or because expire() found it idle: "
    "no click and no login of its user for lifetime seconds or more."
)
def test_who_logs_in_again_during_the_sweep_is_logged_in(lab):
    sessions = sessions_of(lab, ada=0)
    run_together((sessions.expire, 10), (sessions.login, "ada", 10))
    users = sessions.users()
    assert users == ["ada"], f"ada has just logged in, logged in are {users}"


@explored(
    promise="A session begins with a login. It ends by a logout, or because expire() found it idle: "
    "no click and no login of its user for lifetime seconds or more."
)
def test_a_click_during_the_sweep_keeps_the_session_or_comes_too_late(lab):
    sessions = sessions_of(lab, ada=0)
    ended, in_time = run_together((sessions.expire, 10), (sessions.click, "ada", 10))
    users = sessions.users()
    expected = ([], ["ada"]) if in_time else (["ada"], [])
    assert (ended, users) == expected, f"the click returned {in_time}, the sweep {ended}, logged in are {users}"


@explored(
    promise="Each session is ended once: by the one logout that returns True, or by the one expire that names its user."
)
def test_a_logout_during_the_sweep_ends_the_session_once(lab):
    sessions = sessions_of(lab, ada=0)
    ended, logged_out = run_together((sessions.expire, 10), (sessions.logout, "ada"))
    assert ended == ([] if logged_out else ["ada"]), f"the logout returned {logged_out}, the sweep {ended}"
    assert sessions.users() == []


@explored(
    promise="Each session is ended once: by the one logout that returns True, or by the one expire that names its user."
)
def test_two_sweeps_at_once_name_each_user_once(lab):
    sessions = sessions_of(lab, ada=0, bob=0)
    ended = run_together((sessions.expire, 10), (sessions.expire, 10))
    assert sorted(ended[0] + ended[1]) == ["ada", "bob"], f"ada and bob were idle, the sweeps ended {ended}"
    assert sessions.users() == []


@explored(promise="A session begins with a login.")
def test_a_click_during_a_logout_does_not_bring_the_session_back(lab):
    sessions = sessions_of(lab, ada=0)
    _, logged_out = run_together((sessions.click, "ada", 1), (sessions.logout, "ada"))
    users = sessions.users()
    assert (logged_out, users) == (True, []), f"ada has logged out ({logged_out}), logged in are {users}"


@explored(
    promise="A session begins with a login. It ends by a logout, or because expire() found it idle: "
    "no click and no login of its user for lifetime seconds or more."
)
def test_a_session_in_use_is_there_all_the_time(lab):
    sessions = sessions_of(lab, ada=0)
    ended, clicked = run_together((sessions.expire, 5), (sessions.click, "ada", 5))
    assert (ended, clicked) == ([], True), f"the sweep ended {ended}, and the click found a session: {clicked}"
    assert sessions.users() == ["ada"]


@explored(
    promise="A session begins with a login. It ends by a logout, or because expire() found it idle: "
    "no click and no login of its user for lifetime seconds or more."
)
def test_two_users_come_and_go_at_the_same_time(lab):
    sessions = sessions_of(lab, ada=0)
    logged_out, _ = run_together((sessions.logout, "ada"), (sessions.login, "bob", 1))
    users = sessions.users()
    assert (logged_out, users) == (True, ["bob"]), f"ada has gone ({logged_out}) and bob has come, seen are {users}"


@explored(
    promise="Every method may be called from any number of threads at the same time, and none of them ever raises."
)
def test_the_list_of_users_can_be_read_while_users_come(lab):
    sessions = sessions_of(lab, ada=0)
    users, _ = run_together(sessions.users, (sessions.login, "bob", 0))
    assert users in (["ada"], ["ada", "bob"]), f"ada was there and bob came, the list was {users}"


@explored(promise="End every session that is idle at the time now; return their users, in any order.")
def test_users_who_come_and_go_do_not_hide_an_idle_session(lab):
    # As many come as go, so the dict has the same size at each look of a loop that runs over it. It gets no error, and
    # may miss entries all the same, for a dict that has no room left moves them together.
    sessions = sessions_of(lab, bob=9, cleo=9, dora=9, ada=0)

    def come_and_go():
        for gone, come in (("bob", "emil"), ("cleo", "finn")):
            sessions.logout(gone)
            sessions.login(come, 9)

    ended, _ = run_together((sessions.expire, 10), come_and_go)
    assert ended == ["ada"], f"ada's session was idle all the time, the sweep ended those of {ended}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="Every method may be called from any number of threads at the same time, and none of them ever raises.",
)
def test_shoppers_and_the_sweep_do_not_disturb_each_other_under_load(lab):
    sessions = sessions_of(lab, ada=0, bob=0)
    ended, *_ = run_together(
        (lab.sweep, sessions, [10]),
        (lab.shop, sessions, "bob", [10]),
        (lab.shop, sessions, "cleo", [10]),
    )
    assert ended in (["ada"], ["ada", "bob"], ["bob", "ada"]), f"ada was idle, and perhaps bob; thrown out were {ended}"
    assert sessions.users() == ["bob", "cleo"]


# Property: hypothesis draws what two threads do, the engine runs every class of schedules of it. What happened to each
# user must have an explanation: an order of the steps, one after the other, in which they give these results.

steps = st.sampled_from(
    [
        ("expire", LIFETIME),
        ("click", "ada", LIFETIME),
        ("logout", "ada"),
        ("login", "ada", LIFETIME),
        ("login", "bob", LIFETIME),
        ("users",),
    ]
)


def follow(sessions, plan):
    """Carry out `plan`; return what each step returned."""
    return [getattr(sessions, name)(*arguments) for name, *arguments in plan]


def steps_on(user, plan, results):
    """What a thread did to `user`: name, time and result of each step."""
    mine = []
    for (name, *arguments), result in zip(plan, results, strict=True):
        if name in ("expire", "users"):
            mine.append((name, *arguments, user in result))
        elif arguments[0] == user:
            mine.append((name, *arguments[1:], result))
    return mine


def after(seen, name, *rest):
    """Return when the user was last seen (None without a session) after a step, and what the step returns."""
    if name == "users":
        return seen, seen is not None
    if name == "login":
        return rest[0], None
    if name == "click":
        return (None, False) if seen is None else (rest[0], True)
    idle = seen is not None and (name == "logout" or rest[0] - seen >= LIFETIME)
    return None if idle else seen, idle


def explained(seen, here, there, at_the_end):
    """True when an order of the steps gives these results, and a session (or none) at the end."""
    if not here and not there:
        return (seen is not None) == at_the_end
    for first, others in ((here, there), (there, here)):
        if first:
            now, result = after(seen, *first[0][:-1])
            if result == first[0][-1] and explained(now, first[1:], others, at_the_end):
                return True
    return False


@settings(max_examples=15)
@given(seen=st.sampled_from([0, 1]), here=st.lists(steps, max_size=2), there=st.lists(steps, max_size=1))
@explored(
    promise="What is done to the session of one user takes effect step by step: each login, click and logout, "
    "and what an expire does to this user, at one moment between its call and its return."
)
def test_whatever_two_threads_do_each_session_has_one_story(lab, seen, here, there):
    sessions = sessions_of(lab, ada=seen)
    results = run_together((follow, sessions, here), (follow, sessions, there))
    at_the_end = sessions.users()
    for user in ("ada", "bob"):
        mine = [steps_on(user, plan, result) for plan, result in zip((here, there), results, strict=True)]
        story = explained(seen if user == "ada" else None, *mine, user in at_the_end)
        assert story, f"no order of {mine[0]} and {mine[1]} leaves {user} {'in' if user in at_the_end else 'out'}"
