"""The exports of one grade. The one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grading.exports import (
    autolab,
    classroom50,
    gradescope,
    junit,
    prairielearn,
    spreadsheet,
    submitty,
    vocareum,
    vpl,
    whole_json,
)
from grading.exports.delivery import Delivery
from grading.results.values import Grade


@dataclass(frozen=True)
class Export:
    """A form in which a grade goes out."""

    write: Callable[[Grade, Delivery], str]
    file: str  # what the platform expects it to be called
    sentence: str
    needs: tuple[str, ...] = ()  # variables of the environment, which the platform's runner sets


EXPORTS = {
    "json": Export(whole_json.whole, "grade.json", "all that is known, for programs of your own"),
    "csv": Export(spreadsheet.one, "grade.csv", "a row, with a column for each check"),
    "junit": Export(junit.report, "junit.xml", "a test suite for each step, for any CI"),
    "gradescope": Export(gradescope.results, "results.json", "what an autograder of Gradescope leaves"),
    "classroom50": Export(classroom50.result, "result.json", "the result of Classroom 50", classroom50.NEEDS),
    "classroom50-release": Export(classroom50.release, "release-body.md", "what students of Classroom 50 read"),
    "prairielearn": Export(prairielearn.results, "results.json", "what an external grader of PrairieLearn leaves"),
    "vpl": Export(vpl.output, "vpl_execution.txt", "what VPL reads; its maximum grade is all the points"),
    "autolab": Export(autolab.output, "autolab.txt", "what Autolab reads; its problems are called as the steps"),
    "submitty": Export(submitty.validation, "validation_results.json", "what a custom validator of Submitty leaves"),
    "vocareum": Export(vocareum.grades, "grades.csv", "Vocareum's grades; its criteria are called as the steps"),
    "vocareum-report": Export(vocareum.report, "report.html", "what students of Vocareum read"),
}
