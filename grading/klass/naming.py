"""Whose a file or a folder is, as the platforms name what one downloads from them. Each rule says its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os.path import splitext

from grading.klass.programs import fitting, split
from grading.klass.unpacking import is_archive, without_ending

FILES = (".py", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".ipynb", ".pages", ".pyc")  # that somebody may hand in
CANVAS = re.compile(r"(?P<who>[^_]+?)_(?:(?P<late>late)_)?(?P<id>\d+)_\d+_(?P<file>.+)", re.IGNORECASE | re.DOTALL)
CANVAS_ANONYMOUS = re.compile(r"anon_(?:(?P<late>late)_)?(?P<id>\w+?)_\d+_(?P<file>.+)", re.IGNORECASE | re.DOTALL)
MOODLE = re.compile(r"(?P<who>.*?)_?(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)", re.DOTALL)
ATTEMPT = r"_attempt_(?P<when>\d{4}(?:-\d\d){5})"
BLACKBOARD = re.compile(rf"(?:.*_)?(?P<who>[^_]+){ATTEMPT}(?:_(?P<file>.+)|(?P<text>\.txt))?", re.DOTALL)
BRIGHTSPACE = re.compile(r"(?P<id>\d+)-\d+ - (?P<who>.+?) - (?P<when>.+)", re.DOTALL)
REPEATED = re.compile(r"(?P<who>.+?) ?\((?P<number>\d{1,4})\)")  # as browsers and systems name the second one
SAME = ("exact", "case", "spelling", "copy")  # rules by which a name is the program's own
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DATE = re.compile(
    r"(?P<month>[a-z]{3})\w* (?P<day>\d+), (?P<year>\d{4}),? (?P<clock>\d{1,4}):?(?P<min>\d\d)? ?(?P<half>[ap]m)?"
)


@dataclass(frozen=True)
class Label:
    """What the name of a file or a folder says."""

    who: str
    rule: str  # by which it says so
    file: str = ""  # what a file was called before it got this name
    name: str = ""  # of a person, as far as it is known
    order: tuple[int, ...] = ()  # the greater, the later it was handed in
    late: bool = False


def label(name: str, is_folder: bool, programs: Iterable[str], is_known: Callable[[str], bool]) -> Label | None:
    """Return whose something at the top is; None if it is nobody's, or no work."""
    found = _of_platform(name)
    if found:
        return found
    if is_folder or is_archive(name) or name != without_ending(name):
        return _plain(name if is_folder else without_ending(name), name)
    for program in programs:
        if owned := _owned(name, program, is_known):
            return owned
    if name.lower().endswith(FILES):
        return _plain(name.rpartition(".")[0], name)
    return None


def _of_platform(name: str) -> Label | None:
    if found := MOODLE.fullmatch(name):
        return Label(found["id"], "Moodle", found["file"] or name, found["who"].replace("_", " "))
    if found := BLACKBOARD.fullmatch(name):
        order = tuple(map(int, found["when"].split("-")))
        return Label(found["who"], "Blackboard", found["file"] or name, order=order)
    if found := BRIGHTSPACE.fullmatch(name):
        return Label(found["id"], "Brightspace", "", found["who"], _moment(found["when"]))
    if found := CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name):
        who = found.groupdict().get("who") or ""
        return Label(found["id"], "Canvas", found["file"], who, late=bool(found["late"]))
    return None


def _plain(who: str, name: str) -> Label:
    if found := REPEATED.fullmatch(who):
        return Label(found["who"], "repeated", name, order=(int(found["number"]),))
    return Label(who, "name", name)


def _owned(name: str, program: str, is_known: Callable[[str], bool]) -> Label | None:
    """Return whose a program is that stands at the top with somebody's name before its own, or after."""
    stem, _ = split(name)
    ending = splitext(program)[1]
    words = re.split(r"[-_. ]+", stem)
    for i in range(1, len(words)):
        before, after = words[:i], words[i:]
        if fitting("_".join(after) + ending, program) in SAME:
            return Label(stem[: _end(stem, i)].rstrip("-_. "), "prefix", name)
        suffix = "_".join(after)
        if fitting("_".join(before) + ending, program) in SAME and is_known(suffix):
            return Label(suffix, "suffix", name)
    return None


def _end(stem: str, count: int) -> int:
    """Return where the first `count` words of a stem end."""
    found = list(re.finditer(r"[^-_. ]+", stem))
    return found[count - 1].end()


def _moment(text: str) -> tuple[int, ...]:
    """Return a date as Brightspace writes it, as numbers of which the later is the greater; none if it is no date."""
    found = DATE.search(text.lower())
    if not found or found["month"] not in MONTHS:
        return ()
    clock = (
        int(found["clock"] + (found["min"] or ""))
        if found["min"] or len(found["clock"]) > 2
        else int(found["clock"]) * 100
    )
    hours = clock // 100 % 12 + 12 * (found["half"] == "pm") if found["half"] else clock // 100
    return int(found["year"]), MONTHS.index(found["month"]) + 1, int(found["day"]), hours, clock % 100
