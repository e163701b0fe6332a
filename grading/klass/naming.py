"""Whose a file or a folder is, as the platforms name what one downloads from them. Each rule says its name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from os.path import splitext

from grading.klass.fitting import fitting, split
from grading.klass.unpacking import is_packed, without_ending

FILES = (".py", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".ipynb", ".pages", ".pyc")  # that somebody may hand in
CANVAS = re.compile(  # what follows the name, which may be empty, or hold such numbers itself
    r"_(?:(?P<late>late)_)?(?P<id>\d+)_(?:\d+_(?P<file>.+)|(?P<typed>(?:text|link)\.html))", re.IGNORECASE | re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>late_)?anon_(?P<later>late_)?(?P<id>\w+?)_(?:\d+_(?P<file>.+)|(?P<typed>(?:text|link)\.html))",
    re.IGNORECASE | re.DOTALL,
)
MOODLE = re.compile(  # those who are in no group have no number
    r"(?P<who>.*?)(?:_?(?P<id>\d+))?_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)", re.DOTALL
)
FEEDBACK = re.compile(r".*_\d+_assignfeedback_.*", re.DOTALL)  # what was given back, not what was handed in
ATTEMPT = r"_attempt_(?P<when>\d{4}(?:-\d\d){5})"
BLACKBOARD = re.compile(rf"(?P<before>.+?){ATTEMPT}(?:_(?P<file>.+)|(?P<text>\.txt))?", re.DOTALL)
BRIGHTSPACE = re.compile(r"(?P<id>\d+)-\d+ - (?P<who>.+?) - (?P<when>.+)", re.DOTALL)
REPEATED = re.compile(r"(?P<who>.+?) ?\((?P<number>\d{1,4})\)")  # as browsers and systems name the second one
SAME = ("exact", "case", "spelling", "copy")  # rules by which a name is the program's own
MONTHS = (  # how their names begin, in some of the languages that a platform may speak
    "jan|ene|gen", "feb|fév|fev", "mar|mär|mrt|maa", "apr|avr|abr", "may|mai|mei|mag|maj", "jun|juin|giu",
    "jul|juil|lug", "aug|aoû|ago", "sep|set", "oct|okt|ott|out", "nov", "dec|déc|dez|dic",
)  # fmt: skip
DATE = re.compile(
    r"(?:(?P<month>[^\W\d_]{3,})\.? (?P<day>\d+)|(?P<early>\d+)\.? (?:de )?(?P<late>[^\W\d_]{3,}))\.?,? (?:de )?"
    r"(?P<year>\d{4}),? (?P<clock>\d{1,4}):?(?P<min>\d\d)? ?(?P<half>[ap]m)?"
)
CODE_PAGES = (  # in which systems pack names without saying so
    "cp850", "cp1252", "cp852", "cp1250", "cp866", "cp1251", "cp857", "cp737", "cp862", "cp932", "gbk", "cp949", "big5",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """What the name of a file or a folder says."""

    who: str
    rule: str  # by which it says so
    file: str = ""  # what a file was called before it got this name
    name: str = ""  # of a person, as far as it is known
    order: tuple[int, ...] = ()  # the greater, the later it was handed in
    late: bool = False
    is_of_platform: bool = False  # and nothing that somebody handed in


def label(name: str, is_folder: bool, programs: Iterable[str], is_known: Callable[[str], bool]) -> Label | None:
    """Return whose something at the top is; None if it is nobody's, or no work."""
    if FEEDBACK.fullmatch(name):
        return None
    readings = list(_of_platforms(name))
    if readings:
        return _likeliest(readings, is_known)
    if is_folder or is_packed(name):
        return _plain(name if is_folder else without_ending(without_ending(name)), name)
    for program in programs:
        if owned := _owned(name, program, is_known):
            return owned
    if name.lower().endswith(FILES):
        return _plain(name.rpartition(".")[0], name)
    return None


def _likeliest(readings: list[Label], is_known: Callable[[str], bool]) -> Label:
    """Return the one of which the course knows most; the first if it knows nothing."""
    known = [is_known(one.who) + is_known(one.name) for one in readings]
    best = max(known)
    return [one for one, most in zip(readings, known, strict=True) if most == best][-1 if best else 0]


def _of_platforms(name: str) -> Iterator[Label]:
    """Yield what a name says if a platform gave it, the likeliest first: there may be `_` in all of its parts."""
    if found := MOODLE.fullmatch(name):
        who = found["who"].replace("_", " ")
        yield Label(found["id"] or who, "Moodle", found["file"] or name, who)
    elif found := BLACKBOARD.fullmatch(name):
        order = tuple(map(int, found["when"].split("-")))
        words = found["before"].split("_")  # those of the assignment, and then those of the login
        for i in reversed(range(len(words))):
            file = found["file"] or name
            yield Label("_".join(words[i:]), "Blackboard", file, order=order, is_of_platform=bool(found["text"]))
    elif found := BRIGHTSPACE.fullmatch(name):
        last = found["when"].rpartition(" - ")[2]
        yield Label(found["id"], "Brightspace", "" if _moment(last) else last, found["who"], _moment(found["when"]))
    elif found := CANVAS_ANONYMOUS.fullmatch(name):
        is_late = bool(found["late"] or found["later"])
        yield Label(found["id"], "Canvas", found["file"] or found["typed"], late=is_late)
    else:
        for mark in re.finditer("_", name):
            if found := CANVAS.fullmatch(name, mark.start()):
                file = found["file"] or found["typed"]
                yield Label(found["id"], "Canvas", file, name[: mark.start()], late=bool(found["late"]))


def _plain(who: str, name: str) -> Label:
    if found := REPEATED.fullmatch(who):
        return Label(found["who"], "repeated", name, order=(int(found["number"]),))
    return Label(who, "name", name)


def is_own_name(name: str, program: str) -> bool:
    """Tell whether a name is that of the program, in whatever spelling."""
    return fitting(name, program) in SAME


def behind_several(names: Iterable[str], programs: Iterable[str]) -> frozenset[str]:
    """Return what stands behind the names of programs, if something stands behind several: names of people, then.

    Not beside a program that has its own name alone: there, `old` or `v2` stand behind others of the same person.
    """
    programs_of: dict[str, set[str]] = {}
    for name in names:
        for program in programs:
            if is_own_name(name, program):
                return frozenset()
            for suffix in _behind(name, program):
                programs_of.setdefault(suffix, set()).add(program)
    return frozenset(programs_of) if any(len(several) > 1 for several in programs_of.values()) else frozenset()


def _owned(name: str, program: str, is_known: Callable[[str], bool]) -> Label | None:
    """Return whose a program is that stands at the top with somebody's name before its own, or after."""
    stem, words = _words(name)
    ending = splitext(program)[1]
    for i in range(1, len(words)):
        if is_own_name("_".join(words[i:]) + ending, program):
            return Label(stem[: _end(stem, i)].rstrip("-_. "), "prefix", name)
    return next((Label(suffix, "suffix", name) for suffix in _behind(name, program) if is_known(suffix)), None)


def _behind(name: str, program: str) -> Iterator[str]:
    """Yield what stands behind the name of a program in another one."""
    _, words = _words(name)
    for i in range(1, len(words)):
        if is_own_name("_".join(words[:i]) + splitext(program)[1], program):
            yield "_".join(words[i:]).removeprefix(f"{splitext(program)[1][1:]}_")  # once more behind the name


def _words(name: str) -> tuple[str, list[str]]:
    stem, _ = split(name)
    return stem, re.split(r"[-_. ]+", stem)


def _end(stem: str, count: int) -> int:
    """Return where the first `count` words of a stem end."""
    found = list(re.finditer(r"[^-_. ]+", stem))
    return found[count - 1].end()


def _moment(text: str) -> tuple[int, ...]:
    """Return a date as Brightspace writes it, as numbers of which the later is the greater; none if it is no date."""
    found = DATE.search(text.lower())
    if not found:
        return ()
    name = found["month"] or found["late"]
    month = next((n for n, starts in enumerate(MONTHS, 1) if name.startswith(tuple(starts.split("|")))), None)
    if month is None:
        return ()
    clock = (
        int(found["clock"] + (found["min"] or ""))
        if found["min"] or len(found["clock"]) > 2
        else int(found["clock"]) * 100
    )
    hours = clock // 100 % 12 + 12 * (found["half"] == "pm") if found["half"] else clock // 100
    return int(found["year"]), month, int(found["day"] or found["early"]), hours, clock % 100


def respelled(name: str) -> list[str]:
    """Return how a name reads that was packed in another code page than the one in which zips are read."""
    if name.isascii():
        return []
    found = []
    for page in CODE_PAGES:
        with contextlib.suppress(UnicodeError):
            found.append(name.encode("cp437").decode(page))
    return found
