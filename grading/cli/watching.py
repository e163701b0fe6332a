"""`grader.py STEP --watch`: grade again at each save, and show stories at the touch of a key."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from grading.course import Exercise
from grading.grade import How, grade
from grading.home.keys import Keys
from grading.home.memory import Changes
from grading.home.saves import Saves
from grading.process.launcher import Launcher
from grading.results.values import FAILED, CheckResult, Grade
from grading.showing.watched import Watched
from grading.submission.values import BadSubmission, Submission, TooBig
from grading.telling.choice import to_tell

LOOKING_SECONDS = 0.03  # between two looks at the files and at what the grading says
TIDYING_SECONDS = 5.0  # that somebody waits at the end, at the most
QUIT = "q\x04"


class _Stopped(Exception):
    """Nobody wants the result any more."""


class Grading:
    """One grading in a thread of its own, which can be stopped."""

    def __init__(self, arrive: Callable[[], Submission], exercise: Exercise, how: How) -> None:
        self.results: queue.SimpleQueue[CheckResult] = queue.SimpleQueue()
        self.found: Grade | None = None
        self.trouble: Exception | None = None
        self._how = replace(how, progress=self._hears)
        self._launcher = how.launcher
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._runs, args=(arrive, exercise), daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether all is known."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Have the programs ended, and do not wait for that; what they do then is not told any more."""
        self._stopped.set()
        threading.Thread(target=self._closes, daemon=True).start()

    def waits(self) -> None:
        """Wait until it has tidied up."""
        self._thread.join(TIDYING_SECONDS)

    def _closes(self) -> None:
        with contextlib.suppress(OSError):  # it was just about to end itself
            if self._launcher:
                self._launcher.close()

    def _runs(self, arrive: Callable[[], Submission], exercise: Exercise) -> None:
        try:
            self.found = grade(arrive(), exercise, self._how)
        except Exception as error:
            self.trouble = error

    def _hears(self, result: CheckResult, left: int) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self.results.put(result)


class Watching:
    """Grades at each save until somebody has seen enough."""

    def __init__(
        self,
        exercise: Exercise,
        arrive: Callable[[], Submission],
        remembers: Callable[[Grade], Changes],
        screen: Watched,
        starts: Mapping[str, str],
    ) -> None:
        self._exercise = exercise
        self._arrive = arrive
        self._remembers = remembers
        self._screen = screen
        self._starts = starts
        self._spare: Launcher | None = Launcher()  # gets warm while nothing is graded
        self._grading: Grading | None = None
        self._stopped: list[Grading] = []
        self._told = ""  # the id of the check that is worked on
        self.found: Grade | None = None

    def goes_on(self, work: Path) -> None:
        """Watch until `q` is pressed, or Ctrl+C."""
        with Keys() as keys, self._screen:
            self._screen.has_keys = keys.are_there
            saves = Saves(work, self._exercise.programs)
            self._begins()
            try:
                while (key := keys.pressed(LOOKING_SECONDS)) not in QUIT or not key:
                    self._does(key)
                    if saves.is_new():
                        self._begins()
                    self._takes_news()
            finally:
                self._ends()

    def _does(self, key: str) -> None:
        if key == "r":
            self._begins()
        elif key:
            self._screen.obeys(key)

    def _begins(self) -> None:
        """Grade what is there now; stop the grading of what was there before."""
        if self._grading and not self._grading.is_over:
            self._grading.stop()
            self._stopped.append(self._grading)
        launcher, self._spare = self._spare or Launcher(), None
        self._screen.grades_again(self.found is not None)
        how = How(first=frozenset([self._told]), starts=self._starts, launcher=launcher)
        self._grading = Grading(self._arrive, self._exercise, how)

    def _takes_news(self) -> None:
        if not self._grading:
            return
        is_over = self._grading.is_over  # asked first: what is put last must not be missed
        count = self._grading.results.qsize()
        for result in (self._grading.results.get() for _ in range(count)):
            if not _may_be_late(result) and (result.id == self._told or result.outcome == FAILED):
                self._screen.hears(result, result.id == self._told)
                self._spare = self._spare or Launcher()
        if count:
            self._screen.counts(count)
        if is_over:
            grading, self._grading = self._grading, None
            self._shows(grading)
            self._spare = self._spare or Launcher()

    def _shows(self, grading: Grading) -> None:
        if isinstance(grading.trouble, (BadSubmission, TooBig)):
            self._screen.refuses(str(grading.trouble))
        elif grading.trouble:
            raise grading.trouble
        elif grading.found:
            self.found = grading.found
            told = to_tell(self.found)
            self._told = told.id if told else ""
            self._screen.shows(self.found, self._remembers(self.found))

    def _ends(self) -> None:
        if self._grading:
            self._grading.stop()
            self._stopped.append(self._grading)
        if self._spare:
            self._spare.close()
        for grading in self._stopped:
            grading.waits()


def _may_be_late(result: CheckResult) -> bool:
    """Tell whether something did not come in time: then the check is made once more before it counts."""
    return bool(result.circumstances.threads)
