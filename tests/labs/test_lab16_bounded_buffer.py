"""Lab 16, the bounded buffer: every item comes out once, and nobody waits without a reason."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


def put_all(buffer, items):
    """Put each of `items`."""
    for item in items:
        buffer.put(item)


def get_many(buffer, count):
    """Get `count` items and return them in the order in which they came."""
    return [buffer.get() for _ in range(count)]


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang.


@explored(promise="Each item that was put comes out exactly once, and in the order of the puts.")
def test_items_come_out_in_the_order_in_which_they_went_in(lab):
    buffer = lab.BoundedBuffer(3)
    put_all(buffer, "abc")
    assert get_many(buffer, 2) == ["a", "b"]
    put_all(buffer, "de")
    assert get_many(buffer, 3) == ["c", "d", "e"]


@explored(promise="Raises: ValueError: capacity is less than 1.")
def test_a_buffer_without_room_is_refused(lab):
    with pytest.raises(ValueError):
        lab.BoundedBuffer(0)


@explored(promise="Each item that was put comes out exactly once, and in the order of the puts.")
def test_whatever_was_put_is_an_item(lab):
    buffer = lab.BoundedBuffer(4)
    put_all(buffer, [None, False, "", 0])
    assert get_many(buffer, 4) == [None, False, "", 0]


# Witness, in exact virtual time: the clock moves only when every thread waits, so "at once" means to the tick.


@explored(
    time="exact",
    strategy="dfs",
    preemptions=0,
    inconclusive="pass",
    promise="A thread that waits goes on as soon as it can: nobody waits while there is an item, or room, for it.",
)
def test_a_waiting_thread_goes_on_at_once(lab):
    """Not exhaustive: it measures time and proves nothing about order, so schedules without preemptions are enough."""
    buffer = lab.BoundedBuffer(1)

    def upload():
        time.sleep(0.1234567)
        put_all(buffer, "abc")
        return time.monotonic()

    def resize():
        got = []
        for pause in (0.7654321, 0, 0):
            buffer.get()
            got.append(time.monotonic())
            time.sleep(pause)
        return got

    started = time.monotonic()
    put, got = run_together(upload, resize)
    assert got[0] - started == pytest.approx(0.1234567), "an item was there, and the resizer still waited"
    assert put - started == pytest.approx(0.8888888), "there was room, and the uploader still waited"


# Explored, all of them exhaustive: every class of schedules is run. With two conditions over one lock these are 16 to
# 28 classes a test; with two locks up to 230.


@explored(promise="put() waits while the buffer is full, get() waits while it is empty.")
def test_one_uploader_and_two_resizers_all_finish(lab):
    buffer = lab.BoundedBuffer(1)
    _, one, two = run_together((put_all, buffer, "ab"), buffer.get, buffer.get)
    assert sorted([one, two]) == ["a", "b"]


@explored(
    promise="A thread that waits goes on as soon as it can: nobody waits while there is an item, or room, for it."
)
def test_two_uploaders_and_one_resizer_all_finish(lab):
    buffer = lab.BoundedBuffer(1)
    uploaders = [threading.Thread(target=buffer.put, args=(photo,)) for photo in "ab"]
    for uploader in uploaders:
        uploader.start()
    got = get_many(buffer, 2)
    for uploader in uploaders:
        uploader.join()
    assert sorted(got) == ["a", "b"]


@explored(
    promise="A thread that waits goes on as soon as it can: nobody waits while there is an item, or room, for it."
)
def test_two_items_wake_two_waiting_resizers(lab):
    buffer = lab.BoundedBuffer(2)
    resizers = [threading.Thread(target=buffer.get) for _ in range(2)]
    for resizer in resizers:
        resizer.start()
    put_all(buffer, "ab")
    for resizer in resizers:
        resizer.join()


@explored(
    promise="A thread that waits goes on as soon as it can: nobody waits while there is an item, or room, for it."
)
def test_room_for_two_wakes_two_waiting_uploaders(lab):
    buffer = lab.BoundedBuffer(2)
    put_all(buffer, "ab")
    uploaders = [threading.Thread(target=buffer.put, args=(photo,)) for photo in "cd"]
    for uploader in uploaders:
        uploader.start()
    got = get_many(buffer, 2)
    for uploader in uploaders:
        uploader.join()
    assert got == ["a", "b"]
    assert sorted(get_many(buffer, 2)) == ["c", "d"]


@explored(promise="A first-in, first-out buffer that holds at most capacity items.")
def test_the_buffer_never_holds_more_than_it_has_room_for(lab):
    buffer = lab.BoundedBuffer(1)
    buffer.put("a")
    returned = []

    def upload(photo):
        buffer.put(photo)
        returned.append(photo)

    for photo in "bc":  # one of them may wait to the end: nobody joins them, and daemons need not finish
        threading.Thread(target=upload, args=(photo,), daemon=True).start()
    assert buffer.get() == "a"
    assert len(returned) <= 1, "there was room for one item, and two uploaders put theirs"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(rounds=200, promise="Each item that was put comes out exactly once, and in the order of the puts.")
def test_every_item_comes_out_once_under_load(lab):
    buffer = lab.BoundedBuffer(1)
    results = run_together(
        (put_all, buffer, "abc"),
        (put_all, buffer, "def"),
        (get_many, buffer, 2),
        (get_many, buffer, 2),
        (get_many, buffer, 2),
    )
    assert sorted(results[2] + results[3] + results[4]) == list("abcdef")


# Property: hypothesis draws the room and the items, the engine runs every class of schedules of one uploader and one
# resizer.


@settings(max_examples=10)
@given(room=st.integers(1, 2), items=st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=3))
@explored(promise="Each item that was put comes out exactly once, and in the order of the puts.")
def test_items_keep_their_order_on_the_way_from_thread_to_thread(lab, room, items):
    buffer = lab.BoundedBuffer(room)
    _, got = run_together((put_all, buffer, items), (get_many, buffer, len(items)))
    assert got == items
