"""What all programs of one grading have in common."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from grading.course import Exercise, Role
from grading.process.experience import Experience
from grading.process.launcher import Launcher
from grading.process.patience import Allowance
from grading.submission.copies import Copies
from grading.submission.scratch import HOME, TEMPORARY, remove
from grading.submission.shared import Shared
from grading.submission.values import Submission
from grading.system.machine import kept_waiting, knows_waiting

T = TypeVar("T")
OWN_SHARE = 0.5  # of all processors: whoever takes as much is not held up by others
BUSY_SHARE = 0.1  # of the time of a grading for which we waited for a processor, on a machine that others kept busy
FOR_READERS, FOR_VISITORS = 0o644, 0o755  # the modes of a file and of a folder that others may look into


@dataclass
class Production:
    """One grading's launcher, and the copies of what is graded."""

    launcher: Launcher
    submission: Submission
    exercise: Exercise  # that is graded
    seed: int | None = None  # of the one schedule to repeat, where races are looked for
    notes: list[str] = field(default_factory=list)  # on what could not be done as usual
    prompts: dict[str, set[str]] = field(default_factory=dict)  # that a program is known to show, by its name

    def __post_init__(self) -> None:
        self._finding_out = threading.RLock()
        self._found: dict[object, object] = {}
        self.experience = Experience()
        self.failed: set[Role] = set()  # whose programs are known to fail in something
        self.mute: set[str] = set()  # programs that did not listen when they were started last
        self.allowance = Allowance()
        self._used, self._waited = self.launcher.processor_seconds(), kept_waiting(os.getpid())
        place = self.launcher.place
        if place.owner:
            self.launcher.lacks()  # it may turn out that programs run in our own account
        self.scratch = self._workshop = place.scratch(self.submission)
        try:
            self._workshop = place.workshop(self.scratch)
            self._copies = Copies(
                self.submission, self.scratch, self.exercise.programs, place.hands_over, self._workshop
            )
        except BaseException:
            self.close()
            raise
        self.notes += [*self.submission.notes, *self._copies.notes]

    def copy_of_work(self) -> Path:
        """Return a fresh copy of the submission, so that no run sees what another one wrote."""
        return self._copies.fresh()

    def place_of_a_run(self) -> dict[str, str]:
        """Make a home and a folder for what is temporary, in which no run finds what another one left there.

        Return the variables by which a program finds them.
        """
        if os.name != "posix":
            return {}
        made = Path(tempfile.mkdtemp(dir=self._workshop))
        for name in (HOME, TEMPORARY):
            (made / name).mkdir()
            self.launcher.place.hands_over(made / name)
        self.launcher.place.hands_over(made)
        found = self._copies.door.lets_in(made)
        return {"HOME": str(found / HOME), "TMPDIR": str(found / TEMPORARY)}

    def removes_place(self, variables: Mapping[str, str]) -> None:
        """Remove what was made for a run that has ended."""
        if variables:
            remove(Path(variables["HOME"]).parent, self._workshop)

    def removes_copy(self, copy: Path) -> None:
        """Remove a copy in which nobody runs any more: what runs leave behind adds up."""
        self._copies.remove(copy)

    def shared_folder(self) -> Shared:
        """Make an empty folder beside the copies, in which programs may write."""
        return Shared(self._workshop, self.launcher.place.hands_over, self._copies.door.lets_in)

    def hands_out(self, files: Mapping[str, bytes]) -> Path:
        """Put files where programs can read them; return their folder, which is ours."""
        made = Path(tempfile.mkdtemp(dir=self._workshop))
        for name, data in files.items():
            (made / name).write_bytes(data)
            (made / name).chmod(FOR_READERS)
        made.chmod(FOR_VISITORS)
        return self._copies.door.lets_in(made)

    def own_folder(self) -> Path:
        """Make a folder out of sight of all programs, where the system lets them not see all that we do."""
        return Path(tempfile.mkdtemp(dir=self._workshop))

    def once(self, find_out: Callable[[Production], T]) -> T:
        """Return what `find_out` returned for this grading, which calls it once, whoever asks first."""
        with self._finding_out:
            if find_out not in self._found:
                self._found[find_out] = find_out(self)
            found: T = self._found[find_out]  # type: ignore[assignment]
            return found

    def is_held_up(self) -> bool:
        """Tell whether others kept this machine busy since grading began; so it may be, where no system tells."""
        passed = self.allowance.passed
        if self.launcher.processor_seconds() - self._used >= OWN_SHARE * (os.cpu_count() or 1) * passed:
            return False
        return not knows_waiting() or kept_waiting(os.getpid()) - self._waited >= BUSY_SHARE * passed

    def close(self) -> None:
        """Remove the copies, and what they were made from."""
        if self.scratch != self._workshop:
            remove(self.scratch, self._workshop)
        remove(self._workshop)
