"""Run checks on a submission: side by side, since they mostly wait."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from grading.process.evidence import printed, why, why_silent
from grading.process.patience import GRADING_SECONDS
from grading.process.production import OWN_SHARE, Production
from grading.results.causes import Cause
from grading.results.unmet import CannotTell, Unmet
from grading.results.values import ERROR, FAILED, NOT_HERE, PASSED, SKIPPED, CheckResult, Circumstances
from grading.stage.messages import LONGEST_SOURCE
from grading.submission.budget import megabytes
from grading.suite import Check, Venue
from grading.telling import stacks
from grading.telling.hints import kind

SIDE_BY_SIDE = 12  # checks at a time
MOST_PRINTED = 60  # lines of a program that are kept
OWN_SECONDS = 3.0  # the least that this is of a processor: any start takes some
IN_TIME = "the programs to let the grading come to its end"
PROOFS = 3  # checks that fail for one reason, at one line, after which nobody doubts it
ALONE = 2  # times that a check is run alone on a busy machine
Progress = Callable[[CheckResult, int], None]  # the latest result, and how many are still to come


@dataclass(frozen=True)
class Attempt:
    """One run of a check."""

    result: CheckResult
    late: bool = False  # it failed, perhaps only because something took too long
    starved: bool = False  # the machine was busy with other things meanwhile
    calm: bool = False  # the program had all the time that it was given
    crowded: bool = False  # it lacked threads, of which all that run at a time may have so many

    @property
    def is_doubtful(self) -> bool:
        """Tell whether it may have failed only because others ran beside it, and nothing proves the contrary."""
        is_proven = self.calm or kind(self.result.cause).is_certain
        return self.starved or self.crowded or (self.late and not is_proven)

    @property
    def is_undecided(self) -> bool:
        """Tell whether nobody can know."""
        return self.late and self.starved


def attempt(check: Check, production: Production) -> Attempt:
    """Run `check` once."""
    started = time.monotonic()
    venue = check.opens(production)
    try:
        made = _play(check, venue, production)
    finally:
        venue.close()
    if made.result.outcome == FAILED and not made.is_doubtful:
        production.failed.add(check.role)
    printed = _printed(venue) if made.result.outcome == FAILED else ()
    circumstances = replace(made.result.circumstances, seconds=time.monotonic() - started, printed=printed)
    return replace(made, result=replace(made.result, events=tuple(venue.minutes.events), circumstances=circumstances))


def _printed(venue: Venue) -> tuple[str, ...]:
    """Return the last lines that the program printed."""
    lines = [line for program in venue.programs[-1:] for line in program.out.screen.lines]
    return tuple(lines[-MOST_PRINTED:])


def _play(check: Check, venue: Venue, production: Production) -> Attempt:
    result = check.untried()
    try:
        if production.allowance.is_over:
            return _over(result, production)
        if check.role.program not in production.submission:
            why = production.submission.left_out.get(check.role.program)
            raise Unmet(f"{check.role.program} to be in the folder", f"it {why}" if why else "there is no such file")
        if (size := len(production.submission.read(check.role.program))) > LONGEST_SOURCE:
            raise Unmet(f"{check.role.program} to be a program", f"it is {megabytes(size)} long")
        check.function(venue)
        if not check.terms.gate:  # which says no more than that a program starts
            venue.adds_up()
        return Attempt(replace(result, outcome=PASSED))
    except Unmet as unmet:
        return _over(result, production) if production.allowance.is_over else _failed(result, venue, unmet)
    except CannotTell as reason:
        return Attempt(replace(result, outcome=SKIPPED, cause=Cause(NOT_HERE, str(reason))))
    except Exception:
        if production.allowance.is_over:
            return _over(result, production)
        fault = traceback.format_exc()
        return Attempt(replace(result, outcome=ERROR, expected="the grader to do its work", got=fault))


def _over(result: CheckResult, production: Production) -> Attempt:
    """Put down that there was no more time: that is the fault of the programs, unless others took it."""
    got = f"{GRADING_SECONDS:.0f} seconds were over"
    over = replace(result, outcome=FAILED, expected=IN_TIME, got=got)
    return Attempt(over, late=True, starved=production.is_held_up(), calm=True)


def _failed(result: CheckResult, venue: Venue, unmet: Unmet) -> Attempt:
    cause = unmet.cause or _left_behind(venue, unmet) or unmet.perhaps
    failed = replace(result, outcome=FAILED, expected=unmet.expected, got=unmet.got, cause=cause)
    if unmet.late and unmet.missing and venue.programs and not kind(cause).is_certain:
        program, who = venue.programs[-1], result.role
        venue.minutes.prints(who, printed(program, venue.minutes, who))
    calm = bool(venue.programs) and venue.programs[-1].is_calm and not unmet.once
    starved = any(program.is_starved for program in venue.programs)
    crowded = any(error.lacks_threads for program in venue.programs for error in program.exceptions)
    if unmet.late and venue.programs:
        threads = tuple(stacks.each_thread(venue.programs[-1].threads()))
        failed = replace(failed, circumstances=Circumstances(threads=threads))
    return Attempt(failed, unmet.late and not failed.is_todo, starved, calm, crowded)


def _left_behind(venue: Venue, unmet: Unmet) -> Cause | None:
    """Return what the program left behind as an explanation."""
    if not venue.programs:
        return None
    program = venue.programs[-1]
    return why(program, unmet.missing) or (why_silent(program) if unmet.late else None)


def run(
    checks: Sequence[Check],
    production: Production,
    progress: Progress | None = None,
    doubt: bool = True,
    first: Container[str] = (),
) -> list[CheckResult]:
    """Run `checks` side by side, the gates before the rest; where in `doubt`, once more what was perhaps only late.

    Those whose ids are in `first` start beside the gates: somebody waits for them. So do the early ones.
    """
    running = _Running(checks, production, progress, doubt)
    try:
        rest = [check for check in checks if not check.terms.gate]
        running.starts([check for check in rest if check.id in first], tells=True)
        running.starts([check for check in rest if check.id not in first and check.terms.early])
        running.play([check for check in checks if check.terms.gate])
        closed = {check.role for check in checks if check.terms.gate and not running.results[check].is_fine}
        rest = [check for check in rest if check.role not in closed]
        running.play(sorted(rest, key=lambda check: not check.is_first))
        running.lets_vetoes_count(rest)
    except BaseException:
        production.launcher.close()  # the checks that still run end with their programs
        raise
    finally:
        running.pool.shutdown(wait=False, cancel_futures=True)
    return [running.results[check] for check in checks]


def proven(attempts: dict[Check, Attempt]) -> set[Check]:
    """Return the checks that failed as several others did, at one line, for one reason that each run proves anew."""
    alike: dict[object, set[Check]] = {}
    for check, made in attempts.items():
        cause = made.result.cause
        if cause and cause.place and kind(cause).is_certain and not made.crowded:
            alike.setdefault((check.role, cause.code, cause.place), set()).add(check)
    return {check for checks in alike.values() if len(checks) >= PROOFS for check in checks}


class _Running:
    def __init__(self, checks: Sequence[Check], production: Production, progress: Progress | None, doubt: bool) -> None:
        self.production = production
        self.results = {check: check.untried() for check in checks}
        self.pool = ThreadPoolExecutor(SIDE_BY_SIDE)
        self._progress = progress
        self._doubt = doubt
        self._begun: dict[Check, Future[Attempt]] = {}  # before their turn
        self._told: set[Check] = set()  # those of them of which one hears as soon as something is known

    def starts(self, checks: Sequence[Check], tells: bool = False) -> None:
        """Begin with some checks before their turn; where one `tells` of them, what they find is told at once."""
        for check in checks:
            self._begun[check] = self.pool.submit(self._ahead, check, tells)
        self._told.update(checks if tells else ())

    def _ahead(self, check: Check, tells: bool) -> Attempt:
        made = attempt(check, self.production)
        if tells and self._progress:
            self._progress(made.result, len(self.results) - 1)
        return made

    def play(self, checks: Sequence[Check]) -> None:
        """Run some checks."""
        attempts = {}
        waiting = {
            self._begun.get(check) or self.pool.submit(attempt, check, self.production): check for check in checks
        }
        for future in as_completed(waiting):
            check = waiting[future]
            attempts[check] = future.result()
            self.results[check] = attempts[check].result
            if self._progress and check not in self._told:
                self._progress(self.results[check], sum(result.is_waiting for result in self.results.values()))
        if self._doubt:
            known = proven(attempts)
            doubtful = {check: made for check, made in attempts.items() if made.is_doubtful and check not in known}
            if doubtful:
                self._run_again(doubtful)

    def _run_again(self, doubtful: dict[Check, Attempt]) -> None:
        """Run once more what was perhaps only late, side by side; and alone where the machine was busy then as well.

        Where it is too busy even for one alone, nobody can tell: then no more are tried. Nor are they where one alone
        lacks threads: that is its own fault.
        """
        self.production.experience.hurries = False
        waiting = {check: self.pool.submit(attempt, check, self.production) for check in doubtful}
        again = {check: future.result() for check, future in waiting.items()}
        for check in [check for check in doubtful if again[check].starved or again[check].crowded]:
            again[check] = self._alone(check)
            if again[check].is_undecided or again[check].crowded:
                break
        self.production.experience.hurries = True
        for check, made in again.items():
            result = made.result.left_undecided() if made.is_undecided else made.result
            self.results[check] = replace(result, circumstances=replace(result.circumstances, repeated=True))

    def _alone(self, check: Check) -> Attempt:
        cores = os.cpu_count() or 1
        for _ in range(ALONE):
            began, before = time.monotonic(), self.production.launcher.processor_seconds()
            made = attempt(check, self.production)
            used = self.production.launcher.processor_seconds() - before
            much = max(OWN_SECONDS, OWN_SHARE * cores * (time.monotonic() - began))
            if used > much:  # who starves itself is not starved
                made = replace(made, starved=False)
            if not made.starved:
                break
        return made

    def lets_vetoes_count(self, checks: Sequence[Check]) -> None:
        """Where a check with a veto failed, let the program's others count for nothing."""
        for veto in [check for check in checks if check.terms.veto and self.results[check].outcome == FAILED]:
            for check, result in self.results.items():
                if check.role == veto.role and check is not veto:
                    self.results[check] = result.void()
