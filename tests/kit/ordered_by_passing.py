"""Programs without a data race: what queues, threads and futures order."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

from ordered_programs import ordered

from sync_tools import run_together


class Box:
    """What the threads share; of this module, whose accesses are seen."""

    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1


# ---- queues ----------------------------------------------------------------------------------------------------------


@ordered
def an_object_passed_through_a_queue():
    channel: queue.Queue[Box] = queue.Queue()

    def producer():
        box = Box()
        box.value = 1
        channel.put(box)

    def consumer():
        return channel.get().value

    assert run_together(producer, consumer)[1] == 1


@ordered
def an_object_passed_through_a_simple_queue():
    channel: queue.SimpleQueue[Box] = queue.SimpleQueue()

    def producer():
        box = Box()
        box.value = 1
        channel.put(box)

    def consumer():
        return channel.get().value

    assert run_together(producer, consumer)[1] == 1


@ordered
def the_room_in_a_bounded_queue():
    box = Box()
    channel: queue.Queue[int] = queue.Queue(1)

    def producer():
        channel.put(1)
        channel.put(2)  # goes on once the other has taken the first, and is done with the box
        return box.value

    def consumer():
        box.value = 1
        channel.get()

    assert run_together(producer, consumer)[0] == 1


@ordered
def the_tasks_of_a_queue_awaited():
    box = Box()
    channel: queue.Queue[int] = queue.Queue()
    channel.put(1)

    def worker():
        box.value = channel.get()
        channel.task_done()

    def boss():
        channel.join()
        return box.value

    assert run_together(worker, boss)[1] == 1


@ordered
def an_item_found_in_a_queue():
    box = Box()
    channel: queue.Queue[int] = queue.Queue()

    def producer():
        box.value = 1
        channel.put(1)

    def consumer():
        try:
            return channel.get_nowait() and box.value
        except queue.Empty:
            return 1

    assert run_together(producer, consumer)[1] == 1


@ordered
def a_queue_looked_into_under_its_mutex():
    box = Box()
    channel: queue.Queue[int] = queue.Queue()

    def producer():
        box.value = 1
        channel.put(1)

    def consumer():
        with channel.mutex:
            seen = len(channel.queue)
        return box.value if seen else 1

    assert run_together(producer, consumer)[1] == 1


# ---- threads ---------------------------------------------------------------------------------------------------------


@ordered
def a_thread_started_and_joined():
    box = Box()
    helper = threading.Thread(target=box.add)
    first = threading.Thread(target=box.add)
    first.start()
    first.join()
    box.add()
    helper.start()
    helper.join()
    assert box.value == 3


@ordered
def a_join_with_a_time_out_that_succeeded():
    box = Box()
    thread = threading.Thread(target=box.add)
    thread.start()
    thread.join(1)
    if not thread.is_alive():
        box.add()


@ordered
def a_thread_seen_dead():
    box = Box()
    thread = threading.Thread(target=box.add)
    thread.start()
    while thread.is_alive():
        pass
    assert box.value == 1


@ordered
def a_thread_started_by_a_thread():
    box = Box()

    def outer():
        box.add()
        inner = threading.Thread(target=box.add)
        inner.start()
        inner.join()
        box.add()

    thread = threading.Thread(target=outer)
    thread.start()
    thread.join()
    assert box.value == 3


@ordered
def a_timer_joined():
    box = Box()
    timer = threading.Timer(1, box.add)
    box.add()
    timer.start()
    timer.join()
    box.add()
    assert box.value == 3


@ordered
def a_namespace_of_each_thread():
    space = threading.local()

    def work(value):
        space.value = value
        space.value += 1
        return space.value

    assert run_together((work, 1), (work, 5)) == [2, 6]


# ---- futures ---------------------------------------------------------------------------------------------------------


@ordered
def the_result_of_a_future():
    box = Box()
    with ThreadPoolExecutor(1) as pool:
        box.add()
        pool.submit(box.add).result()
        box.add()
    assert box.value == 3


@ordered
def futures_waited_for():
    boxes = [Box(), Box()]
    with ThreadPoolExecutor(2) as pool:
        wait([pool.submit(box.add) for box in boxes])
        assert [box.value for box in boxes] == [1, 1]


@ordered
def futures_as_they_are_completed():
    boxes = [Box(), Box()]

    def work(box):
        box.add()
        return box

    with ThreadPoolExecutor(2) as pool:
        for future in as_completed([pool.submit(work, box) for box in boxes]):
            assert future.result().value == 1


@ordered
def the_callback_of_a_future():
    box = Box()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(box.add)
        future.add_done_callback(lambda _: box.add())  # in the worker, or here once the worker is done
    assert box.value == 2


@ordered
def a_future_seen_done():
    box = Box()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(box.add)
        if future.done():
            box.add()


@ordered
def the_results_of_a_map():
    boxes = [Box(), Box()]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Box.add, boxes))
        assert [box.value for box in boxes] == [1, 1]


@ordered
def a_pool_shut_down():
    boxes = [Box(), Box()]
    pool = ThreadPoolExecutor(2)
    for box in boxes:
        pool.submit(box.add)
    pool.shutdown()
    assert [box.value for box in boxes] == [1, 1]
