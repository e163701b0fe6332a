"""Grades as JSON, and back: nothing is lost, whatever a submission says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from grading.results import json as results_json
from grading.results.causes import Cause, Place
from grading.results.events import KINDS, LINE, SEGMENT, Event
from grading.results.json import SCHEMA, as_json, as_text, canonical, from_json, from_text
from grading.results.values import FAILED, OUTCOMES, PASSED, CheckResult, Circumstances, Grade, Versions
from tests.kit.conftest import finding

FOLDER = Path(results_json.__file__).parent
PAGE = (FOLDER / "README.md").read_text("utf-8")
EXAMPLE = PAGE.split("```json\n")[1].split("```")[0]
WHOLE_SCHEMA = json.loads((FOLDER / "grade.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(WHOLE_SCHEMA)

ODD = (
    "\ud800",
    "\udc00",
    "\ud83d\ude00",
    "\x00\x1b[2J\x7f\x9b",
    "a\nb\r\n",
    "\u2028\u202e\ufeff",
    '\\"\\u0041',
    "你 🎉 é",
)
TEXTS = some.one_of(some.sampled_from(ODD), some.text(some.characters(codec=None, exclude_categories=()), max_size=9))
COUNTS = some.integers(0, 99)
MOMENTS = some.floats(0, 1e6, allow_nan=False)
CAUSES = some.builds(
    Cause, TEXTS.filter(bool), TEXTS, some.none() | some.builds(Place, TEXTS, some.integers(), TEXTS, TEXTS)
)
EVENTS = some.lists(some.builds(Event, some.sampled_from(KINDS), TEXTS, TEXTS, TEXTS, MOMENTS), max_size=3)
CIRCUMSTANCES = some.builds(Circumstances, MOMENTS, some.booleans(), some.lists(TEXTS, max_size=2).map(tuple))
CHECKS = some.builds(
    CheckResult, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, COUNTS, some.sampled_from(OUTCOMES), TEXTS, TEXTS,
    some.none() | CAUSES, EVENTS.map(tuple), some.booleans(), some.booleans(), CIRCUMSTANCES,
)  # fmt: skip
GRADES = some.builds(
    Grade, TEXTS.filter(bool), some.lists(CHECKS, max_size=2, unique_by=lambda check: check.id).map(tuple), TEXTS,
    some.builds(Versions, TEXTS, TEXTS, TEXTS), some.none() | some.integers(), some.lists(TEXTS, max_size=2).map(tuple),
    some.dictionaries(TEXTS, some.lists(some.integers(1, 99), max_size=2).map(tuple), max_size=2),
)  # fmt: skip
for_any_grade = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=30,
    phases=[Phase.generate],  # a failure is told at once; to look for the smallest one would take minutes
    suppress_health_check=list(HealthCheck),
)

GRADE = Grade(
    "step2",
    (
        finding("step1/server/a", "A title.", "A hint.", 3, PASSED, circumstances=Circumstances(1.23456, True, ("x",))),
        finding(
            "step2/server/b", "B.", "Hint.", 4, FAILED, "this", "that",
            Cause("exception", "It fell over.", Place("chat_server.py", 3, "run", "x = 1")),
            (Event(LINE, "Ann", "server", "hi", 0.1234), Event(SEGMENT, "server", "Bob", "a\nb\n", 2.0)),
        ),
    ),
    "digest",
    Versions("kit", "3.11.9", "linux"),
    7,
    ("a note",),
    {"chat_server.py": (3, 9)},
)  # fmt: skip


@for_any_grade
@given(GRADES)
def test_any_grade_comes_back_and_is_the_same_byte_for_byte(grade: Grade) -> None:
    text = as_text(grade)
    again = from_text(text)
    assert as_text(again) == text
    assert canonical(again) == canonical(grade)
    assert text.encode("utf-8") and all(c.isprintable() or c == "\n" for c in text)


@for_any_grade
@given(GRADES)
def test_any_grade_is_as_the_schema_says(grade: Grade) -> None:
    VALIDATOR.validate(json.loads(as_text(grade)))


@for_any_grade
@given(GRADES)
def test_all_that_a_grade_says_comes_back(grade: Grade) -> None:
    again = from_json(as_json(grade))
    assert again == replace(grade, checks=again.checks)
    for check, original in zip(again.checks, grade.checks, strict=True):
        assert check == original
        seconds = round(original.circumstances.seconds, results_json.DIGITS)
        kept = replace(original.circumstances, seconds=seconds, printed=())  # which is for the screen alone
        assert check.circumstances == kept


def test_a_moment_comes_back_to_the_millisecond() -> None:
    again = from_text(as_text(GRADE))
    assert [event.moment for event in again.checks[1].events] == [0.123, 2.0]
    assert again.checks[0].circumstances == Circumstances(1.235, True, ("x",))


def with_check(**changes: Any) -> Grade:
    """Return the grade above with another result of its second check."""
    return replace(GRADE, checks=(GRADE.checks[0], replace(GRADE.checks[1], **changes)))


@pytest.mark.parametrize(
    "other",
    [
        with_check(circumstances=Circumstances(9.9)),
        with_check(events=tuple(replace(event, moment=event.moment + 5) for event in GRADE.checks[1].events)),
        with_check(events=(), expected="Cyd first", got="Bob first"),
        replace(GRADE, notes=("another note",)),
    ],
    ids=["other times", "other moments", "another story", "other notes"],
)
def test_another_run_of_the_same_work_is_canonically_the_same(other: Grade) -> None:
    assert as_text(other) != as_text(GRADE)
    assert canonical(other) == canonical(GRADE)


@pytest.mark.parametrize(
    "other",
    [with_check(outcome=PASSED), with_check(max_points=9), replace(GRADE, submission="other")],
    ids=["another outcome", "other points", "another submission"],
)
def test_another_decision_is_canonically_another(other: Grade) -> None:
    assert canonical(other) != canonical(GRADE)


def test_the_cause_that_a_race_shows_is_a_matter_of_chance() -> None:
    race = with_check(stress=True)
    assert canonical(with_check(stress=True, cause=None, hint="?")) == canonical(race)
    assert canonical(with_check(stress=True, outcome=PASSED)) != canonical(race)


def test_the_order_in_which_files_were_read_makes_no_difference() -> None:
    one = replace(GRADE, todos={"a": (1,), "b": (2,)})
    assert as_text(one) == as_text(replace(GRADE, todos={"b": (2,), "a": (1,)}))


def test_another_schema_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=f"schema {SCHEMA + 1}"):
        from_json({**as_json(GRADE), "schema": SCHEMA + 1})


def test_no_grade_holds_what_json_does_not_know() -> None:
    with pytest.raises(ValueError):
        as_text(replace(GRADE, checks=(replace(GRADE.checks[0], circumstances=Circumstances(float("nan"))),)))


# The schema and the page


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(WHOLE_SCHEMA)


def test_the_schema_knows_what_the_program_knows() -> None:
    parts = WHOLE_SCHEMA["$defs"]
    assert WHOLE_SCHEMA["properties"]["schema"]["const"] == SCHEMA
    assert parts["event"]["properties"]["kind"]["enum"] == list(KINDS)
    assert parts["check"]["properties"]["outcome"]["enum"] == list(OUTCOMES)


def objects(schema: Any) -> list[dict[str, Any]]:
    """Return the parts of a schema that are about objects with given keys."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema] if isinstance(schema, dict) and isinstance(schema.get("properties"), dict) else []
    return own + [found for part in inner for found in objects(part)]


def test_the_schema_allows_no_key_and_no_lack_of_one_that_it_does_not_name() -> None:
    assert len(objects(WHOLE_SCHEMA)) == 6
    for part in objects(WHOLE_SCHEMA):
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])


@pytest.mark.parametrize(
    "spoils",
    [
        lambda whole: whole.update(more=1),
        lambda whole: whole.pop("seed"),
        lambda whole: whole["checks"][1].update(outcome="good"),
        lambda whole: whole["checks"][1]["events"][0].update(kind="song"),
        lambda whole: whole["checks"][1]["cause"]["place"].pop("line"),
        lambda whole: whole["run"]["step1/server/a"].update(seconds=-1),
        lambda whole: whole["todos"].update(file=["3"]),
    ],
)
def test_the_schema_notices_what_is_wrong(spoils: Any) -> None:
    whole = as_json(GRADE)
    VALIDATOR.validate(whole)
    spoils(whole)
    assert not VALIDATOR.is_valid(whole)


def test_the_example_on_the_page_is_a_grade_byte_for_byte() -> None:
    assert as_text(from_text(EXAMPLE)) == EXAMPLE
    VALIDATOR.validate(json.loads(EXAMPLE))


def test_the_page_explains_every_key_and_every_kind() -> None:
    keys = {key for part in objects(WHOLE_SCHEMA) for key in part["properties"]}
    assert [word for word in sorted({*keys, *KINDS, *OUTCOMES}) if f"`{word}`" not in PAGE] == []
