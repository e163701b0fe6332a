"""The rows of the matrix: right programs and mutants, and what each check finds out about them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from grading.course import EXERCISES
from grading.process.launcher import Launcher
from grading.results.values import CheckResult, Grade
from grading.suite import collect
from grading.telling.choice import to_tell
from tests.kit.killing import Mutant, right_program, right_programs, run, submission
from tests.kit.mutants import BY_TOPIC

SERVER, CLIENT = "server", "client"


@dataclass
class Row:
    """One program, and what each check of it found out."""

    program: str
    topic: str
    name: str
    mutant: Mutant | None = None  # None: a right program
    results: dict[str, CheckResult] = field(default_factory=dict)  # by the check's id

    @property
    def killers(self) -> list[str]:
        """The checks that did not pass it."""
        return [result.id for result in self._grade.failures]

    @property
    def to_tell(self) -> CheckResult | None:
        """The failure whose story the student reads."""
        return to_tell(self._grade)

    @property
    def _grade(self) -> Grade:
        return Grade(self.mutant.step if self.mutant else "advanced", tuple(self.results.values()))

    @property
    def meant(self) -> tuple[str, ...]:
        """The checks that are meant not to pass it."""
        return self.mutant.caught_by if self.mutant else ()

    @property
    def wrong(self) -> str:
        """What is not as it should be, in words; empty if all is well."""
        if not self.mutant:
            return f"is not passed by {', '.join(self.killers)}" if self.killers else ""
        missed = [id for id in self.meant if id not in self.killers]
        return f"is not caught by {', '.join(missed)}" if missed else ""


def rows(only: str = "") -> Iterator[Row]:
    """Yield the right programs and the mutants, not graded yet; `only` those whose name holds that."""
    for program in (SERVER, CLIENT):
        for name in right_programs():
            yield Row(program, "right programs", name)
    for topic, mutants in BY_TOPIC.items():
        for mutant in mutants:
            if only in mutant.name:
                yield Row(mutant.program, topic, mutant.name, mutant)


def fill(row: Row, launcher: Launcher) -> Row:
    """Run every check that the program of `row` has to pass."""
    step = row.mutant.step if row.mutant else "advanced"
    checks = collect(EXERCISES[step])
    ids = [check.id for check in checks if check.role.name == row.program or check.id in row.meant]
    with tempfile.TemporaryDirectory() as folder:
        work = submission(row.mutant.sources(), folder) if row.mutant else right_program(row.name, folder)
        row.results = {result.id: result for result in run(work, step, launcher, ids, doubt=not row.mutant)}
    return row
