"""What goes out is what the platforms take in: the rules of each, written down again from its documents and source."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from grading.exports.table import EXPORTS
from grading.results.values import Grade
from tests.kit.unit.samples import BY_NAME, FAILING, HIDING, NONE_TRIED, OPEN, PASSING, UNSURE, crowded

MEGABYTE = 1_000_000
GRADES = pytest.mark.parametrize("grade", BY_NAME.values(), ids=BY_NAME)


def written(name: str, grade: Grade) -> str:
    return EXPORTS[name].write(grade, OPEN)


def loaded(name: str, grade: Grade) -> Any:
    return json.loads(written(name, grade))


def saying(text: str) -> Grade:
    """Return the grade of a program that said this."""
    return Grade("step1", (replace(FAILING.checks[1], got=text, events=()),))


# Gradescope: docs/specs.md of its autograder samples

FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
OF_A_RESULT = {
    "score": float, "execution_time": int, "output": str, "output_format": FORMATS, "test_output_format": FORMATS,
    "test_name_format": FORMATS, "visibility": VISIBILITIES, "stdout_visibility": VISIBILITIES, "extra_data": dict,
    "tests": list, "leaderboard": list,
}  # fmt: skip
OF_A_TEST = {
    "score": float, "max_score": float, "status": {"passed", "failed"}, "name": str, "name_format": FORMATS,
    "number": str, "output": str, "output_format": FORMATS, "tags": list, "visibility": VISIBILITIES,
    "extra_data": dict,
}  # fmt: skip


def fits(value: dict[str, Any], keys: dict[str, Any]) -> bool:
    """Tell whether a value has only these keys, each with what is allowed there."""
    return all(
        value[key] in keys[key] if isinstance(keys[key], set) else isinstance(value[key], keys[key]) for key in value
    )


def gradescope_score(result: dict[str, Any]) -> float | None:
    """Return the score as the platform finds it: its own, or else the sum; None where it calls the grading failed."""
    scores = [test["score"] for test in result["tests"] if "score" in test]
    return result.get("score", sum(scores) if scores else None)


@GRADES
def test_gradescope_knows_each_key_and_each_value(grade: Grade) -> None:
    result = loaded("gradescope", grade)
    assert fits(result, OF_A_RESULT)
    assert all(fits(test, OF_A_TEST) for test in result["tests"])
    assert "\r" not in "".join(test["output"] for test in result["tests"])


def test_gradescope_finds_the_points_and_none_where_nobody_could_tell() -> None:
    result = loaded("gradescope", FAILING)
    assert gradescope_score(result) == 6.0 == sum(test["score"] for test in result["tests"])
    assert all(test["score"] <= test["max_score"] for test in result["tests"])
    assert gradescope_score(loaded("gradescope", UNSURE)) is None


def test_gradescope_shows_a_hidden_check_later_and_tells_no_story_of_it_before() -> None:
    result = json.loads(EXPORTS["gradescope"].write(FAILING, HIDING))
    assert [test["visibility"] for test in result["tests"]] == ["visible", "after_published", *["visible"] * 3]
    assert "colons" not in result["output"]


# Classroom 50: schemas/result-v1.schema.json

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
REQUIRED = {
    "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
    "datetime", "score", "max-score", "tests",
}  # fmt: skip
OPTIONAL = {"graded_at", "submitted_by"}


def is_score(value: dict[str, Any]) -> bool:
    """Tell whether a score is whole, not negative, and no more than there is to win."""
    return type(value["score"]) is type(value["max-score"]) is int and 0 <= value["score"] <= value["max-score"]


@GRADES
def test_classroom_50_takes_the_result(grade: Grade) -> None:
    result = loaded("classroom50", grade)
    assert REQUIRED <= set(result) <= REQUIRED | OPTIONAL
    assert all(result[key] and isinstance(result[key], str) for key in REQUIRED - {"score", "max-score", "tests"})
    assert result["schema"] == "classroom50/result/v1" and result["assignment_type"] in ("individual", "group")
    assert result["submission"].startswith("submit/") and MOMENT.fullmatch(result["datetime"])
    assert is_score(result)
    for test in result["tests"]:
        assert test["test-name"] and type(test["passed"]) is bool and is_score(test)
    assert sum(test["score"] for test in result["tests"]) == result["score"]


def test_classroom_50_is_given_the_moment_of_the_submission() -> None:
    assert loaded("classroom50", PASSING)["datetime"] == "2026-06-01T14:32:05Z"


def test_classroom_50_gets_an_empty_result_where_nobody_could_tell() -> None:
    result = loaded("classroom50", UNSURE)
    assert (result["score"], result["max-score"], result["tests"]) == (0, 0, [])


def test_no_text_of_a_program_ends_the_fence_of_a_release() -> None:
    first, *lines, last = written("classroom50-release", saying("x\n`````\nx")).splitlines()
    assert first == last + "text" and not any(line.strip().startswith(last) for line in lines)


# PrairieLearn: docs/externalGrading.md, its externalGraderCommon.ts and its element pl-external-grader-results


def prairielearn_score(text: str) -> float | None:
    """Return the score, as the platform reads it; None if the attempt is not gradable and costs nothing."""
    result = json.loads(text.replace("\0", "�"))
    if not result.get("gradable", True):
        assert result["format_errors"] and all(isinstance(error, str) for error in result["format_errors"])
        return None
    score = result["score"]
    assert isinstance(score, float) and 0.0 <= score <= 1.0
    assert all(isinstance(result.get(key, ""), str) for key in ("message", "output"))
    for test in result["tests"]:
        assert all(isinstance(test[key], str) for key in ("name", "description", "output"))
        assert isinstance(test["points"], float) and test["points"] <= test["max_points"]
    return score


def test_prairielearn_finds_the_share_of_the_points() -> None:
    assert prairielearn_score(written("prairielearn", FAILING)) == 6 / 11
    assert prairielearn_score(written("prairielearn", PASSING)) == 1.0


@pytest.mark.parametrize("grade", [UNSURE, NONE_TRIED], ids=["unsure", "nothing tried"])
def test_prairielearn_does_not_count_an_attempt_that_nobody_could_grade(grade: Grade) -> None:
    assert prairielearn_score(written("prairielearn", grade)) is None


def test_prairielearn_takes_the_longest_result_that_there_can_be() -> None:
    assert len(written("prairielearn", crowded()).encode()) < MEGABYTE


# VPL: proposedgrade, proposedcomment and result_to_html in its vpl_submission.class.php


def vpl_grade(output: str) -> str:
    """Return the grade: the last line that begins so, wherever it stands; nothing if there is none."""
    grades = [line.removeprefix("Grade :=>>") for line in output.split("\n") if line.startswith("Grade :=>>")]
    return grades[-1].strip() if grades else ""


def vpl_comment(output: str) -> list[str]:
    """Return the lines of comments."""
    comment, is_inside = [], False
    for line in output.split("\n"):
        if is_inside:
            is_inside = line.strip() != "--|>"
            comment += [line] if is_inside else []
        else:
            is_inside = line.strip() == "<|--"
    return comment


def test_vpl_finds_the_points_and_nothing_where_nobody_could_tell() -> None:
    assert vpl_grade(written("vpl", FAILING)) == "6"
    assert vpl_grade(written("vpl", UNSURE)) == ""


@GRADES
def test_vpl_shows_all_comments_as_they_are(grade: Grade) -> None:
    output = written("vpl", grade)
    comment = vpl_comment(output)
    assert comment and all(line.startswith(">") for line in comment)
    assert output.split("\n")[0] == "<|--" and len(comment) == output.split("\n").index("--|>") - 1


@pytest.mark.parametrize("line", ["Grade :=>> 100", "--|>", "-Title (-5)", "Comment :=>> x"])
def test_a_program_cannot_write_its_own_grade_for_vpl(line: str) -> None:
    output = written("vpl", saying(f"x\n{line}\nx\r{line}"))
    assert vpl_grade(output) == "0" and "\r" not in output
    assert all(said.startswith(">") for said in vpl_comment(output))


# Autolab: saveAutograde and parseAutoresult in its assessment_autograde_core.rb


def autolab_scores(feedback: str) -> dict[str, float | None]:
    """Return the scores in the last line, each bare word before a colon taken for a key without quotation marks."""
    last = feedback.rstrip().splitlines()[-1]
    scores = json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', last))["scores"]
    assert scores
    return dict(scores)


def test_autolab_finds_the_points_of_each_step_and_none_where_nobody_could_tell() -> None:
    assert autolab_scores(written("autolab", FAILING)) == {"step1": 2.0, "step2": 4.0}
    assert autolab_scores(written("autolab", UNSURE)) == {"step1": 2.0, "step2": None}


# Submitty: _docs/instructor/autograding/validation.md


@GRADES
def test_submitty_takes_the_validation(grade: Grade) -> None:
    result = loaded("submitty", grade)
    assert result["status"] in ("success", "failure")
    assert set(result) == ({"status", "data"} if result["status"] == "success" else {"status", "message"})
    if data := result.get("data"):
        assert 0.0 <= data["score"] <= 1.0 and isinstance(data["message"], str)
        assert data["status"] in ("information", "failure", "warning", "success")
    assert (result["status"] == "failure") == grade.is_fault


# Vocareum: its help page on custom grading scripts


def test_vocareum_finds_a_line_for_each_step_and_none_where_nobody_could_tell() -> None:
    assert list(csv.reader(io.StringIO(written("vocareum", FAILING)))) == [["step1", "2"], ["step2", "4"]]
    assert list(csv.reader(io.StringIO(written("vocareum", UNSURE)))) == [["step1", "2"]]


def test_vocareum_shows_markup_of_a_program_and_does_not_obey_it() -> None:
    report = written("vocareum-report", FAILING)
    assert report.startswith("VOC_NO_REPORT_OUTPUT\n")
    assert re.findall("<[^>]*>", report) == ["<pre>", "</pre>"]


# JUnit: junit-10.xsd of Jenkins' xunit plugin

COUNTS = {"name", "tests", "failures", "errors", "time"}
ATTRIBUTES = {
    "testsuites": COUNTS,
    "testsuite": COUNTS | {"skipped", "timestamp", "hostname", "id", "package", "file", "group", "log", "url"},
    "properties": set(), "property": {"name", "value"}, "testcase": {"name", "time", "classname", "group"},
    "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"type", "message"},
}  # fmt: skip
NEEDED = {"testsuite": COUNTS - {"time"}, "property": {"name", "value"}, "testcase": {"name"}}
CHILDREN = {
    "testsuites": {"testsuite"}, "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "properties": {"property"}, "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}  # fmt: skip
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


@GRADES
def test_jenkins_takes_the_report(grade: Grade) -> None:
    for element in ElementTree.fromstring(written("junit", grade)).iter():
        assert NEEDED.get(element.tag, set()) <= set(element.attrib) <= ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        assert TIME.fullmatch(element.get("time", ""))


@GRADES
def test_the_counts_of_a_report_are_those_of_its_cases(grade: Grade) -> None:
    root = ElementTree.fromstring(written("junit", grade))
    for suite in [root, *root]:
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count, len(list(suite.iter(tag))))) == len(list(suite.iter(tag)))
        assert all(len(case) <= 1 for case in cases)


def test_an_error_of_the_grader_is_no_failure_of_the_student() -> None:
    root = ElementTree.fromstring(written("junit", UNSURE))
    assert [case.get("name") for case in root.iter("testcase") if case.find("error") is not None] == ["twice"]
    assert len(list(root.iter("failure"))) == 1
