"""Show a grade on the terminal. The only file that knows colours."""

from __future__ import annotations

import io
import os
import re
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from grading.course import CHALLENGES, KIT, Exercise
from grading.drawing.layout import Diagram, layout
from grading.drawing.svg import sentences
from grading.drawing.text import LANES, LONGEST, ROWS, Page, page, paint
from grading.home.memory import Changes
from grading.process.reading import with_own_steps
from grading.results.values import ERROR, PASSED, SKIPPED, CheckResult, Grade
from grading.results.visible import visible
from grading.showing.outputs import LOOKALIKE
from grading.showing.quoting import quoted
from grading.showing.shell import pasted
from grading.start import environment
from grading.telling.advice import Typing, numbered, waiting
from grading.telling.choice import other_lines, other_reasons, same_reason, to_tell
from grading.telling.depths import DEPTHS, Hint
from grading.telling.hints import may_be_luck
from grading.telling.story import tell

TICK, CROSS = "✓", "✗"
DOT = "·"  # points are still to be won there: not yet
NOTE = "–"  # something to know
SPOKEN = {TICK: "passed", CROSS: "fails", DOT: "not yet", NOTE: "note"}
MARKS = {PASSED: (TICK, "green"), SKIPPED: (NOTE, "dim"), ERROR: ("!", "red")}
WIDEST = 100  # columns; wider lines are hard to read
PLAIN = 80  # columns of what is shown without a terminal
MOST_OTHERS = 6  # failures in a line each, besides the one that is told
OTHERS_HEAD = 2  # lines above them
SHORTEST_STORY = 12  # lines
LEAST_OTHERS = 1  # where the terminal is too low for that, they are only counted
MOST_LINES = 2  # of other mistakes, where those are only counted
LOW = 30  # lines of a terminal, below which what has changed takes a line for each kind
MOST_CHANGES = 3  # sentences of one kind, on what is otherwise than in the last run
FRAME = 5  # lines of a screen that are there in any case: what is graded, what else fails, what to do, the prompt
NAME = 9  # columns, for that of an exercise, where none is longer
WIDE = 70  # columns that the bars of an overview take
BAR = 20  # columns, for the points of a step
FULL, EMPTY = "━", "·"
LEAST_PRINTED = 6  # lines of a program that are shown in any case
LABEL = 12  # columns, for that of a fact
NARROWEST = 20  # columns; on less nothing can be told
NUMBER = re.compile(r"(?<=[a-z])\d+$")  # at the end of an exercise's name
SIZE = re.compile(r"[1-9][0-9]{0,4}")  # of a terminal, in COLUMNS or LINES


def make_console(record: bool = False, stderr: bool = False) -> Console:
    """Return the terminal, no wider than one can read."""
    for name in ("COLUMNS", "LINES"):
        if not SIZE.fullmatch(os.environ.get(name, "")):
            os.environ.pop(name, None)
    console = Console(record=record, stderr=stderr, highlight=False, soft_wrap=False)
    console.width = min(max(console.width, NARROWEST), WIDEST)
    return console


class Report:
    """Everything that a person sees of a grading."""

    def __init__(self, console: Console, debug: bool = False, whole: bool = False, plain: bool = False) -> None:
        self.console = console
        self.plain = plain  # for whoever hears the screen: sentences for drawings, words for signs
        self.debug = debug
        self.whole = whole or debug  # show all that fails
        self.hints = True  # show them with the stories
        self._changed = 0  # lines on what has changed
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
        )
        self._task = self._bar.add_task("", total=None)

    def _prints(self, *parts: tuple[str, str], cut: bool = False, in_one_piece: bool = False) -> None:
        """Print one line of parts with their styles. All that is shown passes here, and none of it as an order."""
        if self.plain:
            parts, cut = tuple((_in_words(text), "") for text, _ in parts), False
        line = Text.assemble(*((visible(text, self.console.encoding), style) for text, style in parts))
        self.console.print(
            line, overflow="ellipsis" if cut else None, no_wrap=cut or None, soft_wrap=in_one_piece or None
        )

    def says(self, text: str, style: str = "", cut: bool = False, hanging: int = 0) -> None:
        """Print one line; where it is too long for the screen, it is `cut` or folded, the rest so far to the right."""
        folded = textwrap.wrap(text, self.console.width, subsequent_indent=" " * hanging) if hanging else [text]
        for line in folded:
            self._prints((line, style), cut=cut)

    def starts(self, step: str, where: str) -> None:
        """Show that a grading begins."""
        self.says(f"{spoken(step).capitalize()}: {where}", "bold")
        self._bar.update(self._task, description="running the checks", total=None, completed=0)
        if self.console.is_terminal and not self.console.record and not self.plain:  # no picture of a bar
            self._bar.start()

    def progresses(self, result: CheckResult, left: int) -> None:
        """Show that one more check is done."""
        done = int(self._bar.tasks[0].completed) + 1
        self._bar.update(self._task, total=done + left, completed=done)

    def ends(self) -> None:
        """Take the progress bar away."""
        if self._bar.live.is_started:
            self._bar.stop()

    def shows_changes(self, changes: Changes) -> None:
        """Show what is otherwise than in the last run."""
        self._changed = 0
        if not changes:
            if changes.is_same_work:
                self._changed = 2
                self.says("")
                self.says("The programs are the very same as in the last run.")
            return
        most = 1 if self.console.is_terminal and self.console.height < LOW else MOST_CHANGES
        kinds = (
            (f"{TICK} ", "now true", "green", changes.now_true),
            (f"{CROSS} ", "no longer true", "bold red", changes.no_longer),
            (f"{NOTE} ", "comes and goes", "dim", changes.by_luck),
        )
        self._changed = 2 + sum(min(len(kind[-1]), most if most == 1 else most + 1) for kind in kinds)
        self._heads(f"since the last run: {points(changes.points) if changes.points else 'as many points'}")
        for sign, label, style, checks in kinds:
            self._kind_of_changes(sign, label, style, checks, most)

    def _kind_of_changes(self, sign: str, label: str, style: str, checks: Sequence[CheckResult], most: int) -> None:
        """Show checks that have changed alike: where `most` is one line, how many they are and the first of them."""
        more = len(checks) - most
        if most == 1 and more > 0:
            label = f"{label}, {len(checks)} of these"
        for check in checks[:most]:
            doubt = ", if not by luck" if sign.startswith(CROSS) and may_be_luck(check) else ""
            self._prints((f"  {sign}{label}{doubt}: ", style), (check.title, ""), cut=True)
        if more > 0 and most > 1:
            self._prints((f"  {sign}{label}: ", style), (f"and {more} more", ""))

    def shows(self, grade: Grade, next_steps: list[str], turn: int = 0) -> None:
        """Show a whole grade: the failures in a line each, the score, the first failure as a story, what to do next."""
        for note in grade.notes:
            self.says(f"  {NOTE} {note}", "dim")
        first = to_tell(grade)
        alike = len(same_reason(grade))
        if turn:  # somebody wants to see another one
            first, alike = other_reasons(grade)[turn - 1], 0
        room = self._room(grade, first, len(next_steps))
        if is_low := first is not None and room < len(self._page(first).lines):
            room = self._room(grade, first, len(next_steps), is_short=True)
        self._other_failures(grade, first, room)
        for one in waiting(grade):
            self.says(f"  {NOTE} {one}", "dim")
        for untried in _untried(grade):
            self._prints((f"  {NOTE} not tried on this system: {untried}", "dim"))
        self._short_scores(grade) if is_low else self._scores(grade)
        if first:
            self.tells(first, alike, max(room, SHORTEST_STORY))
        self.ends_with(next_steps)

    def _other_failures(self, grade: Grade, told: CheckResult | None, room: int) -> None:
        """Show what fails besides the one that is told, and for another reason."""
        every = grade.failures if self.whole else other_reasons(grade)
        others = [check for check in every if check is not told]
        most = min(MOST_OTHERS, room - len(self._page(told).lines) - OTHERS_HEAD) if told else MOST_OTHERS
        if others and most < LEAST_OTHERS and not self.whole:
            return self._counts(grade, others)
        if others:
            self._heads("not yet")
        shown = others if self.whole or len(others) <= most + 1 else others[:most]
        for check in shown:
            self._line(check, _width(grade) if len(grade.exercises) > 1 else 0)
        if len(shown) < len(others):
            self.says(f"  {CROSS} and {len(others) - len(shown)} more  (--all shows them)")

    def _counts(self, grade: Grade, others: list[CheckResult]) -> None:
        """Say how many fail besides, where, and how many nobody can tell of: with a head, for that is no change."""
        open_ones = sum(check.outcome == ERROR for check in others)
        told, lines = to_tell(grade), other_lines(grade)[:MOST_LINES]
        why, more = ", perhaps for other reasons", " (see --all)"
        if told and lines:
            why, more = f"; wrong too: {told.program}, {numbered(lines)}", ""
        counts = [f"{count} more{why}"] if (count := len(others) - open_ones) else []
        if open_ones:
            counts.append(f"{open_ones} cannot be told")
        self._prints(("not yet ", "bold"), (f" {'; '.join(counts)}{more}", ""))

    def _room(self, grade: Grade, told: CheckResult | None, next_lines: int, is_short: bool = False) -> int:
        """Return how many lines there are for the story, and for what fails beside it, so that all is on the screen.

        The score `is_short` where it takes one line.
        """
        if not self.console.is_terminal or not told:
            return LONGEST + OTHERS_HEAD + MOST_OTHERS
        scores = 2 if is_short else 2 + len(grade.exercises) + (len(grade.exercises) > 1)
        head = 3 + len(Text(f"{CROSS} {told.title}").wrap(self.console, self.console.width))
        return self.console.height - (self._changed + FRAME + scores + head + next_lines)

    def _page(self, check: CheckResult, longest: int = LONGEST) -> Page:
        return page(tell(check), self.console.encoding, min(longest, LONGEST))

    def complains(self, complaint: Exception) -> None:
        """Show a complaint as a sentence, which ends once."""
        text = str(complaint)
        self.says(text if text.endswith((".", "?")) else f"{text}.")

    def ends_with(self, steps: list[str]) -> None:
        """Show what to do next, a sentence a line."""
        self._heads("next")
        for line in steps:
            self._prints((f"  {line}", ""), in_one_piece=True)  # a command must stay in one piece

    def _heads(self, title: str) -> None:
        self.says("")
        self.says(title, "bold")

    def _line(self, check: CheckResult, width: int) -> None:
        mark, style = MARKS.get(check.outcome, (CROSS, ""))
        program = (f"{check.exercise:{width}}" if width else "") + f"{check.role:7} "
        self._prints((f"  {mark} ", style), (program, "dim"), (check.title, ""), cut=True)

    def _scores(self, grade: Grade) -> None:
        self._heads("score")
        width = _width(grade)
        for step in grade.exercises:
            checks = grade.of_exercise(step)
            self.score(step, sum(c.points for c in checks), sum(c.at_stake for c in checks), width)
        if _adds_up(grade):
            self.score("together", grade.points, grade.max_points, width)

    def _short_scores(self, grade: Grade) -> None:
        """Show what is won of each step in one line."""
        self.says("")
        scores = {step: grade.of_exercise(step) for step in grade.exercises}
        together = [f"together {_won(grade.checks)}"] if _adds_up(grade) else []
        told = ", ".join([*(f"{step} {_won(checks)}" for step, checks in scores.items()), *together])
        if len(told) > self.console.width - NAME:  # then whatever is full needs no number
            full = [step for step, checks in scores.items() if all(check.points == check.at_stake for check in checks)]
            told = ", ".join([*(f"{step} {_won(scores[step])}" for step in scores if step not in full), *together])
            told += f"; full: {', '.join(full)}" * bool(full)
        self._prints(("score ", "bold"), (f" {told}", ""))

    def bar(self, step: str, won: int, of: int, width: int = NAME, hours: str = "", note: str = "") -> None:
        """Show the points of one step as a bar as well, and how long it takes; none where it comes later."""
        beside = note or (hours if won != of or not of else "")
        mark, style = (TICK, "green") if of and won == of else (DOT, "dim" if not of else "")
        bar = BAR if self.console.width >= WIDE and not self.plain else 0
        full = bar * won // of if of else 0
        told = f"{won:4} of {of:3} points" if of else "       later    "
        self._prints(
            (f"  {mark} ", style),
            (f"{step:{width}} ", style),
            (FULL * full, "green"),
            (EMPTY * (bar - full), "dim"),
            (f" {told}", style),
            (f"  {beside}" if bar and beside else "", "dim"),
            cut=True,
        )

    def score(self, what: str, points: int, of: int, width: int) -> None:
        """Show the points of one step, the name of which may be so wide."""
        mark, style = (TICK, "green") if points == of else (DOT, "")
        self._prints((f"  {mark} ", style), (f"{what:{width}} {points:4} of {of:3} points", ""))

    def tells_of_earlier_steps(self, grade: Grade) -> None:
        """Say so where a check of an earlier step fails that passed there."""
        earlier = [check for check in grade.failures if check.exercise != grade.exercise]
        if earlier:
            self.says(f"              and {len(earlier)} checks of earlier steps fail there", "dim")

    def tells(self, check: CheckResult, alike: int = 0, longest: int = LONGEST) -> None:
        """Show the story of a check, which failed as so many others did; in debug mode, all that is known.

        It is no longer than so many lines, if it can be.
        """
        self.says("")
        mark, style = (TICK, "green") if check.is_fine else MARKS.get(check.outcome, (CROSS, "red"))
        self.says(f"{mark} {check.title}", f"bold {style}")
        self.says(f"  {_place_of(check, alike)}", "dim")
        self.says("")
        if check.undecided:
            self.says("  This machine was too busy to tell whether it passes; that is not your fault.")
            return
        if check.outcome == ERROR:
            self._fault(check.got.strip().splitlines())
            return
        self._story(check, longest)
        if self.debug:
            self.says("")
            self.says(f"  {check.id}, {check.circumstances.seconds:.2f} s", "dim")
            for line in (*map(str, check.events), *check.circumstances.threads):
                self.says(f"  {line}", "dim")

    def _story(self, check: CheckResult, longest: int) -> None:
        """Show what was said, and the facts; where a drawing has no place, sentences instead of it."""
        story = self._page(check, longest)
        self._draws(story.diagram, layout(check.events, check.role, ROWS, LANES))
        if story.diagram and story.facts:
            self.says("")
        self._shows_facts(story)

    def _shows_facts(self, story: Page) -> None:
        for label, lines in story.facts:
            if label == "hint" and not self.hints:
                continue
            style = {"expected": "green", "got": "red"}.get(label, "")
            for i, line in enumerate(self._folded(lines)):
                self._prints((f"  {label if i == 0 else '':9} ", "dim"), (line, style))

    def _draws(self, drawn: Sequence[str], diagram: Diagram) -> None:
        if self.plain or max(map(cell_len, drawn), default=0) > self.console.width:
            for sentence in sentences(diagram):
                self.says(f"  {sentence}")
        else:
            for line in drawn:
                self._prints((line, "cyan"), cut=True)

    def _folded(self, lines: Sequence[str]) -> Sequence[str]:
        """Return the lines of a fact, shorter ones where they do not fit."""
        room = self.console.width - LABEL
        if max(map(cell_len, lines), default=0) <= room:
            return lines
        return textwrap.wrap(" ".join(line.strip() for line in lines), max(room, NARROWEST - LABEL))

    def recalls(self, check: CheckResult, facts: bool = True) -> None:
        """Show which failure is meant to whoever has read its story, with the `facts` or without."""
        self.says("")
        self.says(f"{CROSS} {check.title}", "bold red")
        if facts:
            self._shows_facts(self._page(check))

    def lists(self, grade: Grade) -> None:
        """Show all that fails, a line each, as much as fits on the screen, and the score."""
        every = grade.failures
        room = self.console.height - FRAME - OTHERS_HEAD
        shown = every if len(every) <= room + 1 else every[:room]
        self._heads("not yet")
        for check in shown:
            self._line(check, _width(grade) if len(grade.exercises) > 1 else 0)
        if len(shown) < len(every):
            self.says(f"  {CROSS} and {len(every) - len(shown)} more")
        self._short_scores(grade)

    def tells_all(self, check: CheckResult) -> None:
        """Show what the program of a check printed, and all that was said meanwhile."""
        diagram = layout(check.events, check.role, most_lanes=LANES)
        drawn = paint(diagram, self.console.encoding)
        printed = with_own_steps(check.circumstances.printed) or ["(nothing)"]
        room = self.console.height - len(drawn) - FRAME if self.console.is_terminal else len(printed)
        most = max(LEAST_PRINTED, room)
        self.says(f"what {check.program} printed{', at the end' if len(printed) > most else ''}", "bold")
        for line in printed[-most:]:
            self.says(f"  {line}", cut=True)
        self.says("")
        self.says(f"{CROSS} {check.title}", "bold red")
        self._draws(drawn, diagram)

    def quotes(self, where: str, lines: Sequence[str]) -> None:
        """Show a part of a page, as much as fits on a screen, and where it stands."""
        self.says(f"{where}:", "bold")
        room = max(self.console.height - FRAME, NARROWEST) if self.console.is_terminal else len(lines)
        for line in quoted(lines):
            room -= 1 + cell_len(line) // self.console.width
            if room < 0:
                self.says(f"… go on in {where}", "dim")
                break
            self.says(line, cut=line.startswith("    "))

    def measures(self) -> None:
        """Look how wide the terminal is now."""
        if self.console.is_terminal:
            self.console.width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)

    def shows_hint(self, hint: Hint) -> None:
        """Show one depth of a hint."""
        last = ", the last" if hint.depth == DEPTHS else ""
        self._heads(f"hint {hint.depth} of {DEPTHS}{last}: {hint.title}")
        for number, paragraph in enumerate(hint.paragraphs):
            is_quoted = paragraph.startswith("    ")
            if number and not is_quoted:
                self.says("")
            for line in paragraph.splitlines() if is_quoted else [" ".join(paragraph.split())]:
                self._prints((line, "cyan" if is_quoted else ""), cut=is_quoted)

    def _fault(self, traceback: list[str]) -> None:
        self.says("  The grader itself failed here; this is not your fault. Please tell your instructor.")
        for line in traceback if self.debug else [f"  {traceback[-1]}  (--debug shows more)"]:
            self.says(line, "dim")

    def picture(self, title: str) -> str:
        """Return what was printed as an SVG picture."""
        return self.console.export_svg(title=visible(title))


def as_text(result: CheckResult, encoding: str, debug: bool = False) -> str:
    """Return the story of a check that failed without colours, in letters that `encoding` has."""
    screen = io.StringIO()
    Report(Console(file=screen, width=PLAIN, color_system=None, highlight=False), debug).tells(result)
    return screen.getvalue().strip("\n").encode(encoding, LOOKALIKE).decode(encoding)


def _in_words(text: str) -> str:
    """Return a text with words for the signs that it begins with."""
    for sign, word in SPOKEN.items():
        text = re.sub(rf"^(\s*){sign}(?= )", rf"\g<1>{word}:", text)
    return text


def _more(count: int) -> str:
    return f"{count} more {'fails' if count == 1 else 'fail'}"


def _place_of(check: CheckResult, alike: int) -> str:
    """Return where a check belongs, what it is worth, and how many others failed for the same reason."""
    won = f": {check.points} of {check.max_points} points" if check.max_points else ""
    more = f"; {_more(alike)} for the same reason" if alike else ""
    return f"{check.program}, {check.exercise}{won}{more}"


def _adds_up(grade: Grade) -> bool:
    """Tell whether the points of several steps make a sum; those of a challenge are a matter of their own."""
    return len(grade.exercises) > 1 and grade.exercise not in CHALLENGES


def _width(grade: Grade) -> int:
    """Return the columns for the names of exercises, with a blank behind each in a list of checks."""
    return max([NAME, *(len(name) + (name in CHALLENGES) for name in grade.exercises)])


def _won(checks: Sequence[CheckResult]) -> str:
    """Return what is won of what could be, as in 3/5."""
    return f"{sum(check.points for check in checks)}/{sum(check.at_stake for check in checks)}"


def points(number: int) -> str:
    """Return `+5 points` for 5."""
    return f"{number:+} point{'s' * (abs(number) != 1)}"


def spoken(step: str) -> str:
    """Return `step 3` for `step3`."""
    return NUMBER.sub(r" \g<0>", step)


def shown_path(path: Path) -> str:
    """Return a path as short as possible: from here, or whole. A mere dot would be lost in a sentence."""
    try:
        short = os.path.relpath(path)
        return str(path) if short.startswith("..") or short == os.curdir else short
    except (ValueError, OSError):  # another drive, or a folder that is gone
        return str(path)


def command(*words: str) -> str:
    """Return what to type for the grader to be called with `words`, from the folder that one is in."""
    return pasted([environment.python_word(), shown_path(KIT / "grader.py"), *words])


def typing(work: Path, again: str) -> Typing:
    """Return how things are called from the folder that one is in; `again` is the command that was typed."""
    return Typing(again, command, lambda file: shown_path(work / file), page_of)


def page_of(exercise: Exercise) -> str:
    return shown_path(exercise.pages / "README.md") if exercise.pages else exercise.name


def _untried(grade: Grade) -> Iterator[str]:
    """Yield what this system cannot try, and why: one check by its title, several with one reason by their number."""
    alike: dict[tuple[str, object], list[CheckResult]] = {}
    for check in grade.checks:
        if check.is_untried:
            alike.setdefault((check.program, check.because), []).append(check)
    for (program, reason), checks in alike.items():
        yield f"{checks[0].title if len(checks) == 1 else f'{len(checks)} checks of {program}.'} {reason}"
