"""A long run keeps nothing of the schedules that are over."""

import gc
from pathlib import Path

import pytest

from sync_tools import explore, run_together, stress
from sync_tools.instrument.loader import LabModule

PROGRAM = Path(__file__).resolve().parents[2] / "solutions" / "lab01_hit_counter" / "hit_counter.py"


def two_hits(lab):
    counter = lab.HitCounter()
    run_together((counter.hit, "/"), (counter.hit, "/"))


def explored_at_random(lab):
    explore(two_hits, args=(lab,), strategy="random", stop="never", max_schedules=300)


def stressed(lab):
    stress(two_hits, args=(lab,), rounds=50)


@pytest.mark.parametrize("drive", [explored_at_random, stressed])
def test_the_classes_of_a_fresh_program_go_when_its_schedules_are_over(drive):
    drive(LabModule("hit_counter", PROGRAM))
    gc.collect()
    alive = [thing for thing in gc.get_objects() if type(thing) is type and thing.__name__ == "HitCounter"]
    assert len(alive) <= 1  # the one that was loaded to see whether it loads
