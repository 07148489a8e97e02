"""Lab 13, the event bus: each event reaches those who are to get it, and no listener can stop the bus."""

import queue
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_tools import explored, run_together, stressed


class Inbox:
    """A listener that keeps the numbers of the events that it gets."""

    def __init__(self):
        self.got = queue.SimpleQueue()

    def __call__(self, number, event):
        self.got.put((number, event))

    def check(self, expected):
        """Wait until so many events came as are expected; they and no others must be there, in any order."""
        came = sorted(self.got.get() for _ in expected)
        assert came == sorted(expected), f"expected {sorted(expected)}, this listener got {came}"
        assert self.got.empty(), f"expected {sorted(expected)}, this listener got {self.got.get()} beside them"


class Once(Inbox):
    """A listener that wants one event: it unsubscribes itself."""

    def __init__(self, bus):
        super().__init__()
        self.bus = bus

    def __call__(self, number, event):
        self.bus.unsubscribe(self)
        super().__call__(number, event)


def says_it_is_not_subscribed(bus, listener):
    """True if unsubscribing it is a ValueError."""
    try:
        bus.unsubscribe(listener)
    except ValueError:
        return True
    return False


# Sequential: one thread, so there is one schedule. @explored all the same: a program that waits for itself is then
# reported, and does not hang. (A bus may have threads of its own to call the listeners.)


@explored(promise="Pass event on to all listeners; return its number.")
def test_each_listener_gets_each_event(lab):
    bus = lab.EventBus()
    inboxes = [Inbox(), Inbox()]
    assert [bus.subscribe(inbox) for inbox in inboxes] == [0, 0]
    assert [bus.publish("open"), bus.publish("close")] == [1, 2]
    for inbox in inboxes:
        inbox.check([(1, "open"), (2, "close")])


@explored(
    promise="Who gets an event is decided at the moment when it gets its number: each listener that is subscribed at "
    "that moment is called with it once, even if it is unsubscribed before its turn comes."
)
def test_a_listener_gets_what_is_published_while_it_is_subscribed(lab):
    bus = lab.EventBus()
    inbox, other = Inbox(), Inbox()
    bus.subscribe(other)
    bus.publish("before")
    assert bus.subscribe(inbox) == 1
    bus.publish("during")
    assert bus.unsubscribe(inbox) == 2
    bus.publish("after")
    other.check([(1, "before"), (2, "during"), (3, "after")])
    inbox.check([(2, "during")])


@explored(promise="Raises: ValueError: it is not subscribed.")
def test_who_is_not_subscribed_cannot_be_unsubscribed(lab):
    bus = lab.EventBus()
    inbox = Inbox()
    assert says_it_is_not_subscribed(bus, inbox)
    bus.subscribe(inbox)
    assert not says_it_is_not_subscribed(bus, inbox)
    assert says_it_is_not_subscribed(bus, inbox)
    assert bus.publish("open") == 1


# Explored, all of them exhaustive: every class of schedules is run. With one lock, held for the copy, these are 1 to 12
# classes a test; where threads of the bus call the listeners up to 50 for one thread that publishes.
#
# The first two are witnesses as well: a listener and another thread's call of the bus have to overlap. Where they
# cannot, the engine proves a deadlock; nobody looks at a clock.


@explored(
    promise="A listener may take its time. It may call any method of the bus, and it may wait for other threads that "
    "do: no call of a method ever waits for what a listener does with the event of another call."
)
def test_a_listener_may_wait_for_a_thread_that_publishes(lab):
    bus = lab.EventBus()
    clerk = threading.Thread(target=bus.publish, args=("counted",), name="clerk")

    def wait_for_the_clerk(number, event):
        if event == "order":
            clerk.join()

    inbox = Inbox()
    bus.subscribe(wait_for_the_clerk)
    bus.subscribe(inbox)
    clerk.start()
    number = bus.publish("order")
    inbox.check([(number, "order"), (3 - number, "counted")])


@explored(
    promise="A listener may take its time. It may call any method of the bus, and it may wait for other threads that "
    "do: no call of a method ever waits for what a listener does with the event of another call."
)
def test_a_listener_may_wait_for_a_thread_that_subscribes_and_unsubscribes(lab):
    bus = lab.EventBus()
    late = Inbox()

    def come_and_go():
        bus.subscribe(late)
        bus.unsubscribe(late)

    clerk = threading.Thread(target=come_and_go, name="clerk")
    bus.subscribe(lambda number, event: clerk.join())
    clerk.start()
    assert bus.publish("order") == 1
    clerk.join()


@explored(
    promise="Who gets an event is decided at the moment when it gets its number: each listener that is subscribed at "
    "that moment is called with it once, even if it is unsubscribed before its turn comes."
)
def test_a_listener_that_unsubscribes_itself_takes_no_event_from_others(lab):
    bus = lab.EventBus()
    once, inbox = Once(bus), Inbox()
    bus.subscribe(once)
    bus.subscribe(inbox)
    bus.publish("first")
    inbox.check([(1, "first")])
    once.check([(1, "first")])
    bus.publish("second")
    inbox.check([(2, "second")])
    once.check([])


@explored(
    promise="A listener may take its time. It may call any method of the bus, and it may wait for other threads that "
    "do: no call of a method ever waits for what a listener does with the event of another call."
)
def test_a_listener_may_publish_and_subscribe(lab):
    bus = lab.EventBus()
    inbox, late = Inbox(), Inbox()

    def reply(number, event):
        if event == "order":
            late.since = bus.subscribe(late)
            bus.publish("packed")

    bus.subscribe(reply)
    bus.subscribe(inbox)
    bus.publish("order")
    inbox.check([(1, "order"), (2, "packed")])
    assert late.since == 1, f"it was subscribed while event 1 was passed on, it was told of event {late.since}"
    late.check([(2, "packed")])


@explored(promise="The events are numbered 1, 2, 3, ... in the order in which they are published.")
def test_two_events_at_once_get_two_numbers_and_reach_everybody(lab):
    bus = lab.EventBus()
    inbox = Inbox()
    bus.subscribe(inbox)
    numbers = run_together((bus.publish, "order"), (bus.publish, "order"))
    assert sorted(numbers) == [1, 2], f"expected the numbers 1 and 2, got {numbers}"
    inbox.check([(1, "order"), (2, "order")])


@explored(promise="The number of the last event so far, 0 if there was none: the listener gets those after it.")
def test_who_subscribes_gets_the_events_after_the_number_it_is_told(lab):
    bus = lab.EventBus()
    inbox = Inbox()
    since, number = run_together((bus.subscribe, inbox), (bus.publish, "order"))
    assert (since, number) in ((0, 1), (1, 1)), f"one event was published, the numbers are {since} and {number}"
    inbox.check([(1, "order")] if since == 0 else [])


@explored(promise="The number of the last event so far, 0 if there was none: the listener gets none after it.")
def test_who_unsubscribes_gets_the_events_up_to_the_number_it_is_told(lab):
    bus = lab.EventBus()
    inbox = Inbox()
    bus.subscribe(inbox)
    until, number = run_together((bus.unsubscribe, inbox), (bus.publish, "order"))
    assert (until, number) in ((0, 1), (1, 1)), f"one event was published, the numbers are {until} and {number}"
    inbox.check([(1, "order")] if until == 1 else [])


@explored(promise="Let listener have all events from now on.")
def test_who_comes_while_another_goes_is_not_forgotten(lab):
    bus = lab.EventBus()
    going, coming, third = Inbox(), Inbox(), Inbox()
    bus.subscribe(going)
    bus.subscribe(third)
    run_together((bus.unsubscribe, going), (bus.subscribe, coming))
    bus.publish("order")
    for inbox in (coming, third):
        inbox.check([(1, "order")])
    going.check([])


@explored(promise="Have a message written for one event from now on, whichever comes first, and for no other.")
def test_of_two_orders_at_once_not_both_are_welcomed(lab):
    bus = lab.EventBus()
    messages, inbox = [], Inbox()
    lab.welcome_one(bus, messages)
    bus.subscribe(inbox)
    run_together((bus.publish, "order"), (bus.publish, "order"))
    inbox.check([(1, "order"), (2, "order")])
    assert len(messages) <= 1, f"one order is to be welcomed, the messages are {messages}"


# Stressed: the same on threads of the operating system, with seeded noise.


@stressed(
    rounds=200,
    promise="Who gets an event is decided at the moment when it gets its number: each listener that is subscribed at "
    "that moment is called with it once, even if it is unsubscribed before its turn comes.",
)
def test_every_event_reaches_everybody_under_load(lab):
    bus = lab.EventBus()
    once, inbox = Once(bus), Inbox()
    bus.subscribe(once)
    bus.subscribe(inbox)
    bus.publish("open")
    once.check([(1, "open")])
    run_together((bus.publish, "order"), (bus.publish, "order"))
    inbox.check([(1, "open"), (2, "order"), (3, "order")])


# Property: hypothesis draws what two threads do, the engine runs every class of schedules of it. Each listener must
# have got the events between the two numbers that it was told.

steps = st.sampled_from(["publish", "come", "come and go"])


def follow(bus, plan):
    """Carry out `plan`; return the numbers in the order in which they came, and (listener, since, until) for each."""
    numbers, listeners = [], []
    for step in plan:
        if step == "publish":
            numbers.append(bus.publish("event"))
        else:
            listener = Inbox()
            since = bus.subscribe(listener)
            until = bus.unsubscribe(listener) if step == "come and go" else None
            numbers += [since] if until is None else [since, until]
            listeners.append((listener, since, until))
    return numbers, listeners


@settings(max_examples=15)
@given(first=st.lists(steps, min_size=1, max_size=2), second=st.lists(steps, min_size=1, max_size=1))
@explored(
    promise="Who gets an event is decided at the moment when it gets its number: each listener that is subscribed at "
    "that moment is called with it once, even if it is unsubscribed before its turn comes."
)
def test_whatever_two_threads_do_everybody_gets_their_events(lab, first, second):
    bus = lab.EventBus()
    results = run_together((follow, bus, first), (follow, bus, second))
    last = (first + second).count("publish")
    assert bus.publish("last") == last + 1, f"{last} events were published before"
    for numbers, listeners in results:
        assert numbers == sorted(numbers), f"one thread was told these numbers in this order: {numbers}"
        for listener, since, until in listeners:
            upto = last + 1 if until is None else until
            listener.check([(n, "event" if n <= last else "last") for n in range(since + 1, upto + 1)])
