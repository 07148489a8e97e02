"""Several functions on one line: before Python 3.11 those that do the same are one code object."""

from sync_tools import explore, run_together


class Box:
    def __init__(self):
        self.value = 0
        self.other = 0

    def add(self, amount):
        self.value += amount


def test_two_functions_on_one_line_that_do_the_same_are_both_seen():
    def scenario():
        box = Box()
        run_together(lambda: box.add(1), lambda: box.add(1))
        return box.value

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {1, 2}


def test_each_function_of_a_line_is_rewritten_into_itself():
    def scenario():
        box = Box()
        # fmt: off
        a, b, c, d = lambda: box.add(1), lambda: box.add(1), lambda: box.add(2), lambda: setattr(box, "other", 3)
        # fmt: on
        run_together(a, b, c, d)
        return box.value, box.other

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {(value, 3) for value in (1, 2, 3, 4)}


def test_generator_expressions_on_one_line_are_rewritten_into_themselves():
    def scenario():
        box = Box()
        boxes = [box, box]

        def work():
            return sum(b.value for b in boxes) + sum(b.value for b in boxes) + sum(b.other for b in boxes)

        return run_together(work, lambda: box.add(1))[0]

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {0, 1, 2, 3, 4}
