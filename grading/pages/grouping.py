"""Whose failures have one cause: a class in groups, the largest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grading.results.values import CheckResult, Grade
from grading.telling.choice import same_reason, to_tell
from grading.telling.hints import kind

NUMBER = re.compile(r"\d+")
REFUSAL = re.compile(r"ERROR:.*", re.DOTALL)  # what stands behind the colon is free
GENERAL = ("exception", "raised-elsewhere", "ended")  # codes that say how something ended, and not why
PROGRAMS = {"", "server", "client", "gateway", "page", "chat server"}  # who takes part and is no person
Key = tuple[str, ...]


@dataclass(frozen=True)
class Failing:
    """Somebody with failures: the one that tells most, and which others have its reason."""

    who: str
    told: CheckResult
    alike: tuple[str, ...]  # ids of checks that fail for its reason, or wait because of it
    failed: frozenset[str]  # ids of all checks that failed


@dataclass(frozen=True)
class Group:
    """People with one mistake."""

    key: Key
    name: str
    members: tuple[Failing, ...]

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.members)

    @property
    def example(self) -> Failing:
        """Whose story is shown: a simple check's rather than one of stress, of the commonest, in fewest words."""
        count = Counter(one.told.id for one in self.members)

        def place(one: Failing) -> tuple[bool, int, bool, int, str, str]:
            told = one.told
            return told.stress, -count[told.id], not told.events, len(told.events), told.got, one.who

        return min(self.members, key=place)

    @property
    def lost(self) -> Counter[str]:
        """How many of them fail each check for this reason, or do not come to it."""
        return Counter(id for one in self.members for id in (one.told.id, *one.alike))


def failing(who: str, grade: Grade) -> Failing | None:
    """Return what fails for somebody; None if nothing does."""
    told = to_tell(grade)
    if not told:
        return None
    alike = tuple(check.id for check in (*same_reason(grade), *_held_back(told, grade)))
    return Failing(who, told, alike, frozenset(check.id for check in grade.failures))


def _held_back(told: CheckResult, grade: Grade) -> list[CheckResult]:
    """Return the checks that were not made, or count for nothing, since the program does not start: they cost, too."""
    return [check for check in grade.checks if check.is_waiting and check.role == told.role]


def grouped(people: Iterable[Failing]) -> list[Group]:
    """Return everybody in the group of what is wrong with their program, the largest group first."""
    people = sorted(people, key=lambda one: one.who)
    racing = [one for one in people if _is_vague(one.told)]
    tellers = {one.told.id for one in racing}
    vague = Counter(id for one in racing for id in one.failed & tellers)
    groups: dict[Key, list[Failing]] = {}
    for one in people:
        groups.setdefault(_race(one, vague) if _is_vague(one.told) else key_of(one.told), []).append(one)
    found = [Group(key, _name(own), tuple(own)) for key, own in groups.items()]
    return sorted(found, key=lambda group: (-group.size, group.key))


def key_of(told: CheckResult) -> Key:
    """Return what all failures with one cause have in common: a cause that proves something is all of it.

    Otherwise it is the check as well, with what was unmet: numbers, people and the words of a refusal are left to
    chance, or to taste.
    """
    cause, known = told.cause, kind(told.cause)
    if cause and known.is_certain and cause.code not in GENERAL:
        return told.role, cause.code
    start = told.role, cause.code if cause else "", told.id
    if told.is_invented or told.stress or (cause and cause.code in GENERAL):
        return start
    unmet = (told.expected,) if cause else (told.expected, told.got)
    return (*start, *(_shape(text, told) for text in unmet))


def _is_vague(told: CheckResult) -> bool:
    return told.stress and not told.is_invented and not kind(told.cause).is_certain


def _race(one: Failing, tellers: Counter[str]) -> Key:
    """Return the key of what shows under stress only: of the checks that show it now and then, the commonest."""
    common = max(sorted(one.failed & tellers.keys()), key=lambda id: tellers[id])
    return one.told.role, "", common


def _shape(text: str, told: CheckResult) -> str:
    """Return what was expected or came, without what is another way each time."""
    speakers = {name for event in told.events for name in (event.source, event.target)} - PROGRAMS
    people = sorted((name for name in speakers if " " not in name), key=lambda name: (-len(name), name))
    names = "|".join(map(re.escape, people))
    text = REFUSAL.sub("ERROR:", NUMBER.sub("#", text))
    return re.sub(rf"\b(?:{names})\b", "*", text) if names else text


def _name(members: Sequence[Failing]) -> str:
    """Return what a mistake is called: as its cause is, or as what is not true."""
    told = Counter(one.told.title for one in members).most_common(1)[0][0]
    first = members[0].told
    known = kind(first.cause)
    if first.cause and (known.is_certain or known.is_seen) and first.cause.code not in GENERAL:
        return known.name[:1].upper() + known.name[1:]
    return f"Not yet true: {told.rstrip('.')}"
