"""What the course's own pages say about a mistake."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from grading.course import EXERCISES, Exercise
from grading.results.values import CheckResult
from grading.telling.depths import example_of, section_of
from grading.telling.examples import EXAMPLES

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" class="talk"'  # as all drawings of talks begin
STYLE = re.compile("<style>.*?</style>", re.DOTALL)
IDEA = re.compile(r"(?:one|first|second|third) idea: ", re.IGNORECASE)  # the headings of ideas begin so


@dataclass(frozen=True)
class Section:
    """A part of the page of an exercise, as it may stand in a page of ours."""

    exercise: str
    number: int
    heading: str
    html: Markup

    @property
    def is_idea(self) -> bool:
        """Whether it tells an idea of the exercise."""
        return bool(IDEA.match(self.heading))

    @property
    def title(self) -> str:
        """What it is called, without saying that it is an idea."""
        title = IDEA.sub("", self.heading)
        return title[:1].upper() + title[1:]

    @property
    def anchor(self) -> str:
        """Its name within our page."""
        return f"read-{self.exercise.replace('/', '-')}-{self.number}"


def section_for(check: CheckResult) -> Section | None:
    """Return what treats the mistake behind a failure; None if this copy of the kit has no such text."""
    name, heading = section_of(check)
    return next((section for section in sections(name) if section.heading.startswith(heading)), None)


def example_for(check: CheckResult) -> Markup:
    """Return a problem next door to a failure, worked out."""
    return _html(EXAMPLES[example_of(check)])


def idea_of(name: str) -> Section | None:
    """Return the first idea of an exercise; None where its page tells none."""
    return next((section for section in sections(name) if section.is_idea), None)


@functools.cache
def sections(name: str) -> tuple[Section, ...]:
    """Return the parts of the page of an exercise."""
    exercise = EXERCISES.get(name)
    if not exercise:
        return ()
    parts = enumerate(_parts(page_of(exercise)))
    return tuple(Section(name, number, heading, _html(text, exercise.pages)) for number, (heading, text) in parts)


def heading_of(name: str) -> str:
    """Return what the page of an exercise is called, such as `Step 2: names`; its name where it has no page."""
    first = page_of(EXERCISES[name]).partition("\n")[0] if name in EXERCISES else ""
    return first.removeprefix("# ") if first.startswith("# ") else name


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


def _html(text: str, folder: Path | None = None) -> Markup:
    """Return a text of ours as HTML. Links lead to files that lie elsewhere, and are left out; drawings come along."""
    markdown = MarkdownIt("commonmark").enable("table")
    for rule in ("link_open", "link_close"):
        markdown.add_render_rule(rule, lambda *_: "")
    markdown.add_render_rule("image", lambda _, tokens, number, *rest: _drawn(folder, tokens[number].attrGet("src")))
    return Markup(markdown.render(text))


def _drawn(folder: Path | None, name: object) -> str:
    """Return a drawing of ours, without the style that the page around it has; nothing where it is none."""
    try:
        picture = (folder / str(name)).read_text("utf-8") if folder else ""
    except (OSError, ValueError):
        return ""
    return STYLE.sub("", picture) if picture.startswith(DRAWING) else ""
