"""Which files of a hand-in are the programs, under whatever names they came; what is not certain is not chosen."""

from __future__ import annotations

import codecs
import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os.path import splitext

from grading.course import EXERCISES, Exercise
from grading.klass.contents import MOST_OF_A_FILE, readable
from grading.klass.fitting import RULES, SEPARATORS, VERSION, fitting, split, squeezed
from grading.klass.shelf import Leaf, Leaves
from grading.results.visible import shown
from grading.submission.budget import megabytes
from grading.submission.todos import TODO

NAMED = 3  # names, of many
TURNED_IN = re.compile(r"versi\w+ (\d+)", re.IGNORECASE)  # how Teams names a folder for each time
IMPORTED = re.compile(rb"^[ \t]*(?:from[ \t]+(\w+)(?:\.[\w.]*)?[ \t]+import|import[ \t]+([\w., \t]+))", re.MULTILINE)
ALIKE = 0.8  # of two names, from which on one may be the other with a slip of the pen in it
LOOKALIKES = str.maketrans(
    "\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER IE}\N{CYRILLIC SMALL LETTER ES}"
    "\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER HA}\N{GREEK SMALL LETTER OMICRON}",
    "aecpxo",
)


@dataclass(frozen=True)
class Found:
    """A file that is one of the programs."""

    program: str
    came_as: str
    rule: str


@dataclass
class Chosen:
    """What a hand-in comes to."""

    files: dict[str, bytes] = field(default_factory=dict)  # as they are graded
    found: list[Found] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # programs
    notes: list[str] = field(default_factory=list)
    trouble: str = ""  # why it cannot be graded
    wrapper: str = ""  # the folders around all of it, which do not count
    is_untouched: bool = False  # whether all programs came as they were handed out


@dataclass(frozen=True)
class _Candidate:
    leaf: Leaf
    rule: str

    @property
    def depth(self) -> int:
        return self.leaf.name.count("/")


def has_program(leaves: Iterable[Leaf], programs: Iterable[str]) -> bool:
    """Tell whether any of these files may be one of the programs."""
    return any(fitting(_base(leaf.name), program) for leaf in leaves for program in programs)


def lacking(leaves: Iterable[Leaf], programs: Iterable[str]) -> list[str]:
    """Return the programs that none of these files may be."""
    names = [_base(leaf.name) for leaf in leaves]
    return [program for program in programs if not any(fitting(name, program) for name in names)]


def choose(leaves: list[Leaf], programs: tuple[str, ...], exercise: Exercise | None = None) -> Chosen:
    """Return what of these files is graded, under the names that are asked for."""
    chosen = Chosen()
    leaves, chosen.notes = _turned_in_last(leaves)
    leaves, chosen.wrapper = unwrapped(leaves)
    picked: dict[str, Leaf] = {}
    for program in programs:
        candidates = _best([_Candidate(leaf, rule) for leaf in leaves if (rule := fitting(_base(leaf.name), program))])
        one = _only(candidates, exercise)
        if one:
            picked[program] = one.leaf
            chosen.found.append(Found(program, one.leaf.name, one.rule))
            _tell_others(chosen, program, one, candidates)
            _tell_versions(chosen, program, one, leaves)
        elif candidates:
            names = few([candidate.leaf.name for candidate in candidates])
            what = (
                "the step decides that is graded" if not exercise and _of_steps(candidates) else "hand in one of them"
            )
            chosen.trouble = chosen.trouble or f"Which one is {program}? There are {names}: {what}."
        else:
            chosen.missing.append(program)
    if picked:
        chosen.notes += [note for program in chosen.missing if (note := _nearly(leaves, program, picked))]
    if not picked and not chosen.trouble:
        chosen.trouble = _nothing(leaves, programs)
    _take(chosen, picked, leaves)
    _tell_untouched(chosen, picked, exercise)
    return chosen


def _turned_in_last(leaves: list[Leaf]) -> Leaves:
    """Return files without those of earlier times, where there is a folder for each time, and a sentence on that."""
    times: dict[str, dict[int, str]] = {}
    for leaf in leaves:
        parts = leaf.name.split("/")
        for depth, part in enumerate(parts[:-1]):
            if found := TURNED_IN.fullmatch(part):
                times.setdefault("/".join(parts[:depth]), {})[int(found[1])] = "/".join(parts[: depth + 1])
                break
    several = [folders for folders in times.values() if len(folders) > 1]
    if len(several) != 1:
        return leaves, []
    last = several[0].pop(max(several[0]))
    older = tuple(f"{folder}/" for folder in several[0].values())
    note = f"{shown(_base(last))} counts, the last of {len(older) + 1}."
    return [leaf for leaf in leaves if not leaf.name.startswith(older)], [note]


def _tell_untouched(chosen: Chosen, picked: Iterable[str], exercise: Exercise | None) -> None:
    """Tell which programs are as they were handed out, for this exercise or for another one."""
    whose: dict[str, list[str]] = {}
    own = list[bool]()
    ladder = [exercise, *EXERCISES.values()] if exercise else list(EXERCISES.values())
    for program in picked:
        text = _plain(chosen.files[program])
        given = next((one for one in ladder if text and text == _given(program, one)), None)
        if given and TODO.encode() in text:
            whose.setdefault("" if given == exercise or not exercise else f" for {given.name}", []).append(program)
        own.append(given is not None)
    chosen.is_untouched = bool(whose) and all(own)
    for step, programs in whose.items():
        chosen.notes.append(f"{' and '.join(programs)} came as handed out{step}: nothing was written in it.")


def unwrapped(leaves: list[Leaf]) -> tuple[list[Leaf], str]:
    """Return files without the folders that hold all of them, and the names of those."""
    wrapper = ""
    while leaves and all("/" in leaf.name for leaf in leaves):
        tops = {leaf.name.partition("/")[0] for leaf in leaves}
        if len(tops) > 1:
            break
        wrapper += f"{tops.pop()}/"
        leaves = [Leaf(leaf.name.partition("/")[2], leaf.data) for leaf in leaves]
    return leaves, wrapper.rstrip("/")


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    """Return those by the surest rules, the shallowest first."""
    surest = min((RULES[candidate.rule] for candidate in candidates), default=0)
    best = [candidate for candidate in candidates if RULES[candidate.rule] == surest]
    order = list(RULES)
    return sorted(best, key=lambda candidate: (candidate.depth, order.index(candidate.rule), candidate.leaf.name))


def _only(candidates: list[_Candidate], exercise: Exercise | None) -> _Candidate | None:
    """Return the one that is meant, if there is no doubt: all are alike, or one lies at the top or in its folder."""
    at_top = [candidate for candidate in candidates if not candidate.depth]
    of_it = [one for one in candidates if exercise and exercise.name in _steps(one.leaf.name)]
    for some in (candidates, at_top, of_it):
        if some and len({candidate.leaf.data for candidate in some}) == 1:
            return some[0]
    return None


def _of_steps(candidates: list[_Candidate]) -> bool:
    """Tell whether their folders, or their own names, say that they are of several exercises."""
    return len(EXERCISES.keys() & {step for one in candidates for step in _steps(one.leaf.name)}) > 1


def _steps(name: str) -> set[str]:
    """Return all in the path of a file that may name an exercise: its folders, and the words of its own name."""
    *folders, own = name.split("/")
    words = SEPARATORS.split(split(own)[0].casefold())
    return {squeezed(folder) for folder in folders} | {*words, *map("".join, zip(words, words[1:], strict=False))}


def _tell_others(chosen: Chosen, program: str, one: _Candidate, candidates: list[_Candidate]) -> None:
    if one.rule != "exact":
        chosen.notes.append(f"{shown(one.leaf.name)} counts as {program}.")
    others = [candidate for candidate in candidates if candidate is not one]
    if others:
        alike = all(candidate.leaf.data == one.leaf.data for candidate in others)
        names, verb = few([candidate.leaf.name for candidate in others]), "holds" if len(others) == 1 else "hold"
        where = "it lies elsewhere" if len(others) == 1 else "they lie elsewhere"
        why = where if all(_folder(other) != _folder(one) for other in others) else f"{shown(one.leaf.name)} does"
        lies = f"{'does' if len(others) == 1 else 'do'} not count: {why}"
        chosen.notes.append(f"{names} {f'{verb} the same' if alike else lies}.")


def _folder(candidate: _Candidate) -> str:
    return candidate.leaf.name.rpartition("/")[0]


def _tell_versions(chosen: Chosen, program: str, one: _Candidate, leaves: list[Leaf]) -> None:
    """Tell of files that call themselves a later version of a program, and do not count since its own name is there."""
    stem = squeezed(splitext(program)[0])
    later = [leaf.name for leaf in leaves if leaf.data != one.leaf.data and _is_version(leaf.name, program, stem)]
    if RULES[one.rule] == 0 and later:
        verb = "does" if len(later) == 1 else "do"
        chosen.notes.append(f"{few(later)} {verb} not count, since {shown(one.leaf.name)} is there.")


def _is_version(name: str, program: str, stem: str) -> bool:
    base = _base(name)
    is_other = RULES.get(fitting(base, program), 0) > 0
    return is_other and bool(VERSION.fullmatch(squeezed(split(base)[0]).replace(stem, "", 1)))


def _nothing(leaves: list[Leaf], programs: tuple[str, ...]) -> str:
    if not leaves:
        return "There is nothing in it, but for what tools may have left there: hand in the programs themselves."
    names = few([leaf.name for leaf in leaves])
    return f"There is no {' and no '.join(programs)}, only {names}: name your programs so, and hand them in again."


def _nearly(leaves: list[Leaf], program: str, picked: dict[str, Leaf]) -> str:
    """Return a sentence on files that may be a missing program under a mistaken name; nothing if there is none."""
    others = [leaf.name for leaf in leaves if leaf not in picked.values()]
    close = [name for name in others if _is_near(_base(name), program)]
    return f"Is it {few(close)}? Name it {program}, letter by letter, and hand it in again." if close else ""


def _is_near(name: str, program: str) -> bool:
    plain = unicodedata.normalize("NFKC", name).casefold().translate(LOOKALIKES)
    stem = plain.partition(".")[0]
    return difflib.SequenceMatcher(None, stem, splitext(program)[0]).ratio() >= ALIKE


def few(names: list[str]) -> str:
    """Return names as a sentence lists them, and of many only how many more there are."""
    told = ", ".join(map(shown, names[:NAMED]))
    return told if len(names) <= NAMED else f"{told} and {len(names) - NAMED:,} more"


def _take(chosen: Chosen, picked: dict[str, Leaf], leaves: list[Leaf]) -> None:
    """Take the programs with what lies beside and below them."""
    too_big, clashing = list[str](), list[str]()
    for program, leaf in picked.items():
        data, word, trouble = readable(leaf, program)
        chosen.files[program] = data
        chosen.notes += [word] if word else []
        chosen.trouble = chosen.trouble or trouble
    for folder in dict.fromkeys(leaf.name.rpartition("/")[0] for leaf in picked.values()):
        start = f"{folder}/" if folder else ""
        for leaf in leaves:
            name = leaf.name.removeprefix(start)
            if not leaf.name.startswith(start) or leaf in picked.values():
                continue
            if name in chosen.files:
                if name not in picked and leaf.data != chosen.files[name]:
                    clashing.append(leaf.name)
            elif len(leaf.data) > MOST_OF_A_FILE:
                too_big.append(name)
            else:
                chosen.files[name] = leaf.data
    if too_big:
        chosen.notes.append(f"{few(too_big)}: more than {megabytes(MOST_OF_A_FILE)}, and left out.")
    if behind := _left_behind(chosen.files, leaves):
        verb = "does" if len(behind) == 1 else "do"
        chosen.notes.append(f"{few(behind)} {verb} not come along: put what a program imports beside it.")
    if clashing:
        why = "the programs are graded in one folder, where another file has that name"
        chosen.notes.append(f"{few(clashing)}: left out, since {why}.")


def _left_behind(files: Mapping[str, bytes], leaves: list[Leaf]) -> list[str]:
    """Return the modules that the programs import by name, and that lie where they will not be found."""
    taken, lost = set(map(id, files.values())), list[str]()
    here = {name.partition("/")[0].removesuffix(".py") for name in files}
    sought = {name for file, data in files.items() if file.endswith(".py") for name in _imported(data)} - here
    for leaf in leaves:
        if leaf.name.endswith(".py") and id(leaf.data) not in taken:
            lost += [leaf.name] * bool(sought & set(leaf.name.removesuffix(".py").split("/")))
    return sorted(lost)


def _imported(data: bytes) -> Iterator[str]:
    """Yield the names of the modules that a program imports, as far as one sees them from outside."""
    for of, several in IMPORTED.findall(data):
        for name in [of] if of else several.split(b","):
            yield name.strip().partition(b".")[0].partition(b" ")[0].decode("ascii", "replace")


@functools.cache
def _given(program: str, exercise: Exercise) -> bytes:
    """Return what students get of a program; nothing where they get none."""
    page = exercise.pages / program if exercise.pages else None
    return _plain(page.read_bytes()) if page and page.is_file() else b""


def _plain(data: bytes) -> bytes:
    """Return a text without what editors change by themselves."""
    return b"\n".join(line.rstrip() for line in data.removeprefix(codecs.BOM_UTF8).splitlines()).strip()


def _base(name: str) -> str:
    return name.rpartition("/")[2]
