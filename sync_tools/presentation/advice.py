"""What to try against each class of bug: one sentence, which tells the rule and not the fix of a certain program."""

from __future__ import annotations

from sync_tools.words import failure as kinds
from sync_tools.words.failure import Failure

BY_CLASS = {
    "lost update": "hold one lock from the read to the write, in every place that changes the variable.",
    "check-then-act": "look and act under one lock that is held from the one to the other.",
    "torn read": "change all parts under one lock, and look at them all under that same lock.",
    "torn write": "write all parts under one lock, or make them one piece and write that once.",
    "publication": "finish it first, and make it visible, or say that it is ready, last.",
    "order violation": "wait for it: join the thread that makes it, or let that one signal when it is done.",
    "concurrent modification": "go over a copy made under the lock, or hold the lock for the whole loop.",
    "lock-order inversion": "take the locks in one and the same order everywhere.",
    "self-deadlock": "do not take it again: let an inner helper expect it to be held, or make it an RLock.",
    "lock leak": "give the lock back on every way out, errors too: `with` does that.",
    "permit leak": "give the permit back on every way out, errors too: `with` does that.",
    "stray release": "only who took it gives it back, and once: `with` does that.",
    "missed signal": "remember the signal in a variable, and wait in a loop that looks at it under the lock.",
    "forgotten signal": "signal wherever what is waited for becomes true.",
    "blocking under a lock": "give the lock back before you wait for something or call somebody else's code.",
    "circular wait": "let one of them go on without waiting for the others.",
    "pool starvation": "let no task wait for another one of the same pool.",
    "serialised threads": "start them all before you wait for the first.",
    "livelock": "do not let all give way alike: an order, or one who decides, lets somebody get on.",
    "abandoned wait": "look at what acquire(), wait() or join() came to, and wait on or say that it failed.",
    "sequential error": "it is no matter of order: follow the one thread step by step.",
    "data race": "hold one lock on both sides, or order the two with a join, a signal or a queue.",
}
_WOKEN = "wait in a while loop, not in an if: look again after every wake-up."


def advice(failure: Failure) -> str:
    """The sentence for a failure's class; "" where there is none."""
    if failure.bug_class == "check-then-act" and any("woke up" in sentence for sentence in failure.why):
        return _WOKEN
    if failure.kind == kinds.LIVELOCK and failure.bug_class in ("", "unclassified"):
        return BY_CLASS["livelock"]
    return BY_CLASS.get(failure.bug_class, "")
