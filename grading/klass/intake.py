"""What a class handed in, as it really arrives: whose each hand-in is, and which of them counts."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from grading.course import EXERCISES, PROGRAMS, Exercise
from grading.klass import gradescope
from grading.klass.arrival import Arrival, Class, alike, is_same
from grading.klass.columns import GROUPS
from grading.klass.handin import Finder, HandIn
from grading.klass.naming import Label, behind_several, is_own_name, label, respelled
from grading.klass.programs import few
from grading.klass.roster import Person, Roster
from grading.klass.shelf import Item, Shelf, of_entries, shelf
from grading.klass.unpacking import Allowance, is_archive, is_packed, unpacked, without_ending
from grading.results.visible import shown
from grading.submission import budget
from grading.submission.values import BadSubmission, TooBig

NOTHING = "Nothing came: hand it in."
UNCERTAIN = "Something came from somebody of your name: it is not certain yet whose it is."
MOST_OF_A_GROUP = 6  # people
WRAPPERS = 5  # folders around the whole class that are seen through
BY_NAME = ("name", "repeated")  # rules that take any folder for somebody's
OF_FILES = ("Canvas", "Moodle", "Blackboard", "prefix", "suffix")  # rules by which what came together lies apart
OF_ONE = {*EXERCISES, "server", "client", "src", "old"}  # names of folders that lie in one person's work
INDEX = "index.html"  # which Brightspace puts beside what was handed in
OF_A_CLASSROOM = "-submissions"  # ends the name of a folder of GitHub Classroom


def arrived(
    path: Path, roster: Roster | None = None, exercise: Exercise | None = None, programs: tuple[str, ...] = PROGRAMS
) -> Class:
    """Return what a class handed in, by identity; BadSubmission or TooBig where nothing can be looked at.

    The files that are looked for are those of the exercise; where none is named, the `programs`.
    """
    return _Intake(roster or Roster(), exercise, programs).of(shelf(path))


class _Intake:
    def __init__(self, roster: Roster, exercise: Exercise | None, programs: tuple[str, ...]) -> None:
        self._roster = roster
        self._programs = exercise.programs if exercise else programs
        self._finder = Finder(self._programs, exercise, self._label)
        self._notes: list[str] = [*roster.notes]
        self._behind: dict[str, list[gradescope.Submitter]] = {}
        self._prefix = ""  # of all the folders of a Classroom
        self._suffixes: frozenset[str] = frozenset()  # that stand behind several programs, like a name

    def of(self, whole: Shelf) -> Class:
        whole = self._seen_through(whole)
        self._suffixes = self._behind_several(whole)
        self._notes += whole.notes
        self._read_metadata(whole)
        arrivals = [arrival for who, own in self._by_person(whole).items() for arrival in self._of_person(who, own)]
        if not arrivals:
            nothing = f"There is no hand-in in {shown(whole.name)}."
            if not self._roster.people:
                raise BadSubmission(nothing)
            self._notes.append(nothing)
        arrivals = list(self._one_each(arrivals))
        self._notes += alike(arrivals)
        absent = list(self._absent(arrivals))
        return Class(tuple(sorted([*arrivals, *absent], key=lambda arrival: arrival.who)), tuple(self._notes))

    def _absent(self, arrivals: list[Arrival]) -> Iterator[Arrival]:
        """Yield an arrival for each from whom nothing came."""
        here = {arrival.who for arrival in arrivals}
        doubtful = {one.identity for arrival in arrivals for one in self._in_doubt(arrival)}
        for one in self._roster.people:
            if one.identity not in here:
                group = self._roster.group(one.group) if one.group else []
                others = [other.identity for other in group if other.identity in here]
                doubt = ""
                if others and len(group) <= MOST_OF_A_GROUP:  # more are no people who work together
                    name = shown(one.group)
                    doubt = f"{few(others)} of {name} handed in: under the name {name}, it counts for all of them."
                why = UNCERTAIN if one.identity in doubtful else NOTHING
                yield Arrival(one.identity, None, why, one.name, doubt=doubt)

    def _seen_through(self, whole: Shelf) -> Shelf:
        """Return the folder in which the hand-ins lie side by side."""
        for _ in range(WRAPPERS):
            folders = [item for item in whole.items if item.is_folder or is_archive(item.name)]
            if len(folders) != 1 or any(self._label(item) for item in whole.items if item not in folders):
                break
            inner = self._opened(folders[0])
            if not inner or not self._holds_a_class(inner):
                break
            self._notes.append(f"All hand-ins lie in {shown(folders[0].name)}.")
            whole = replace(inner, notes=(*whole.notes, *inner.notes))
        if whole.name.endswith(OF_A_CLASSROOM):
            self._prefix = whole.name.removesuffix(OF_A_CLASSROOM) + "-"
        else:
            self._prefix = self._common([item.name for item in whole.items if item.is_folder])
        return whole

    def _common(self, names: list[str]) -> str:
        """Return with what all these names begin, where the roster knows what follows, and none of them whole."""
        start = os.path.commonprefix(names).rpartition("-")[0] + "-"
        knows = self._roster.knows
        is_start = len(names) > 1 and len(start) > 1 and not any(map(knows, names))
        return start if is_start and any(knows(name.removeprefix(start)) for name in names) else ""

    def _opened(self, item: Item) -> Shelf | None:
        """Return what is in a folder or an archive; None where that cannot be opened, which is told at its turn."""
        try:
            if item.is_folder:
                return item.inside()
            allowance = Allowance(item.name, budget.MOST_BYTES)
            leaves, _ = item.leaves(allowance)
            return of_entries([one for leaf in leaves for one in unpacked(leaf.data, item.name, allowance)], item.name)
        except (BadSubmission, TooBig):
            return None

    def _holds_a_class(self, inner: Shelf, deeper: int = WRAPPERS) -> bool:
        """Tell whether several hand-ins lie there or further in, and no program itself."""
        if any(not item.is_folder and self._is_program(item.name) for item in inner.items):
            return False
        if any(item.name == gradescope.FILE and not item.is_folder for item in inner.items):
            return True
        self._suffixes = self._behind_several(inner)
        labels = {item: found for item in inner.items if (found := self._label(item))}
        if any(found.rule not in BY_NAME for found in labels.values()):
            return True
        holding = [item for item in labels if item.is_folder or is_packed(item.name)]
        if len(holding) == 1 and deeper:
            further = self._opened(holding[0])
            return further is not None and self._holds_a_class(further, deeper - 1)
        return len(holding) > 1 and not any(without_ending(item.name).lower() in OF_ONE for item in holding)

    def _is_program(self, name: str) -> bool:
        return any(is_own_name(name, program) for program in self._programs)

    def _label(self, item: Item) -> Label | None:
        return label(item.name, item.is_folder, self._programs, self._knows)

    def _knows(self, who: str) -> bool:
        return who in self._suffixes or self._roster.knows(who)

    def _behind_several(self, whole: Shelf) -> frozenset[str]:
        return behind_several([item.name for item in whole.items if not item.is_folder], self._programs)

    def _read_metadata(self, whole: Shelf) -> None:
        for item in whole.items:
            if item.name == gradescope.FILE and not item.is_folder:
                try:
                    leaves, _ = item.leaves(Allowance(item.name))
                    self._behind = gradescope.submitters(b"".join(leaf.data for leaf in leaves))
                except (BadSubmission, TooBig) as error:
                    self._notes.append(str(error))

    def _by_person(self, whole: Shelf) -> dict[str, list[HandIn]]:
        """Return the hand-ins of each person, in the order in which they came as far as that is known."""
        if self._is_one(whole):
            return {whole.name: [HandIn(Label(without_ending(whole.name), "all of it", ""), whole.items)]}
        groups: dict[tuple[str, tuple[int, ...], str], list[tuple[Label, Item]]] = {}
        strays: list[Item] = []
        for item in whole.items:
            found = self._label(item)
            if found and not (not item.is_folder and self._is_program(item.name)):
                found = self._known(found, item)
                is_whole = found.rule not in OF_FILES and (item.is_folder or is_packed(item.name))
                key = found.who, found.order, item.name if is_whole else ""
                groups.setdefault(key, []).append((found, item))
            elif item.name not in (gradescope.FILE, INDEX):
                strays.append(item)
        people: dict[str, list[HandIn]] = {}
        for key, labelled in sorted(groups.items(), key=lambda pair: pair[0]):
            late = any(found.late for found, _ in labelled)
            labelled = sorted(labelled, key=lambda pair: pair[0].is_of_platform)
            hand_in = HandIn(replace(labelled[0][0], late=late), tuple(item for _, item in labelled))
            people.setdefault(key[0], []).append(hand_in)
        for item in strays:
            owners = self._roster.find(item.name, item.name.partition(".")[0])
            if len(owners) == 1 and owners[0].identity not in people and not self._is_program(item.name):
                found = Label(owners[0].identity, "name", item.name, owners[0].name)
                people[owners[0].identity] = [HandIn(found, (item,))]
            else:
                self._notes.append(f"{shown(item.name)} is nobody's hand-in.")
        return people

    def _is_one(self, whole: Shelf) -> bool:
        """Tell whether the whole is what one person handed in: a program lies at the top, and nobody's folder."""
        is_there = any(not item.is_folder and self._is_program(item.name) for item in whole.items)
        others = [item for item in whole.items if not item.is_folder and not self._is_program(item.name)]
        of_people = any(is_archive(item.name) or self._has_owner(item) for item in others)
        folders = [item for item in whole.items if item.is_folder and self._holds_programs(item)]
        return is_there and not of_people and not folders

    def _has_owner(self, item: Item) -> bool:
        found = self._label(item)
        return found is not None and found.rule not in BY_NAME

    def _holds_programs(self, item: Item) -> bool:
        inner = self._opened(item) if item.is_folder else None
        return inner is not None and any(not one.is_folder and self._is_program(one.name) for one in inner.items)

    def _known(self, found: Label, item: Item) -> Label:
        """Return a label under the name by which the course knows a person, where there is no doubt."""
        if self._prefix and item.is_folder and found.who.startswith(self._prefix):
            found = replace(found, who=found.who.removeprefix(self._prefix), rule="Classroom")
        found = replace(found, who=_composed(found.who), name=_composed(found.name))
        if self._roster.group(found.name):  # the platform's number may be that of the one who uploaded it for all
            return found
        people = self._roster.owners(found.who, found.name) or self._roster.find(*respelled(found.who))
        if len(people) == 1:
            return replace(found, who=people[0].identity, name=people[0].name or found.name)
        return found

    def _of_person(self, who: str, own: list[HandIn]) -> Iterator[Arrival]:
        """Yield what counts of somebody's hand-ins: the last one; one arrival for each member of a group."""
        last = own[-1]
        rivals = [one for one in own[:-1] if one.label.order == last.label.order]
        arrival = self._finder.looks_at(last)
        if rivals and any(not is_same(self._finder.looks_at(rival), arrival) for rival in rivals):
            names = few([one.source for one in [*rivals, last]])
            why = f"Which one counts? There are {names}, and none is known to be the last: hand in one."
            arrival = replace(arrival, submission=None, trouble=why)
        elif others := tuple(one.source for one in own[:-1]):
            note = f"{shown(last.source)} counts, the last of {len(own)}."
            arrival = replace(arrival, others=others, notes=(*arrival.notes, note))
        yield from self._for_each(arrival)

    def _for_each(self, arrival: Arrival) -> Iterator[Arrival]:
        behind = self._behind.get(arrival.source, [])
        if behind:
            group = arrival.source if len(behind) > 1 else ""
            for one in behind:
                found = self._roster.find(one.identity, one.email, one.sid, one.name)
                who = found[0].identity if len(found) == 1 else one.identity
                yield self._checked(replace(arrival, who=who, name=one.name, rule="Gradescope", group=group))
        elif members := self._roster.group(arrival.who) or self._roster.group(arrival.name):
            for member in members:
                yield replace(arrival, who=member.identity, name=member.name, group=member.group)
        else:
            yield self._checked(arrival)

    def _checked(self, arrival: Arrival) -> Arrival:
        """Return an arrival with a doubt if the roster does not know for certain whose it is."""
        if not self._roster.people:
            return arrival
        found = self._roster.owners(arrival.who, arrival.name)
        if len(found) == 1:
            return arrival
        who = shown(f"{arrival.name} ({arrival.who})" if arrival.name else arrival.who)
        note = f"{len(found)} in the roster fit" if found else f"The roster knows nobody called {who}"
        if near := [] if found else self._near(arrival):
            note += f", but {few([f'{one.name} ({one.identity})' for one in near])}"
        tells = f"a column of it that has {shown(arrival.who)} for one person tells whose it is"
        if found and not any(one.is_called(arrival.name or arrival.who) for one in found):
            tells += f", and a column {GROUPS[0]} tells who worked together"
        return replace(arrival, doubt=f"{note}: {tells}.")

    def _in_doubt(self, arrival: Arrival) -> list[Person]:
        """Return all who may have handed this in, where it is not certain who did."""
        return self._roster.owners(arrival.who, arrival.name) or self._near(arrival) if arrival.doubt else []

    def _near(self, arrival: Arrival) -> list[Person]:
        return self._roster.near(arrival.name or arrival.who)

    def _one_each(self, arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
        """Yield one arrival for each identity: two of them that differ are a question, and none counts."""
        by_who: dict[str, list[Arrival]] = {}
        for arrival in arrivals:
            by_who.setdefault(arrival.who, []).append(arrival)
        for own in by_who.values():
            if all(is_same(own[0], other) for other in own[1:]):
                yield own[0]
            else:
                names = few([one.source for one in own])
                yield replace(own[0], submission=None, trouble=f"Whose are {names}? All are of {shown(own[0].who)}.")


def _composed(name: str) -> str:
    """Return a name in the form that most systems write; macOS takes its letters apart."""
    return unicodedata.normalize("NFC", name)
