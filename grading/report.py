"""Show a grade on the terminal. The only file that knows colours."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from grading import evidence
from grading.launcher import KIT
from grading.results import ERROR, PASSED, SKIPPED, CheckResult, Grade
from grading.skeletons import PROGRAMS, STEPS, number
from grading.story import tell

TICK, CROSS, DOT = "✓", "✗", "·"
MARKS = {PASSED: (TICK, "green"), SKIPPED: (DOT, "dim"), ERROR: ("!", "red")}
WIDEST = 100  # columns; wider lines are hard to read
MOST_LINES = 8  # numbers of lines with a TODO, told one by one


def make_console(record: bool = False, width: int | None = None) -> Console:
    """Return the terminal, no wider than one can read."""
    console = Console(record=record, highlight=False, soft_wrap=False)
    console.width = width or min(console.width, WIDEST)
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

    def says(self, text: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(Text(text, style), overflow="fold")

    def starts(self, step: str, where: str) -> None:
        """Show that a grading begins."""
        self.says(f"{spoken(step).capitalize()}: {where}", "bold")
        self._bar.update(self._task, description="running the checks", total=None, completed=0)
        if self.console.is_terminal:
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
        first = grade.to_tell
        others = [check for check in grade.failures if check is not first]
        if others:
            self.says("\nnot yet", "bold")
            for check in others:
                self._line(check, len({check.step for check in grade.checks}) > 1)
        skipped = [check for check in grade.checks if check.outcome == SKIPPED]
        for program in sorted({check.program for check in skipped}):
            count = sum(check.program == program for check in skipped)
            self.says(f"  {DOT} {count} more checks of {program} wait until it starts", "dim")
        self._scores(grade)
        if first:
            self._story(first)
        self.says("")
        self.says("next", "bold")
        for line in next_steps(grade, command):
            self.console.print(Text(f"  {line}"), soft_wrap=True)  # a command must stay in one piece

    def _line(self, check: CheckResult, with_step: bool) -> None:
        mark, style = MARKS.get(check.outcome, (CROSS, ""))
        text = Text(f"  {mark} ", style)
        text.append((f"{check.step:9}" if with_step else "") + f"{check.id.split('/')[1]:7} ", "dim")
        text.append(check.title)
        text.truncate(self.console.width, overflow="ellipsis")
        self.console.print(text)

    def _scores(self, grade: Grade) -> None:
        self.says("\nscore", "bold")
        for step in dict.fromkeys(check.step for check in grade.checks):
            checks = grade.of_step(step)
            self.score(step, sum(c.points for c in checks), sum(c.max_points for c in checks))
        if len({check.step for check in grade.checks}) > 1:
            self.score("together", grade.points, grade.max_points)

    def score(self, what: str, points: int, of: int) -> None:
        """Show the points of one step."""
        mark, style = (TICK, "green") if points == of else (DOT, "")
        line = Text(f"  {mark} ", style)
        line.append(f"{what:9} {points:4} of {of:3} points")
        self.console.print(line)

    def tells_of_earlier_steps(self, grade: Grade) -> None:
        """Say so where a check of an earlier step fails that passed there."""
        earlier = [check for check in grade.failures if check.step != grade.step]
        if earlier:
            self.says(f"              and {len(earlier)} checks of earlier steps fail there", "dim")

    def _story(self, check: CheckResult) -> None:
        program = f"{check.program}, {check.step}"
        self.console.print(Text(f"\n{CROSS} {check.title}", "bold red"))
        self.says(f"  {program}: 0 of {check.max_points} points\n", "dim")
        if check.outcome == ERROR:
            self.says("  The grader itself failed here; this is not your fault. Please tell your instructor.")
            short = f"  {check.got.strip().splitlines()[-1]}  (--debug shows more)"
            self.says(check.got if self.debug else short, "dim")
            return
        story = tell(check)
        for line in story.diagram:
            self.console.print(Text(line, "cyan"), overflow="ellipsis", no_wrap=True)
        if story.diagram:
            self.says("")
        for label, lines in story.facts:
            for i, line in enumerate(lines):
                text = Text(f"  {label if i == 0 else '':9} ", "dim")
                text.append(line, {"expected": "green", "got": "red"}.get(label, ""))
                self.console.print(text)
        if self.debug:
            self.says(f"\n  {check.id}, {check.seconds:.2f} s", "dim")
            for line in (*map(str, check.minutes), *check.threads):
                self.says(f"  {line}", "dim")

    def saves(self, path: Path, title: str) -> None:
        """Write what was printed as an SVG picture."""
        self.console.save_svg(str(path), title=title)


def spoken(step: str) -> str:
    """Return `step 3` for `step3`."""
    return f"step {step[-1]}" if step.startswith("step") else step


def shown_path(path: Path) -> str:
    """Return a path as short as possible: from here, or whole."""
    try:
        return os.path.relpath(path) if not os.path.relpath(path).startswith("..") else str(path)
    except ValueError:  # another drive
        return str(path)


def next_steps(grade: Grade, command: str) -> list[str]:
    """Return what to do now, a line per sentence."""
    if grade.passed:
        if number(grade.step) == len(STEPS):
            return ["All steps are done. Read solution/, if you have it, and compare."]
        following = STEPS[number(grade.step)]
        return [f"Read steps/{following}/README.md, then: python grader.py {following}"]
    first = grade.to_tell
    if not first or first.outcome == ERROR:
        return [f"Run it again: {command} --debug"]
    path = grade.work / first.program
    todos = evidence.todos(path)
    where = shown_path(path)
    if evidence.STILL_A_TODO in first.because and todos:
        line = int(first.because.split(":")[1])
        nearest = max((todo for todo in todos if todo[0] <= line), default=todos[0])
        return [f"Fill in the TODO in {where}, line {nearest[0]}.", f"Then run again: {command}"]
    if todos:
        numbers = [str(number) for number, _ in todos]
        lines = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:MOST_LINES])}"
        if more := numbers[MOST_LINES:]:
            lines += f" and {len(more)} more"
        return [f"TODO is left in {where}, {lines}.", f"Then run again: {command}"]
    return [f"Change {where}, then run again: {command}"]


def missing_programs(work: Path) -> list[str]:
    """Return which of the two programs are not there."""
    return [name for name in PROGRAMS if not (work / name).is_file()]


__all__ = ["KIT", "Screen", "make_console", "missing_programs", "next_steps", "shown_path", "spoken"]
