"""The platforms for which there is a pack. The one table."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grading.course import Exercise
from grading.packs.archive import as_tar, as_zip
from grading.packs.kit import Files, kit, templates
from grading.suite import collect

OWN_SHARE = 0.8  # of the time that a platform gives: then the grader ends by itself, and what it knows is told
QUESTIONS = uuid.UUID("6d6b9a52-7a57-4d3c-9f1e-3d0a2f60c4a7")  # the name space of PrairieLearn's identities
BELOW = "{root}"  # stands in a layout for where it is laid out

EXAMPLE = {  # what Classroom 50 says of a submission
    "CLASSROOM": "networks",
    "ASSIGNMENT": "chat",
    "USERNAME": "ann",
    "MODE": "individual",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/x/y/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/x/y/releases/tag/submit",
    "REVIEW_URL": "https://github.com/x/y/compare/a1b2c3d",
}


@dataclass(frozen=True)
class Layout:
    """How a platform lays out what it has, below a root, and what it runs there."""

    pack: str  # where the pack lies
    work: str  # where lies what a student handed in: a folder, or a zip
    command: str  # for a shell
    folder: str  # where that one is
    result: str = ""  # the file that the platform reads; none where it reads the output
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pack:
    """What a platform wants."""

    sentence: str
    layout: Layout
    seconds: int = 600  # that the platform gives
    place: str = "kit/"  # of the kit
    beside: tuple[str, ...] = ()  # what of the templates lies in an archive with the kit
    archive: str = ""  # the kit is in this one, if the platform unpacks nothing
    archived: Callable[[Files], bytes] = as_zip

    def files(self, platform: str, exercise: Exercise) -> Files:
        """Return all that is to be uploaded."""
        filled = {name: self._filled(data, exercise) for name, data in templates(platform).items()}
        own = {self.place + name: data for name, data in kit(exercise).items()}
        if not self.archive:
            return {**filled, **own}
        own.update({self.place + name: filled.pop(name) for name in self.beside})
        return {**filled, self.archive: self.archived(own)}

    @property
    def budget(self) -> int:
        """The seconds after which the grader ends by itself."""
        return int(self.seconds * OWN_SHARE)

    def _filled(self, data: bytes, exercise: Exercise) -> bytes:
        blanks = {
            "STEP": exercise.key,
            "BUDGET": self.budget,
            "LIMIT": self.seconds,
            "POINTS": sum(check.terms.points for check in collect(exercise)),
            "PROGRAMS": ", ".join(exercise.programs),
            "UUID": uuid.uuid5(QUESTIONS, exercise.key),
        }
        for name, value in blanks.items():
            data = data.replace(f"@{name}@".encode(), str(value).encode())
        return data


PACKS = {
    "gradescope": Pack(
        "an autograder for Gradescope",
        Layout("source", "submission", "source/run_autograder", "", "results/results.json"),
    ),
    "prairielearn": Pack(
        "a question for PrairieLearn, with the image that it needs",
        Layout("", "student", "tests/run.sh", "", "results/results.json"),
        place="tests/chat-kit/",
    ),
    "classroom50": Pack(
        "what Classroom 50 runs for an assignment",
        Layout("bundle", "work", "python3 ../bundle/autograder.py", "work", "work/result.json", EXAMPLE),
    ),
    "ci": Pack(
        "a workflow for GitHub Actions, which runs at each push",
        Layout("", "", "sh .github/chat/grade.sh", "", "junit.xml"),
        place=".github/chat/kit/",
    ),
    "vpl": Pack(
        "the execution files of Moodle's VPL",
        Layout("", "", "sh vpl_evaluate.sh && ./vpl_execution", ""),
        seconds=300,
        archive="kit.zip",
    ),
    "autolab": Pack(
        "the autograder of an Autolab lab",
        Layout("", "handin.zip", "make -s -f autograde-Makefile", ""),
        seconds=300,
        beside=("run.sh",),
        archive="autograde.tar",
        archived=as_tar,
    ),
    "vocareum": Pack(
        "the scripts of a Vocareum part",
        Layout(
            "",
            "work",
            "../scripts/grade.sh",
            "work",
            "grades.csv",
            {"vocareumGradeFile": f"{BELOW}/grades.csv", "vocareumReportFile": f"{BELOW}/report.html"},
        ),
        place="scripts/kit/",
    ),
    "submitty": Pack(
        "the configuration of a Submitty gradeable",
        Layout(
            "",
            "test",
            "cp -r ../custom_validation_code/. . && python3 validate.py",
            "test",
            "test/validation_results.json",
        ),
        place="custom_validation_code/kit/",
    ),
}
