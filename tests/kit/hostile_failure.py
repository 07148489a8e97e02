"""A failure of a program that tries to get out of the page that shows it."""

from __future__ import annotations

from dataclasses import replace

from sample_failures import LOST_UPDATE, step

from sync_tools.words.failure import Failure, Site

MARKUP = "</script><script>alert(1)</script><!--<script>]]>'\"`&amp;<img src=x onerror=alert(2)>{{script}}"
UNSEEN = "\u202e\x00\x1b[31m\u2028\u200b\ufeff"
LONG = "y" * 5_000
NAME = f"Box.{MARKUP}{UNSEEN}"
SITE = Site("/srv/</script>.py", 3, MARKUP, f"box = '{MARKUP}{UNSEEN}'")

HOSTILE: Failure = replace(
    LOST_UPDATE,
    scenario=MARKUP,
    message=f"{MARKUP}{UNSEEN}\ud800\n{LONG}",
    promise=MARKUP + UNSEEN,
    threads=("MainThread", MARKUP, f"worker{UNSEEN}"),
    steps=(
        step(1, 1, "read", NAME, MARKUP, SITE),
        step(2, 2, "write", NAME, LONG, SITE, preempts=True, held=(MARKUP,)),
        step(3, 1, MARKUP, NAME, UNSEEN, SITE, note=MARKUP, after=(2,)),
    ),
    why=(f"{MARKUP} at #1 {UNSEEN}",),
    conflict=(1, 2),
    output=f"{MARKUP}\n{UNSEEN}\n{LONG}",
    traceback=f'  File "{MARKUP}", line 3, in {MARKUP}\n{LONG}',
    replay_command=f"synclab replay {MARKUP}",
    hint=MARKUP,
    given=((MARKUP, UNSEEN),),
)
