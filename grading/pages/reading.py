"""What the course's own pages say about a mistake: the idea of the step that treats it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markupsafe import Markup

from grading.course import EXERCISES, Exercise
from grading.results.values import CheckResult

IDEA = re.compile(r"(?:one|first|second|third) idea: ", re.IGNORECASE)  # the headings of ideas begin so
LINES, TURNS, LEAVING, WAITING, CLOCKS = ("step1", 0), ("step2", 0), ("step3", 0), ("step3", 1), ("step4", 0)
TREATED = {  # by the code of a cause: the step, and which of its ideas; all others are treated where the check belongs
    **dict.fromkeys(("one-recv-is-one-message", "several-lines-as-one", "no-newline", "letter-cut"), LINES),
    **dict.fromkeys(("race",), TURNS),
    **dict.fromkeys(("meanwhile", "recipient-died", "connection-broke", "removed-twice", "still-there"), LEAVING),
    **dict.fromkeys(("waits-for-its-own-lock", "wait-for-each-other", "waits-for-a-lock"), WAITING),
    **dict.fromkeys(("time-stands-still", "time-of-utc", "time-format", "time-of-another-moment"), CLOCKS),
}


@dataclass(frozen=True)
class Section:
    """A part of a step's page, as it may stand in a page of ours."""

    exercise: str
    number: int
    title: str
    html: Markup

    @property
    def anchor(self) -> str:
        """Its name within our page."""
        return f"read-{self.exercise}-{self.number}"


def section_for(check: CheckResult, exercises: Sequence[str]) -> Section | None:
    """Return what treats the mistake behind a failure, of the exercises that were graded; None if nothing does.

    Where nobody knows the cause, the idea of the exercise is the best guess.
    """
    code = check.cause.code if check.cause else ""
    exercise, number = TREATED.get(code, ("", 0))
    if exercise in exercises:
        return next(iter(ideas(EXERCISES[exercise])[number:]), None)
    return None if code not in ("", *TREATED) or check.is_invented else idea_of(check.exercise)


def idea_of(exercise: str) -> Section | None:
    """Return the first idea of an exercise; None where its page tells none."""
    return next(iter(ideas(EXERCISES[exercise])), None) if exercise in EXERCISES else None


@functools.cache
def ideas(exercise: Exercise) -> tuple[Section, ...]:
    """Return the ideas of an exercise, as its page tells them."""
    told = ((heading, text) for heading, text in _parts(page_of(exercise)) if IDEA.match(heading))
    return tuple(
        Section(exercise.name, number, _capital(IDEA.sub("", heading)), _html(text))
        for number, (heading, text) in enumerate(told)
    )


def heading_of(exercise: Exercise) -> str:
    """Return what the page of an exercise is called, such as `Step 2: names`; its name where it has no page."""
    first = page_of(exercise).partition("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else exercise.name


@functools.cache
def page_of(exercise: Exercise) -> str:
    """Return the text of an exercise; nothing where this copy of the kit has none."""
    try:
        return (exercise.pages / "README.md").read_text("utf-8") if exercise.pages else ""
    except OSError:
        return ""


def _parts(page: str) -> Iterator[tuple[str, str]]:
    for part in page.split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        yield heading, text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _html(text: str) -> Markup:
    """Return the text of a page as HTML, without links: they lead to files that lie elsewhere."""
    markdown = MarkdownIt("commonmark", {"html": False})
    for rule in ("link_open", "link_close", "image"):
        markdown.add_render_rule(rule, lambda *_: "")
    return Markup(markdown.render(text))
