"""What a grading found out, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.minutes import Entry

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
TOO_BUSY = "this machine was too busy to tell"


@dataclass
class CheckResult:
    """What one check found out."""

    id: str  # step1/server/the_order_is_kept
    title: str
    hint: str
    max_points: int
    outcome: str = SKIPPED
    expected: str = ""
    got: str = ""
    because: str = ""
    todo: tuple[str, int] | None = None  # file and line where it stopped, if what stands there is still to be written
    minutes: list[Entry] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)  # where each one stood when something did not come in time
    seconds: float = 0.0
    slow: bool = False  # it puts the program under stress: where a simple check fails as well, that one tells more
    repeated: bool = False  # something came too late or never, and so it was run once more
    undecided: bool = False  # the machine was too busy to tell whether it passes

    def is_left_undecided(self) -> None:
        """Say that nobody can tell whether the check passes: that is no fault of the program."""
        self.outcome, self.undecided = ERROR, True
        self.got, self.because = TOO_BUSY, ""

    def is_void(self) -> None:
        """Count for nothing: the program does not even start as a person starts it."""
        self.outcome, self.expected, self.got, self.because = SKIPPED, "", "", ""

    @property
    def is_untried(self) -> bool:
        """Whether this system could not try it, `because` of something: it counts for nothing."""
        return self.outcome == SKIPPED and bool(self.because)

    @property
    def is_waiting(self) -> bool:
        """Whether it was not run, or counts for nothing, since the program does not start."""
        return self.outcome == SKIPPED and not self.because

    @property
    def is_fine(self) -> bool:
        """Whether nothing speaks against the program."""
        return self.outcome == PASSED or self.is_untried

    @property
    def step(self) -> str:
        return self.id.split("/")[0]

    @property
    def program(self) -> str:
        return f"chat_{self.id.split('/')[1]}.py"

    @property
    def points(self) -> int:
        return self.max_points if self.outcome == PASSED else 0

    @property
    def at_stake(self) -> int:
        """The points that could be won here."""
        return 0 if self.is_untried else self.max_points

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` writes for one check."""
        return {
            "id": self.id,
            "step": self.step,
            "title": self.title,
            "points": self.points,
            "max_points": self.max_points,
            "outcome": self.outcome,
            "expected": self.expected,
            "got": self.got,
            "because": self.because,
            "hint": self.hint,
            "transcript": [str(entry) for entry in self.minutes],
            "threads": self.threads,
            "seconds": round(self.seconds, 3),
            "repeated": self.repeated,
        }


@dataclass
class Grade:
    """What one submission is worth at one step."""

    step: str
    work: Path
    checks: list[CheckResult]
    notes: list[str] = field(default_factory=list)  # on what was left out, or could not be done as usual

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.at_stake for check in self.checks)

    @property
    def passed(self) -> bool:
        return all(check.is_fine for check in self.checks)

    @property
    def failures(self) -> list[CheckResult]:
        """The checks that did not pass, the most basic first."""
        return [check for check in self.checks if check.outcome in (FAILED, ERROR)]

    @property
    def to_tell(self) -> CheckResult | None:
        """The failure that tells most: a simple one if there is one, and rather one of this very step."""
        return min(self.failures, key=self._telling, default=None)

    def _telling(self, check: CheckResult) -> tuple[bool, bool, bool]:
        return check.undecided, check.slow, check.step != self.step

    @property
    def is_fault(self) -> bool:
        """Whether the grader itself went wrong somewhere, or this machine was too busy."""
        return any(check.outcome == ERROR for check in self.checks)

    def of_step(self, step: str) -> list[CheckResult]:
        return [check for check in self.checks if check.step == step]

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` writes."""
        return {
            "step": self.step,
            "work": str(self.work),
            "points": self.points,
            "max_points": self.max_points,
            "passed": self.passed,
            "notes": self.notes,
            "checks": [check.as_json() for check in self.checks],
        }

    def as_text(self) -> str:
        """Return the same as text: what no screen and no encoding could take stands there as JSON's own escapes."""
        text = json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"
        return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
