"""An error in rewritten source is shown at the line where it stands in the source, as Python itself would show it."""

import traceback
from textwrap import dedent, indent

import pytest
from plain_and_rewritten import plainly, rewritten

FAULTS = {
    "attribute": "box.missing",
    "chain": "(box\n    .one\n    .missing\n    .more)",
    "chained calls": "(box\n    .itself()\n    .itself()\n    .fail(\n        1,\n    ))",
    "argument": "print(\n    1,\n    box.missing,\n    2)",
    "store": "slotted.x = \\\n    1",
    "augmented": "box.one += (\n    box.missing)",
    "augmented operator": "box.one += 'text'",
    "operator": "x = (box.one +\n    box.text)",
    "operators": "x = (1 + 2 +\n    box.one + box.text +\n    3)",
    "comparison": "if (box.one <\n    box.text):\n    pass",
    "key": "x = table[\n    'missing'\n]",
    "delete": "del table['missing']",
    "unpack": "box.a, box.b = \\\n    box.text",
    "call": "box.fail(\n    2)",
    "global": "x = (1,\n    nowhere)",
    "loop": "for box.i in (1,\n    2):\n    box.fail(\n        3)",
    "iterable": "for i in \\\n    box.one:\n    pass",
    "with": "with box.itself() as box.b:\n    pass",
    "comprehension": "[box.missing\n    for i in [1]]",
    "f-string": "f'{box.missing}'",
    "lambda": "(lambda:\n    box.missing)()",
    "raise": "raise (\n    ValueError)",
    "assert": "assert box.one == 2, (\n    box.text)",
    "nested": "def inner():\n    box.one = 5\n\n    return box.missing\ninner()",
    "except": "try:\n    box.missing\nexcept AttributeError:\n    box.fail(\n        4)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_line_numbers_in_tracebacks_are_those_of_the_source(fault):
    head = """
    class Slotted:
        __slots__ = ()
    class Box:
        def __init__(self): self.one = 1; self.text = "long text"
        def itself(self):
            return self
        def fail(self, n):
            raise RuntimeError(
                n)
    """
    body = "\nbox, slotted, table = Box(), Slotted(), {}\n" + FAULTS[fault]
    source = dedent(head) + "def program():\n" + indent(body, "    ") + "\n"

    def lines(space):
        with pytest.raises(Exception) as caught:  # any: it is compared below
            space["program"]()
        error = caught.value
        frames = traceback.extract_tb(error.__traceback__)
        return type(error), str(error), [(f.name, f.lineno) for f in frames if f.filename == "program.py"]

    assert lines(rewritten(source)()) == lines(plainly(source))
