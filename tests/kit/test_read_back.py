"""A grade that was read back from its file is the same grade, and tells the same story."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from grading.drawing.layout import layout
from grading.drawing.svg import svg
from grading.drawing.text import page
from grading.results import json as results_json
from grading.results.causes import Cause, Place
from grading.results.events import KINDS, Event
from grading.results.json import as_text, from_text
from grading.results.values import FAILED, CheckResult, Grade
from grading.telling.choice import to_tell
from grading.telling.story import tell
from tests.kit.conftest import finding, grader

SCHEMA = Path(results_json.__file__).with_name("grade.schema.json")
ODD = "你好 \x1b[2J \ud800 one\ntwo\r\n \N{PARTY POPPER} no end"


@pytest.mark.parametrize("step", ["step1", "step2"])
def test_a_real_grade_comes_back_and_tells_what_the_screen_told(step: str, tmp_path: Path) -> None:
    file = tmp_path / "grade.json"
    screen = grader(step, "--json", str(file)).stdout.splitlines()
    text = file.read_text("utf-8")
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(json.loads(text))
    grade = from_text(text)
    assert as_text(grade) == text
    first = to_tell(grade)
    assert first
    told = page(tell(first))
    assert told.diagram
    assert "\n".join(told.diagram) in "\n".join(screen)
    facts = [f"  {label if i == 0 else '':9} {line}" for label, lines in told.facts for i, line in enumerate(lines)]
    assert "\n".join(facts) in "\n".join(screen)


def canned() -> list[CheckResult]:
    """Return results with every kind of event, with and without a cause."""
    events = [Event(kind, "Ann", target, ODD, 0.5) for kind in KINDS for target in ("server", "")]
    cause = Cause("exception", ODD, Place("chat_server.py", 3, "run", ODD))
    more = [tuple(events), tuple(reversed(events)), tuple(event for event in events for _ in range(9)), ()]
    return [
        finding(f"step1/server/{i}", "A title.", ODD, 3, FAILED, ODD, ODD, cause if i % 2 else None, happened)
        for i, happened in enumerate(more)
    ]


@pytest.mark.parametrize("result", canned(), ids=lambda result: result.name)
def test_whatever_happened_text_and_picture_of_it_are_the_same(result: CheckResult) -> None:
    [again] = from_text(as_text(Grade("step1", (result,)))).checks
    assert page(tell(again)) == page(tell(result))
    assert svg(layout(again.events, again.role)) == svg(layout(result.events, result.role))
