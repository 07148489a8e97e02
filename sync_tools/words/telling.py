"""What is said around a failure, which no schedule knows: its name, and the commands that go on from there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sync_tools.words.failure import Failure


@dataclass(frozen=True)
class Telling:
    """How reports speak of one scenario.

    Attributes:
        name: of the scenario.
        replay_command: the command that runs a schedule again, with ``{token}`` in it, or "".
        look_command: the command that opens a schedule in the viewer, with ``{token}`` in it, or "".
        hint: a line that says where to go on, or "".
        promise: what the scenario holds the program to, in the words of the program's own docstring, or "".
    """

    name: str
    replay_command: str = ""
    look_command: str = ""
    hint: str = ""
    promise: str = ""

    def of(self, failure: Failure) -> Failure:
        """The failure, with all this said."""
        token = failure.schedule

        def command(template: str) -> str:
            return template.format(token=token) if template and token else ""

        return replace(
            failure,
            scenario=self.name,
            replay_command=command(self.replay_command),
            look_command=command(self.look_command),
            hint=self.hint,
            promise=self.promise,
        )
