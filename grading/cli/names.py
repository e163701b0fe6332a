"""What people type for an exercise: `step3`, `3`, `step 3`, `Step3`, `steps/step3/`, `adv`, `bonus/log`, `log`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from grading.course import BONUS, CHALLENGES, EXERCISES, KIT, STEPS
from grading.home.slips import meant

STEPS_FOLDER = KIT / "steps"
NUMBERED = re.compile(r"(?:step)?0*(\d+)")
MORE_ALIKE = 0.75  # for a verb before other words, as in `chek colons`; what it does may be far from what was meant


class Unknown(Exception):
    """No exercise is called so; the message is a sentence that says what may have been meant."""


def exercise_named(words: Sequence[str], others: Iterable[str] = ()) -> str:
    """Return the name of the exercise that was typed; Unknown if none was, though one of `others` may be close."""
    if place := _elsewhere(words):
        raise Unknown(f"A folder elsewhere stands behind --work: {words[0]} --work {place}")
    typed = "".join(words)
    if name := _by_path(typed) or _by_name(typed.casefold()):
        return name
    raise Unknown(_several(words, list(others)) or _complaint(" ".join(words), [*EXERCISES, *others]))


def is_all_challenges(words: Sequence[str]) -> bool:
    """Tell whether all challenges together were typed: `bonus`, `steps/bonus/`."""
    typed = " ".join(words)
    return typed.casefold() == BONUS or os.path.realpath(typed) == os.path.realpath(STEPS_FOLDER / BONUS)


def apart(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the exercise that is named first or last, empty if none is, and the other words. None is guessed.

    The last name of a challenge, which may be a word like any other, counts at the end alone. Unknown where all
    challenges are named.
    """
    for count in (2, 1):
        for named, others in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            if len(named) == count and (name := _whole("".join(named).casefold())):
                return name, list(others)
    *others, last = words
    if others and last.casefold() == BONUS:
        raise Unknown(_complaint(BONUS, []))
    challenge = f"{BONUS}/{last.casefold()}"
    return (challenge, others) if others and challenge in CHALLENGES else ("", list(words))


def _whole(word: str) -> str:
    numbered = NUMBERED.fullmatch(word)
    name = f"step{numbered[1]}" if numbered else word
    if name in EXERCISES:
        return name
    return next((challenge for challenge in CHALLENGES if challenge.replace("/", "") == word), "")


def _by_name(word: str) -> str:
    if word in EXERCISES:
        return word
    if number := NUMBERED.fullmatch(word):
        return f"step{number[1]}" if f"step{number[1]}" in EXERCISES else ""
    if challenge := next((name for name in CHALLENGES if word in (_last(name), name.replace("/", ""))), ""):
        return challenge
    begin_so = [name for name in EXERCISES if word and (_last(name) if name in CHALLENGES else name).startswith(word)]
    return begin_so[0] if len(begin_so) == 1 else ""


def _by_path(word: str) -> str:
    """Return the exercise whose folder, or a file in it, is called so, from wherever one stands."""
    parts = [part.casefold() for part in re.split(r"[/\\]", word) if part]
    if len(parts) < 2 and not os.path.exists(word):
        return _by_name(parts[0]) if parts else ""
    there = os.path.realpath(word)
    if not os.path.exists(there):
        return next(_within(parts), "")
    inside = os.path.relpath(there, os.path.realpath(STEPS_FOLDER)).split(os.sep)
    if found := [name for name in ("/".join(inside[:depth]) for depth in (1, 2)) if name in EXERCISES]:
        return found[0]
    if len(parts) < 2 and parts[0] in EXERCISES:  # it happens to be a folder here, too
        return parts[0]
    if others := list(_within(parts)):
        raise Unknown(f"A folder elsewhere stands behind --work: {others[0]} --work {word}")
    return ""


def _elsewhere(words: Sequence[str]) -> str:
    """Return the path that stands behind the name of an exercise, unless it leads into the kit's own steps."""
    named, *rest = words
    path = " ".join(rest)
    if not path or not _by_name(named.casefold()) or _by_name(path.casefold()):
        return ""
    there = os.path.realpath(path)
    is_path = len(re.split(r"[/\\]", path)) > 1 or os.path.exists(there)
    return path if is_path and not there.startswith(os.path.realpath(STEPS_FOLDER) + os.sep) else ""


def _within(parts: list[str]) -> Iterator[str]:
    """Yield the exercises that the parts of a path name, the last one first."""
    for end in range(len(parts), 0, -1):
        yield from (name for name in ("/".join(parts[max(0, end - 2) : end]), parts[end - 1]) if name in EXERCISES)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _complaint(typed: str, names: list[str]) -> str:
    there = ", ".join([*STEPS, BONUS])
    if is_all_challenges([typed]):
        return f"Here one at a time: {' or '.join(CHALLENGES)}"
    if (STEPS_FOLDER / typed).is_dir():
        return f"{typed} is not graded; {there} are"
    if NUMBERED.fullmatch(typed.casefold().replace(" ", "")):
        return f"There is no {typed}; there are {there}"
    close = meant(typed.casefold().replace(" ", ""), names)
    return f"There is no {typed}. Did you mean {close}?" if close else f"There is no {typed}; there are {there}"


def _several(words: Sequence[str], others: Sequence[str]) -> str:
    """Return what to say where words that would be right by themselves do not go together; empty for anything else."""
    if len(words) < 2:
        return ""
    named = [_by_name(word.casefold()) for word in words]
    if all(named):
        return f"Here one at a time: {' or '.join(dict.fromkeys(named))}"
    first, *rest = (meant(word.casefold(), others, MORE_ALIKE) for word in words)
    if first:
        return f"There is no {words[0]}. Did you mean {first}?"
    verb = next((one for one, word in zip(rest, words[1:], strict=True) if one == word.casefold()), "")
    return f"Did you mean {' '.join([verb, *(word for word in words if word.casefold() != verb)])}?" if verb else ""
