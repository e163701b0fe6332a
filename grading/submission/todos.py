"""Which tasks are still to be done in a program: found by its lines alone, beside those of its skeleton."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
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
    below: str  # the line of code below it, unless another function begins there
    own: tuple[str, ...]  # all those below it, until another function or another task begins
    is_unwritten: bool  # whether one says so of those below it, until another function begins

    def is_left(self, given: Task) -> bool:
        """Tell whether nobody has done it yet, where it was handed out as `given`."""
        if given.below.startswith(UNWRITTEN):
            return self.is_unwritten or (not self.below and self.before == given.before)
        return self.own == given.own if given.own else self.below == given.below


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
    """Return the tasks of a program, from top to bottom.

    Each line is looked at once, from the bottom up, however many tasks stand above it.
    """
    found: list[Task] = []
    below, own, is_unwritten = "", list[str](), False  # of a task that would stand here
    lines = [line.strip() for line in program.split("\n")]
    above = list(itertools.accumulate(lines, lambda code, line: line if _is_code(line) else code, initial=""))
    for at in reversed(range(len(lines))):
        line = lines[at]
        if is_task := any(mark in line for mark in MARKS):
            found.append(Task(line, at + 1, above[at], below, tuple(reversed(own)), is_unwritten))
        if line.startswith(OPENING):
            below, own, is_unwritten = "", [], False
        elif _is_code(line):
            below, is_unwritten = line, is_unwritten or line.startswith(UNWRITTEN)
            own.append(line)
        if is_task:
            own = []
    return found[::-1]


def openings(program: str) -> tuple[int, ...]:
    """Return the lines at which functions begin, and classes: no task is about what stands beyond one of them."""
    return tuple(at for at, line in enumerate(program.split("\n"), 1) if line.strip().startswith(OPENING))


def _is_code(line: str) -> bool:
    return bool(line) and not line.startswith(COMMENTS)
