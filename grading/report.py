"""Show a grade on the terminal. The only file that knows colours."""

from __future__ import annotations

import os
import re
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from grading import evidence
from grading.launcher import KIT
from grading.results import ERROR, PASSED, SKIPPED, CheckResult, Grade
from grading.showing import pasted, visible
from grading.skeletons import PROGRAMS, STEPS, number
from grading.story import tell

TICK, CROSS, DOT = "✓", "✗", "·"
MARKS = {PASSED: (TICK, "green"), SKIPPED: (DOT, "dim"), ERROR: ("!", "red")}
WIDEST = 100  # columns; wider lines are hard to read
NARROWEST = 20  # columns; on less nothing can be told
SIZE = re.compile(r"[1-9][0-9]{0,4}")  # of a terminal, in COLUMNS or LINES
MOST_LINES = 8  # numbers of lines with a TODO, told one by one


def make_console(record: bool = False, stderr: bool = False) -> Console:
    """Return the terminal, no wider than one can read."""
    for name in ("COLUMNS", "LINES"):
        if not SIZE.fullmatch(os.environ.get(name, "")):
            os.environ.pop(name, None)
    console = Console(record=record, stderr=stderr, highlight=False, soft_wrap=False)
    console.width = min(max(console.width, NARROWEST), WIDEST)
    return console


class Screen:
    """Everything that a person sees of a grading."""

    def __init__(self, console: Console, debug: bool = False) -> None:
        self.console = console
        self.debug = debug
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
        )
        self._task = self._bar.add_task("", total=None)

    def _prints(self, *parts: tuple[str, str], cut: bool = False, in_one_piece: bool = False) -> None:
        """Print one line of parts with their styles. All that is shown passes here, and none of it as an order."""
        line = Text.assemble(*((visible(text, self.console.encoding), style) for text, style in parts))
        self.console.print(
            line, overflow="ellipsis" if cut else None, no_wrap=cut or None, soft_wrap=in_one_piece or None
        )

    def says(self, text: str, style: str = "") -> None:
        """Print one line."""
        self._prints((text, style))

    def starts(self, step: str, where: str) -> None:
        """Show that a grading begins."""
        self.says(f"{spoken(step).capitalize()}: {where}", "bold")
        self._bar.update(self._task, description="running the checks", total=None, completed=0)
        if self.console.is_terminal and not self.console.record:  # no picture of a bar
            self._bar.start()

    def progresses(self, result: CheckResult, left: int) -> None:
        """Show that one more check is done."""
        done = int(self._bar.tasks[0].completed) + 1
        self._bar.update(self._task, total=done + left, completed=done)

    def ends(self) -> None:
        """Take the progress bar away."""
        if self._bar.live.is_started:
            self._bar.stop()

    def shows(self, grade: Grade, command: str) -> None:
        """Show a whole grade: the failures in a line each, the score, the first failure as a story, what to do next."""
        for note in grade.notes:
            self.says(f"  {DOT} {note}", "dim")
        first = grade.to_tell
        others = [check for check in grade.failures if check is not first]
        if others:
            self._heads("not yet")
            for check in others:
                self._line(check, len({check.step for check in grade.checks}) > 1)
        waiting = [check.program for check in grade.checks if check.is_waiting]
        for program in sorted(set(waiting)):
            count = waiting.count(program)
            self.says(f"  {DOT} {count} more checks of {program} wait until it starts", "dim")
        for check in grade.checks:
            if check.is_untried:
                self._prints((f"  {DOT} not tried on this system: {check.title} {check.because}", "dim"))
        self._scores(grade)
        if first:
            self._story(first)
        self.ends_with(next_steps(grade, command))

    def ends_with(self, steps: list[str]) -> None:
        """Show what to do next, a sentence a line."""
        self._heads("next")
        for line in steps:
            self._prints((f"  {line}", ""), in_one_piece=True)  # a command must stay in one piece

    def _heads(self, title: str) -> None:
        self.says("")
        self.says(title, "bold")

    def _line(self, check: CheckResult, with_step: bool) -> None:
        mark, style = MARKS.get(check.outcome, (CROSS, ""))
        program = (f"{check.step:9}" if with_step else "") + f"{check.id.split('/')[1]:7} "
        self._prints((f"  {mark} ", style), (program, "dim"), (check.title, ""), cut=True)

    def _scores(self, grade: Grade) -> None:
        self._heads("score")
        for step in dict.fromkeys(check.step for check in grade.checks):
            checks = grade.of_step(step)
            self.score(step, sum(c.points for c in checks), sum(c.at_stake for c in checks))
        if len({check.step for check in grade.checks}) > 1:
            self.score("together", grade.points, grade.max_points)

    def score(self, what: str, points: int, of: int) -> None:
        """Show the points of one step."""
        mark, style = (TICK, "green") if points == of else (DOT, "")
        self._prints((f"  {mark} ", style), (f"{what:9} {points:4} of {of:3} points", ""))

    def tells_of_earlier_steps(self, grade: Grade) -> None:
        """Say so where a check of an earlier step fails that passed there."""
        earlier = [check for check in grade.failures if check.step != grade.step]
        if earlier:
            self.says(f"              and {len(earlier)} checks of earlier steps fail there", "dim")

    def _story(self, check: CheckResult) -> None:
        self.says("")
        self.says(f"{CROSS} {check.title}", "bold red")
        self.says(f"  {check.program}, {check.step}: 0 of {check.max_points} points", "dim")
        self.says("")
        if check.undecided:
            self.says("  This machine was too busy to tell whether it passes; that is not your fault.")
            return
        if check.outcome == ERROR:
            self._fault(check.got.strip().splitlines())
            return
        story = tell(check, self.console.encoding)
        for line in story.diagram:
            self._prints((line, "cyan"), cut=True)
        if story.diagram:
            self.says("")
        for label, lines in story.facts:
            style = {"expected": "green", "got": "red"}.get(label, "")
            for i, line in enumerate(lines):
                self._prints((f"  {label if i == 0 else '':9} ", "dim"), (line, style))
        if self.debug:
            self.says("")
            self.says(f"  {check.id}, {check.seconds:.2f} s", "dim")
            for line in (*map(str, check.minutes), *check.threads):
                self.says(f"  {line}", "dim")

    def _fault(self, traceback: list[str]) -> None:
        self.says("  The grader itself failed here; this is not your fault. Please tell your instructor.")
        for line in traceback if self.debug else [f"  {traceback[-1]}  (--debug shows more)"]:
            self.says(line, "dim")

    def picture(self, title: str) -> str:
        """Return what was printed as an SVG picture."""
        return self.console.export_svg(title=visible(title))


def spoken(step: str) -> str:
    """Return `step 3` for `step3`."""
    return f"step {step[-1]}" if step.startswith("step") else step


def shown_path(path: Path) -> str:
    """Return a path as short as possible: from here, or whole."""
    try:
        return os.path.relpath(path) if not os.path.relpath(path).startswith("..") else str(path)
    except (ValueError, OSError):  # another drive, or a folder that is gone
        return str(path)


def command(*words: str) -> str:
    """Return what to type for the grader to be called with `words`, from the folder that one is in."""
    return pasted(["python", shown_path(KIT / "grader.py"), *words])


def next_steps(grade: Grade, command_again: str) -> list[str]:
    """Return what to do now, a line per sentence."""
    if grade.passed:
        if number(grade.step) == len(STEPS):
            return ["All steps are done. Read solution/, if you have it, and compare."]
        following = STEPS[number(grade.step)]
        page = shown_path(KIT / "steps" / following / "README.md")
        return [f"Read {page}, then: {command(following)}"]
    first = grade.to_tell
    if first and first.undecided:
        return [f"Run it again when this machine has less to do: {command_again}"]
    if not first or first.outcome == ERROR:
        return [f"Run it again: {command_again} --debug"]
    file, line = first.todo or (first.program, 0)
    where, todos = shown_path(grade.work / file), evidence.todos(grade.work / file)
    if first.todo and todos:
        nearest = max((place for place, _ in todos if place <= line), default=todos[0][0])
        return [f"Fill in the TODO in {where}, line {nearest}.", f"Then run again: {command_again}"]
    if todos:
        lines = _lines([place for place, _ in todos])
        return [f"TODO is left in {where}, {lines}.", f"Then run again: {command_again}"]
    return [f"Change {where}, then run again: {command_again}"]


def _lines(numbers: list[int]) -> str:
    told = ", ".join(map(str, numbers[:MOST_LINES]))
    more = f" and {len(numbers) - MOST_LINES} more" if len(numbers) > MOST_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {told}{more}"


def missing_programs(work: Path) -> list[str]:
    """Return which of the two programs are not there."""
    return [name for name in PROGRAMS if not os.path.isfile(work / name)]


__all__ = ["KIT", "Screen", "command", "make_console", "missing_programs", "next_steps", "shown_path", "spoken"]
