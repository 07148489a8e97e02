"""Lab 12, the camera ring: every position gets its two cameras, and no camera takes part in two pictures at once."""

import threading
import time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed

IN_STEP = 100


def pair(left, right):
    """An exposure: a picture is the pair of its cameras."""
    return left, right


class Studio:
    """Cameras that count their pictures, and would miscount if they took part in two at once."""

    def __init__(self, cameras):
        self.counts = [0] * cameras

    def expose(self, left, right):
        """Have both cameras count, then return the pair of them."""
        self.counts[left] += 1
        self.counts[right] += 1
        return left, right


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="From position p, camera p and the next one round the circle take a picture together.")
def test_a_picture_is_taken_by_the_camera_of_the_position_and_the_next_one(lab):
    ring = lab.CameraRing(3)
    assert [ring.shoot(position, pair) for position in (0, 1, 2)] == [(0, 1), (1, 2), (2, 0)]
    assert lab.scan(ring, 2, 3, pair) == [(2, 0)] * 3


@explored(promise="Raises: IndexError: there is no such position.")
def test_what_is_no_ring_and_what_is_no_position_is_refused(lab):
    with pytest.raises(ValueError):
        lab.CameraRing(2)
    ring = lab.CameraRing(4)
    for position in (-1, 4):
        with pytest.raises(IndexError):
            ring.shoot(position, pair)
    assert ring.shoot(3, pair) == (3, 0)


@explored(promise="Exception: what expose raised. The cameras are free again then too.")
def test_the_cameras_are_free_again_after_an_exposure_that_failed(lab):
    ring = lab.CameraRing(3)

    def fail(left, right):
        raise OSError(f"camera {left} does not answer")

    for position in (0, 1, 2, 0):
        with pytest.raises(OSError, match=f"camera {position} does not answer"):
            ring.shoot(position, fail)
    assert [ring.shoot(position, pair) for position in (0, 1, 2)] == [(0, 1), (1, 2), (2, 0)]


# Witness: each of the two waits in its exposure until the other is there.


@explored(
    promise="Two positions that share no camera can take their pictures at the same time: "
    "as long as no third call is under way, neither waits for the other."
)
def test_two_positions_that_share_no_camera_take_their_pictures_at_the_same_time(lab):
    ring, both = lab.CameraRing(4), threading.Barrier(2)
    run_together(*[(ring.shoot, position, lambda left, right: both.wait()) for position in (1, 3)])


# Witness, in exact virtual time: the clock moves only when every thread waits, so "at once" means to the tick.


@explored(
    time="exact",
    strategy="dfs",
    preemptions=0,
    inconclusive="pass",
    promise="A call that waits goes on as soon as a picture that is done makes room for it.",
)
def test_a_position_that_waits_goes_on_when_its_neighbour_is_done(lab):
    """Not exhaustive: it measures, and proves nothing about order, so schedules without a preemption are enough."""
    ring = lab.CameraRing(3)
    started = time.monotonic()

    def first(left, right):
        time.sleep(0.7654321)

    def second(left, right):
        return time.monotonic()

    def wait_a_little_and_shoot():
        time.sleep(0.1234567)
        return ring.shoot(1, second)

    _, exposed = run_together((ring.shoot, 0, first), wait_a_little_and_shoot)
    assert exposed - started == pytest.approx(0.7654321), "the camera was free, and the neighbour still waited"


# Both wait for one and the same picture, which is done whatever happens, and share no camera: both have to be woken.


@explored(promise="A call that waits goes on as soon as a picture that is done makes room for it.")
def test_two_positions_that_wait_for_one_picture_both_go_on_when_it_is_done(lab):
    ring, both = lab.CameraRing(4), threading.Barrier(2)
    beside = [threading.Thread(target=ring.shoot, args=(place, lambda left, right: both.wait())) for place in (1, 3)]

    def expose(left, right):
        for thread in beside:
            thread.start()

    ring.shoot(0, expose)
    for thread in beside:
        thread.join()


# Explored. All that matters in the first is who gets which camera when. It is exhaustive for a lock order, with 6
# classes, and for a footman, with 126.


@explored(
    max_schedules=160,
    max_steps=300,
    inconclusive="pass",
    promise="Every call returns, as long as exposures come to an end: "
    "no position waits for ever, and none tries for ever.",
)
def test_three_positions_in_a_ring_all_take_their_picture(lab):
    """Not exhaustive: with a waiter it would be more than 1000 classes, and no end of them for who tries again."""
    ring = lab.CameraRing(3)
    assert run_together(*[(ring.shoot, position, pair) for position in (0, 1, 2)]) == [(0, 1), (1, 2), (2, 0)]


# In step: past max_steps operations the threads take turns, one operation each, and no schedule is fairer than that. So
# that this has begun when the three set out, the signal to start is cleared so many times before it is set. Who gets
# nowhere like this in three times as many operations gets nowhere at all: a livelock.


@explored(
    strategy="dfs",
    preemptions=0,
    max_schedules=1,
    max_steps=IN_STEP,
    inconclusive="pass",
    promise="Every call returns, as long as exposures come to an end: "
    "no position waits for ever, and none tries for ever.",
)
def test_three_positions_that_go_in_step_all_take_their_picture(lab):
    """Not exhaustive: it is the one schedule in which all threads go in step."""
    ring, start = lab.CameraRing(3), threading.Event()

    def signal():
        for _ in range(IN_STEP):
            start.clear()
        start.set()

    def shoot(position):
        start.wait()
        return ring.shoot(position, pair)

    album = run_together(signal, (shoot, 0), (shoot, 1), (shoot, 2))
    assert album == [None, (0, 1), (1, 2), (2, 0)]


# Some circles close only when a position comes back while its neighbours still wait.


@explored(
    time="exact",
    strategy="dfs",
    preemptions=1,
    max_schedules=200,
    max_steps=300,
    inconclusive="pass",
    promise="Every call returns, as long as exposures come to an end: "
    "no position waits for ever, and none tries for ever.",
)
def test_a_position_that_scans_on_leaves_its_neighbours_their_cameras(lab):
    """Not exhaustive: with a waiter it would be thousands of classes, and one preemption is enough for a circle."""
    ring, studio = lab.CameraRing(3), Studio(3)
    beside = [threading.Thread(target=ring.shoot, args=(place, studio.expose)) for place in (1, 2)]

    def expose(left, right):
        for thread in beside:
            if thread.ident is None:
                thread.start()
        time.sleep(1)  # in exact virtual time this ends when both neighbours wait
        return left, right

    assert lab.scan(ring, 0, 2, expose) == [(0, 1)] * 2
    for thread in beside:
        thread.join()
    assert studio.counts == [1, 1, 2], f"a camera took part in two pictures at once: the counts are {studio.counts}"


# The same with one picture of each, and exhaustive: 2 classes with a lock order, up to 116 with a waiter.


@explored(promise="A camera takes part in one picture at a time.")
def test_a_camera_takes_part_in_one_picture_at_a_time(lab):
    ring, studio = lab.CameraRing(3), Studio(3)
    beside = [threading.Thread(target=ring.shoot, args=(place, studio.expose)) for place in (1, 2)]

    def expose(left, right):
        for thread in beside:
            thread.start()
        return left, right

    assert ring.shoot(0, expose) == (0, 1)
    for thread in beside:
        thread.join()
    assert studio.counts == [1, 1, 2], f"a camera took part in two pictures at once: the counts are {studio.counts}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="Every call returns, as long as exposures come to an end: "
    "no position waits for ever, and none tries for ever.",
)
def test_a_scan_comes_to_an_end_under_load(lab):
    ring, studio = lab.CameraRing(3), Studio(3)
    albums = run_together(*[(lab.scan, ring, position, 2 - position % 2, studio.expose) for position in (0, 1, 2)])
    assert albums == [[(0, 1)] * 2, [(1, 2)], [(2, 0)] * 2]
    assert studio.counts == [4, 3, 3], f"a camera took part in two pictures at once: the counts are {studio.counts}"


# Property: hypothesis draws a ring, two positions and what they scan; the engine runs every class of schedules of it.


@settings(max_examples=10, report_multiple_bugs=False, phases=set(Phase) - {Phase.explain})
@given(
    cameras=st.integers(3, 5),
    positions=st.lists(st.integers(0, 2), min_size=2, max_size=2, unique=True),
    pictures=st.integers(1, 2),
)
@explored(max_steps=300, promise="A camera takes part in one picture at a time.")
def test_whoever_scans_gets_all_pictures(lab, cameras, positions, pictures):
    ring, studio = lab.CameraRing(cameras), Studio(cameras)
    first, second = positions
    albums = run_together((lab.scan, ring, first, pictures, studio.expose), (lab.scan, ring, second, 1, studio.expose))
    assert albums == [[(first, (first + 1) % cameras)] * pictures, [(second, (second + 1) % cameras)]]
    expected = [sum(camera in picture for album in albums for picture in album) for camera in range(cameras)]
    assert studio.counts == expected, f"a camera took part in two pictures at once: {studio.counts}, not {expected}"
