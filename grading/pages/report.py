"""The report of one grading, for the student: what has become true, and each failure as a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from grading.pages.excerpt import Excerpt, excerpt
from grading.pages.reading import Section, example_for, heading_of, section_for
from grading.pages.rendering import drawing, rendered
from grading.results.values import ERROR, TODO, CheckResult, Grade
from grading.telling.advice import waiting
from grading.telling.choice import by_reason
from grading.telling.story import tell


@dataclass(frozen=True)
class About:
    """What is known beside the grade."""

    who: str = ""  # whose work it is
    sources: Mapping[str, bytes] = field(default_factory=dict)  # their programs, by name
    next_steps: Sequence[str] = ()  # what to do now, a sentence each
    pages: Mapping[str, str] = field(default_factory=dict)  # by exercise: where its page lies, as a link


@dataclass(frozen=True)
class Told:
    """A failure, and what else fails for the same reason."""

    check: CheckResult
    drawing: Markup
    facts: tuple[tuple[str, str], ...]  # what was expected, what came, and why
    hint: str
    excerpt: Excerpt | None
    example: Markup  # a problem next door, worked out
    section: Section | None
    alike: tuple[CheckResult, ...]

    @property
    def is_ours(self) -> bool:
        """Whether the grader could not tell: no fault of the student."""
        return self.check.outcome == ERROR

    @property
    def is_todo(self) -> bool:
        """Whether something is still to be written there."""
        return self.check.cause is not None and self.check.cause.code == TODO


@dataclass(frozen=True)
class Score:
    """What one exercise gave."""

    name: str
    title: str
    points: int
    max_points: int
    true: tuple[CheckResult, ...]


def report(found: Grade, about: About = About()) -> str:
    """Return the page: a pure function of what is given."""
    stories = [_told(alike, found, about) for alike in by_reason(found)]
    return rendered(
        "report.html",
        grade=found,
        about=about,
        title=_title(found.exercise),
        scores=[_score(found, exercise) for exercise in found.exercises],
        stories=stories,
        sections=_sections(stories),
        waiting=list(waiting(found)),
        untried=[check for check in found.checks if check.is_untried],
    )


def _told(alike: Sequence[CheckResult], found: Grade, about: About) -> Told:
    first, *others = alike
    facts = dict(tell(first).facts)
    hint = facts.pop("hint", "")
    if first.outcome == ERROR:
        return Told(first, Markup(""), (), "", None, Markup(""), None, tuple(others))
    place = first.cause.place if first.cause else None
    return Told(
        first,
        drawing(first, first.title),
        tuple(facts.items()),
        hint,
        excerpt(place, about.sources),
        example_for(first),
        section_for(first),
        tuple(others),
    )


def _sections(stories: Iterable[Told]) -> list[Section]:
    """Return what the stories refer to, each once, in the order of the steps."""
    found = {story.section.anchor: story.section for story in stories if story.section}
    return sorted(found.values(), key=lambda section: (section.exercise, section.number))


def _score(found: Grade, exercise: str) -> Score:
    checks = found.of_exercise(exercise)
    won, of = sum(check.points for check in checks), sum(check.at_stake for check in checks)
    return Score(exercise, _title(exercise), won, of, tuple(check for check in checks if check.outcome == "passed"))


def _title(exercise: str) -> str:
    return heading_of(exercise)
