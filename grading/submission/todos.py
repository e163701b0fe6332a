"""Which tasks are still to be done in a program: found by its lines alone, beside those of its skeleton."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TODO = "# TODO:"
MARKS = (TODO, "// TODO:")  # the latter in the script of a page
COMMENTS = ("#", "//")
UNWRITTEN = "raise NotImplementedError"  # what a skeleton does where a whole function is to be written
OPENING = ("def ", "class ", "async def ", "@", "function ")  # after which another function begins


@dataclass(frozen=True)
class Task:
    """A task, and the code around it; comments and empty lines do not count."""

    text: str  # the first line of its comment
    line: int  # counted from 1
    before: str  # the line of code above it
    below: tuple[str, ...]  # the lines of code below it, until another function begins
    own: tuple[str, ...]  # those of them that no other task stands above

    def is_left(self, given: Task) -> bool:
        """Tell whether nobody has done it yet, where it was handed out as `given`."""
        if given.below[:1] and given.below[0].startswith(UNWRITTEN):
            stands = any(line.startswith(UNWRITTEN) for line in self.below)
            return stands or (not self.below and self.before == given.before)
        return self.own == given.own if given.own else self.below[:1] == given.below[:1]


def lines_left(program: str, skeletons: Iterable[str]) -> tuple[int, ...]:
    """Return the lines of all tasks in a program that are left; one that stands in none of `skeletons` is."""
    given: dict[str, list[Task]] = {}
    for task in (task for skeleton in skeletons for task in tasks(skeleton)):
        given.setdefault(task.text, []).append(task)
    return tuple(
        task.line
        for task in tasks(program)
        if task.text not in given or any(task.is_left(one) for one in given[task.text])
    )


def without_done(program: str, skeleton: str) -> str:
    """Return a program in which the tasks of its skeleton that are done are plain comments."""
    given, left = {task.text for task in tasks(skeleton)}, set(lines_left(program, [skeleton]))
    done = {task.line for task in tasks(program) if task.text in given and task.line not in left}
    lines = program.split("\n")
    return "\n".join(line.replace(f"{TODO} ", "# ", 1) if at in done else line for at, line in enumerate(lines, 1))


def tasks(program: str) -> list[Task]:
    """Return the tasks of a program, from top to bottom."""
    lines = [line.strip() for line in program.split("\n")]
    return [_task(lines, at) for at, line in enumerate(lines) if any(mark in line for mark in MARKS)]


def openings(program: str) -> tuple[int, ...]:
    """Return the lines at which functions begin, and classes: no task is about what stands beyond one of them."""
    return tuple(at for at, line in enumerate(program.split("\n"), 1) if line.strip().startswith(OPENING))


def _task(lines: Sequence[str], at: int) -> Task:
    before = next((line for line in reversed(lines[:at]) if _is_code(line)), "")
    below = list(itertools.takewhile(lambda line: not line.startswith(OPENING), filter(_is_code, lines[at + 1 :])))
    is_another = (any(mark in line for mark in MARKS) for line in lines[at + 1 :])
    until = next((other for other, is_mark in enumerate(is_another, at + 1) if is_mark), len(lines))
    own = below[: sum(map(_is_code, lines[at + 1 : until]))]
    return Task(lines[at], at + 1, before, tuple(below), tuple(own))


def _is_code(line: str) -> bool:
    return bool(line) and not line.startswith(COMMENTS)
