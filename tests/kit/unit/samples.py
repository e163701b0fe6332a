"""Grades for the tests of the exports: one with everything in it, one that passed, one that nobody could tell."""

from __future__ import annotations

from dataclasses import replace

from grading.exports.delivery import Delivery
from grading.results.causes import Cause, Place
from grading.results.events import LINE, SEGMENT, SILENCE, Event
from grading.results.values import FAILED, NOT_HERE, PASSED, SKIPPED, CheckResult, Circumstances, Grade, Versions
from tests.kit.conftest import finding

NASTY = '=2+3,"x"\x1b[31m\x00\ud800\ufffe <b>&</b> ]]> ``` Grade :=>> 100'  # what a program may say, or raise

PLACE = Place("chat_server.py", 28, "parse", 'command, argument = line.split(":")')
TALK = (
    Event(SEGMENT, "Ann", "server", "MESSAGE:at 10:30"),
    Event(LINE, "server", "Bob", NASTY),
    Event(SILENCE, "Bob", "", "heard nothing"),
)


def _check(id: str, title: str, points: int, outcome: str, seconds: float, *rest: object) -> CheckResult:
    check = finding(id, title, "Think of a hint.", points, outcome, *rest)
    return replace(check, circumstances=Circumstances(seconds))


COLONS = _check(
    "step1/server/colons",
    "A message that contains colons arrives whole.",
    3,
    FAILED,
    1.5,
    "Bob to hear at 10:30",
    NASTY,
    Cause("exception", f"chat_server.py:28, in parse: ValueError: {NASTY}", PLACE),
    TALK,
)
CHECKS = (
    _check("step1/server/starts", "The server starts.", 2, PASSED, 0.25),
    COLONS,
    _check(
        "step1/server/ctrl_c", "Ctrl+C ends it.", 1, SKIPPED, 0.0, "", "", Cause(NOT_HERE, "This system has no Ctrl+C.")
    ),
    _check("step2/client/names", "It asks for a name.", 2, SKIPPED, 0.0),
    _check("step2/server/twice", "A name in use is refused.", 4, PASSED, 1234.5),
)
VERSIONS = Versions("kit-digest", "3.11.7", "linux")
FAILING = Grade("step2", CHECKS, "digest", VERSIONS)
PASSING = Grade("step2", tuple(replace(c, outcome=PASSED) for c in CHECKS if c.outcome == PASSED), "digest", VERSIONS)
UNSURE = replace(FAILING, checks=(*CHECKS[:2], CHECKS[4].left_undecided()))
NONE_TRIED = replace(FAILING, checks=CHECKS[2:3])
BY_NAME = {"failing": FAILING, "passing": PASSING, "unsure": UNSURE}

HIDING = Delivery("ann", frozenset({"step1/server/colons"}))
RUNNER = {  # what Classroom 50 sets
    "CLASSROOM": "cs-networks",
    "ASSIGNMENT": "chat",
    "USERNAME": "ann",
    "MODE": "individual",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/x/y/commit/abc",
    "RELEASE_URL": "https://github.com/x/y/releases/tag/submit%2F2026-06-01T14-32-05Z-a1b2c3d",
    "REVIEW_URL": "https://github.com/x/y/compare/abc",
}
OPEN = Delivery("ann", environment=RUNNER)


def crowded() -> Grade:
    """Return a grade as long as one can get: every check failed, with a full story."""
    words = "\N{PARTY POPPER}" * 300
    talk = tuple(Event(LINE, f"Person{i}", "server", words) for i in range(4)) * 20
    told = words, words, Cause("exception", "z\n" * 50), talk
    return Grade(
        "step4", tuple(finding(f"step4/server/check_{i}", "A title.", words, 3, FAILED, *told) for i in range(150))
    )
