"""Lab 1, the hit counter: every visit counts exactly once."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Return how many visits there have been.")
def test_a_new_counter_shows_zero(lab):
    assert lab.HitCounter().total() == 0


@explored(promise="Each call of hit() counts exactly once.")
def test_each_hit_counts_once(lab):
    counter = lab.HitCounter()
    totals = []
    for _ in range(3):
        counter.hit()
        totals.append(counter.total())
    assert totals == [1, 2, 3]
    assert counter.total() == 3, "asking for the total changed it"


@explored(promise="The visit counter of one page.")
def test_two_counters_do_not_share_their_hits(lab):
    home, shop = lab.HitCounter(), lab.HitCounter()
    lab.serve(home, ["Ada", "Alan"])
    shop.hit()
    assert (home.total(), shop.total()) == (2, 1)


# Explored, all of them exhaustive: every class of schedules is run. With one lock that is 2 classes for two hits and 3
# for three hits by two threads; with a thread that owns the number up to 42.


@explored(promise="Each call of hit() counts exactly once.")
def test_two_visitors_at_once_are_two_hits(lab):
    counter = lab.HitCounter()
    run_together(counter.hit, counter.hit)
    total = counter.total()
    assert total == 2, f"expected 2 hits, the counter shows {total}"


@explored(promise="Each call of hit() counts exactly once.")
def test_a_busy_and_a_slow_worker_lose_no_hit(lab):
    counter = lab.HitCounter()
    busy = threading.Thread(target=lab.serve, args=(counter, ["Ada", "Alan"]))
    slow = threading.Thread(target=lab.serve, args=(counter, ["Grace"]))
    busy.start()
    slow.start()
    busy.join()
    slow.join()
    total = counter.total()
    assert total == 3, f"expected 3 hits, the counter shows {total}"


@explored(promise="total() counts every hit that had returned before total() was called.")
def test_a_total_asked_for_in_between_counts_all_that_returned_and_loses_none(lab):
    counter = lab.HitCounter()
    counter.hit()
    _, between = run_together(counter.hit, counter.total)
    assert between in (1, 2), f"1 hit had returned and 1 was under way, the counter showed {between}"
    total = counter.total()
    assert total == 2, f"expected 2 hits, the counter shows {total}"


@explored(promise="total() counts every hit that had returned before total() was called.")
def test_two_readers_at_once_see_the_same_total(lab):
    counter = lab.HitCounter()
    counter.hit()
    totals = run_together(counter.total, counter.total)
    assert totals == [1, 1], f"there was 1 hit, two readers saw {totals}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(rounds=200, promise="Each call of hit() counts exactly once.")
def test_no_hit_is_lost_under_load(lab):
    counter = lab.HitCounter()
    run_together(*[(lab.serve, counter, ["Ada", "Alan", "Grace"])] * 4)
    total = counter.total()
    assert total == 12, f"expected 12 hits, the counter shows {total}"


# Property: hypothesis draws what two threads do, the engine runs every class of schedules of it.

plans = st.lists(st.sampled_from(["hit", "total"]), min_size=1, max_size=2)


def follow(counter, plan):
    """Carry out `plan`; return each total together with the thread's own hits before it."""
    seen = []
    hits = 0
    for step in plan:
        if step == "hit":
            counter.hit()
            hits += 1
        else:
            seen.append((hits, counter.total()))
    return seen


@settings(max_examples=15)
@given(first=plans, second=plans)
@explored(promise="Each call of hit() counts exactly once.")
def test_whatever_two_threads_do_the_totals_are_true(lab, first, second):
    counter = lab.HitCounter()
    everything = (first + second).count("hit")
    for seen in run_together((follow, counter, first), (follow, counter, second)):
        for own, total in seen:
            assert own <= total <= everything
    assert counter.total() == everything
