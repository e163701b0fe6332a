"""What a grading found out, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grading.results.causes import Cause
from grading.results.events import Event

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
OUTCOMES = (PASSED, FAILED, ERROR, SKIPPED)
TOO_BUSY = "this machine was too busy to tell"
TODO = "todo"  # the code of a cause: what stands there is still to be written
CONVERSATIONS = "conversations"  # the name of checks that nobody wrote by hand: where others fail, those tell more
NOT_HERE = "not-on-this-system"  # the code of a cause: nobody can try that here


@dataclass(frozen=True)
class Circumstances:
    """How a check came to its result. Another run of the same work has others, and the same result."""

    seconds: float = 0.0
    repeated: bool = False  # something came too late or never, and so it was run once more
    threads: tuple[str, ...] = ()  # where each one stood when something did not come in time
    printed: tuple[str, ...] = ()  # the last lines, if it failed; for the screen alone, no JSON has them


@dataclass(frozen=True)
class CheckResult:
    """What one check found out."""

    exercise: str
    role: str  # server or client
    program: str  # chat_server.py or chat_client.py
    name: str
    title: str
    hint: str
    max_points: int
    outcome: str = SKIPPED
    expected: str = ""
    got: str = ""
    cause: Cause | None = None
    events: tuple[Event, ...] = ()
    stress: bool = False  # it puts the program under stress: where a simple check fails as well, that one tells more
    undecided: bool = False  # the machine was too busy to tell whether it passes
    circumstances: Circumstances = field(default=Circumstances(), compare=False)

    @property
    def id(self) -> str:
        """Its name among all checks: `step1/server/the_order_is_kept`."""
        return f"{self.exercise}/{self.role}/{self.name}"

    @property
    def because(self) -> str:
        """The sentence of its cause; empty where none is known."""
        return self.cause.sentence if self.cause else ""

    @property
    def is_todo(self) -> bool:
        """Whether it stopped where something is still to be written."""
        return self.cause is not None and self.cause.code == TODO

    @property
    def is_invented(self) -> bool:
        """Whether it plays what nobody wrote: any other check that fails tells more."""
        return self.name == CONVERSATIONS

    @property
    def is_untried(self) -> bool:
        """Whether this system could not try it, `because` of something: it counts for nothing."""
        return self.outcome == SKIPPED and self.cause is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it was not run, or counts for nothing, since the program does not start."""
        return self.outcome == SKIPPED and self.cause is None

    @property
    def is_fine(self) -> bool:
        """Whether nothing speaks against the program."""
        return self.outcome == PASSED or self.is_untried

    @property
    def points(self) -> int:
        """What was won."""
        return self.max_points if self.outcome == PASSED else 0

    @property
    def at_stake(self) -> int:
        """The points that could be won here."""
        return 0 if self.is_untried else self.max_points

    def left_undecided(self) -> CheckResult:
        """Return the result where nobody can tell whether the check passes: that is no fault of the program."""
        return replace(self, outcome=ERROR, undecided=True, got=TOO_BUSY, cause=None)

    def void(self) -> CheckResult:
        """Return the result where it counts for nothing: the program does not even start as a person starts it."""
        return replace(self, outcome=SKIPPED, expected="", got="", cause=None)


@dataclass(frozen=True)
class Versions:
    """With what was graded: the same versions and the same submission give the same grade."""

    kit: str = ""  # digest of the grader and of the suites
    python: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Grade:
    """What one submission is worth at one exercise."""

    exercise: str
    checks: tuple[CheckResult, ...]
    submission: str = ""  # its digest
    versions: Versions = Versions()
    seed: int | None = None
    notes: tuple[str, ...] = ()  # on what was left out, or could not be done as usual
    todos: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # lines of tasks that are left, by file
    works: Mapping[str, str] = field(default_factory=dict)  # digests of all that a program consists of, by its name
    openings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # where functions begin, in files with todos

    @property
    def points(self) -> int:
        """What was won."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """What could be won."""
        return sum(check.at_stake for check in self.checks)

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the submission."""
        return all(check.is_fine for check in self.checks)

    @property
    def is_fault(self) -> bool:
        """Whether the grader itself went wrong somewhere, or this machine was too busy."""
        return any(check.outcome == ERROR for check in self.checks)

    @property
    def failures(self) -> list[CheckResult]:
        """The checks that did not pass, the most basic first."""
        return [check for check in self.checks if check.outcome in (FAILED, ERROR)]

    @property
    def exercises(self) -> list[str]:
        """The exercises whose checks were made, in order."""
        return list(dict.fromkeys(check.exercise for check in self.checks))

    def of_exercise(self, exercise: str) -> list[CheckResult]:
        """Return the checks that belong to an exercise."""
        return [check for check in self.checks if check.exercise == exercise]
