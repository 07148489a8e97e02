"""A failure that can be handed on: files by short names, and none of the folders that only this machine knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from sync_tools.words.failure import Failure, Site, Step, Waiter

FRAME = re.compile(r'^(\s*File ")(.*)(", line (\d+)(?:, in (.*))?)$', re.MULTILINE)
# Of a library's file the part behind these says which it is.
_LIBRARY = re.compile(r".*[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+|Lib)[\\/]")
_ABSOLUTE = re.compile(r"(?:/|[A-Za-z]:[\\/]|\\\\)")


def portable(failure: Failure, folders: Mapping[str, str]) -> tuple[Failure, dict[str, str]]:
    """A failure in which no folder is told.

    Args:
        failure: as it was found.
        folders: what to say in place of some folders, such as "~" for somebody's own; "" leaves the folder out.

    Returns:
        The failure, and the short names by which it now calls the files.
    """
    names = short_names(files_of(failure))
    of_files = {re.sub(r"[\\/][^\\/]*$", "", file): "" for file in names}
    tell = _teller({**of_files, **folders})
    keep_whole = _teller(folders)  # a command needs more of a path than the file's name

    def moved(site: Site) -> Site:
        return site._replace(file=names.get(site.file, site.file))

    return replace(
        failure,
        scenario=tell(failure.scenario),
        message=tell(failure.message),
        steps=tuple(_step(step, moved, tell) for step in failure.steps),
        waiters=tuple(_waiter(waiter, moved) for waiter in failure.waiters),
        why=tuple(map(tell, failure.why)),
        output=tell(failure.output),
        traceback=_traceback(failure.traceback, names, tell),
        replay_command=tell(keep_whole(failure.replay_command)),
        look_command=tell(keep_whole(failure.look_command)),
        hint=tell(failure.hint),
        given=tuple((name, tell(value)) for name, value in failure.given),
    ), names


def sites_of(failure: Failure) -> Iterator[Site]:
    """Every place that a failure speaks of and that is known, its traceback apart."""
    for step in failure.steps:
        yield step.site
    for waiter in failure.waiters:
        yield waiter.site
        yield from waiter.path
        yield from waiter.holder_path
        yield from (site for _, site in waiter.holds)
        if waiter.holder_site is not None:
            yield waiter.holder_site


def frames_of(traceback: str) -> Iterator[Site]:
    """The places in a traceback, the outermost first; the text of their lines is not taken from it."""
    for found in FRAME.finditer(traceback):
        yield Site(found[2], int(found[4]), found[5] or "", "")


def files_of(failure: Failure) -> list[str]:
    """The files that a failure speaks of, the program's before the test's where that can be told."""
    sites = [*sites_of(failure), *frames_of(failure.traceback)]
    # The scenario's own thread mostly stands in the test.
    first = [step.site for step in failure.steps if step.thread != 0]
    return list(dict.fromkeys(site.file for site in [*first, *sites] if site.line > 0))


def short_names(files: Iterable[str]) -> dict[str, str]:
    """A name for each file: its last part, with as many folders before it as tell it from the others."""
    parts = {file: [part for part in re.split(r"[\\/]", file) if part] or [file] for file in files}
    names: dict[str, str] = {}
    for file, own in parts.items():
        others = [other for other in parts if other != file]
        length = 1
        while length < len(own) and any(parts[other][-length:] == own[-length:] for other in others):
            length += 1
        names[file] = "/".join(own[-length:])
    return names


def _teller(folders: Mapping[str, str]) -> Callable[[str], str]:
    """A function that takes these folders out of a text."""
    told = {folder.rstrip("/\\"): said for folder, said in folders.items()}
    known = [folder for folder in told if _ABSOLUTE.match(folder) and len(folder) > 3]
    if not known:
        return lambda text: text
    known.sort(key=len, reverse=True)
    # A path that only begins like a folder's name is another folder.
    pattern = re.compile(f"({'|'.join(map(re.escape, known))})(?:([\\\\/])|(?![\\w.-]))")

    def said(found: re.Match[str]) -> str:
        instead = told[found[1]]
        if found[2] is None:
            return instead or "."
        return f"{instead}{found[2]}" if instead else ""

    return lambda text: pattern.sub(said, text)


def _traceback(text: str, names: Mapping[str, str], tell: Callable[[str], str]) -> str:
    def frame(found: re.Match[str]) -> str:
        path = found[2]
        path = _LIBRARY.sub("", path) if _LIBRARY.match(path) else names.get(path, path)
        return f"{found[1]}{path}{found[3]}"

    return tell(FRAME.sub(frame, text))


def _step(step: Step, moved: Callable[[Site], Site], tell: Callable[[str], str]) -> Step:
    value = None if step.value is None else tell(step.value)
    return replace(step, site=moved(step.site), value=value, note=tell(step.note))


def _waiter(waiter: Waiter, moved: Callable[[Site], Site]) -> Waiter:
    return replace(
        waiter,
        site=moved(waiter.site),
        holder_site=None if waiter.holder_site is None else moved(waiter.holder_site),
        holds=tuple((name, moved(site)) for name, site in waiter.holds),
        path=tuple(map(moved, waiter.path)),
        holder_path=tuple(map(moved, waiter.holder_path)),
    )
