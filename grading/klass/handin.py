"""One hand-in: the files and archives that came together, and the programs that are found in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from grading.course import Exercise
from grading.klass.arrival import Arrival
from grading.klass.naming import Label
from grading.klass.programs import Chosen, choose, has_program, lacking
from grading.klass.shelf import Item, Leaf, Leaves, read_all
from grading.klass.unpacking import (
    Allowance,
    Entry,
    is_archive,
    is_packed,
    unpacked,
    unreadable,
    wanted,
    without_ending,
)
from grading.results.visible import shown
from grading.submission.values import BadSubmission, Submission, TooBig

DEPTH = 3  # archives within each other that are opened
NOTES = 5  # on what was left out of one hand-in


@dataclass(frozen=True)
class HandIn:
    """Some files and folders at the top that came together."""

    label: Label
    items: tuple[Item, ...]

    @property
    def source(self) -> str:
        return self.items[0].name


@dataclass(frozen=True)
class Finder:
    """Finds the programs in a hand-in."""

    programs: tuple[str, ...]  # that are looked for
    exercise: Exercise | None  # for which; None where that is not known
    label_of: Callable[[Item], Label | None]  # what the name of a file or folder at the top says

    def looks_at(self, hand_in: HandIn) -> Arrival:
        """Return what is to be graded of a hand-in, or why nothing is."""
        found = hand_in.label
        about = Arrival(found.who, None, "", found.name, hand_in.source, found.rule, late=found.late)
        try:
            leaves, notes = self._leaves(hand_in)
            if notes and not leaves:
                return replace(about, trouble=" ".join(["Nothing that came can be graded.", *notes]))
            chosen = choose(leaves, self.programs, self.exercise)
            return _with(about, chosen, [*(["It came late."] if found.late else []), *notes])
        except (BadSubmission, TooBig) as error:
            return replace(about, trouble=str(error))

    def _leaves(self, hand_in: HandIn) -> Leaves:
        """Return all files of a hand-in, with what is in archives where no program lies outside of them."""
        allowance = Allowance(hand_in.source)
        leaves: list[Leaf] = []
        notes: list[str] = []
        for item in hand_in.items:
            own = None if item.is_folder else self.label_of(item)
            if own and own.is_of_platform:
                continue
            some, more = item.leaves(allowance)
            original = own.file if own and len(some) == 1 else ""
            leaves += [Leaf(original or leaf.name, leaf.data) for leaf in some]
            notes += more
        leaves, more = self._unpacked(leaves, allowance)
        notes += [*more, *self._unreadable(leaves)]
        more = [f"… and {len(notes) - NOTES:,} more."] if len(notes) > NOTES else []
        return leaves, [*notes[:NOTES], *more]

    def _unpacked(self, leaves: list[Leaf], allowance: Allowance) -> Leaves:
        """Return files with those in archives among them, until none of the programs is lacking."""
        notes: list[str] = []
        for _ in range(DEPTH):
            packed = [leaf for leaf in leaves if is_archive(leaf.name)]
            plain = [leaf for leaf in leaves if not is_archive(leaf.name)]
            if not packed or not lacking(plain, self.programs):
                break
            leaves = plain
            for leaf in packed:
                try:
                    inner, more = _inside(leaf, allowance)
                except (BadSubmission, TooBig) as error:
                    if not has_program(plain, self.programs):
                        raise
                    inner, more = [], [str(error)]
                leaves += inner
                notes += more
        return leaves, notes

    def _unreadable(self, leaves: list[Leaf]) -> list[str]:
        """Return what to say where a program may be in something that cannot be opened here; raise it if all may."""
        if not lacking(leaves, self.programs):
            return []
        told = [
            unreadable(leaf.name) or f"{shown(leaf.name)} lies too deep in other archives: hand in one zip."
            for leaf in leaves
            if is_packed(leaf.name)
        ]
        if told and not has_program(leaves, self.programs):
            raise BadSubmission(told[0])
        return told


def _inside(leaf: Leaf, allowance: Allowance) -> Leaves:
    """Return what is in an archive, below a folder of its name."""
    folder = without_ending(leaf.name)
    entries = wanted(unpacked(leaf.data, leaf.name, allowance))
    named = [Entry(f"{folder}/{entry.name}", entry.read, entry.note) for entry in entries]
    return read_all(named, allowance)


def _with(about: Arrival, chosen: Chosen, notes: list[str]) -> Arrival:
    notes = [*notes, *chosen.notes]
    found, missing = tuple(chosen.found), tuple(chosen.missing)
    about = replace(
        about,
        found=found,
        missing=missing,
        notes=tuple(notes),
        trouble=chosen.trouble,
        wrapper=chosen.wrapper,
        is_untouched=chosen.is_untouched,
    )
    if chosen.trouble:
        return about
    return replace(about, submission=Submission(chosen.files))
