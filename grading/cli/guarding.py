"""How a command that grades ends, whatever it meets: an exit status, and in trouble one clear line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Collection

from grading.process import cell
from grading.results.values import Grade
from grading.showing.terminal import Report
from grading.start.ending import FAILED, OWN_FAULT, PASSED, UNUSABLE, interrupted
from grading.submission.values import BadSubmission, TooBig
from grading.system import shortage


def guarded(does: Callable[[], int], report: Report, debug: bool) -> int:
    """Do something that grades; return its exit status, or that of the trouble that it met, in words on the screen."""
    if lack := shortage.lacking():
        report.says(lack)
        return OWN_FAULT
    try:
        return does()
    except (TooBig, BadSubmission) as error:
        report.ends()
        report.says(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        report.ends()
        report.says("Stopped.")
        os._exit(interrupted())  # the programs have ended; our threads need not come to theirs
    except Exception as error:
        report.ends()
        if lack := shortage.told(error):
            report.says(lack)
        else:
            _tells_own_fault(report, error, debug)
        return OWN_FAULT


def _tells_own_fault(report: Report, error: Exception, debug: bool) -> None:
    report.says(f"The grader itself failed: {type(error).__name__}: {error}. This is not your fault.", "red")
    report.says("Run it again with --debug, and show the result to your instructor.")
    if debug:
        for line in "".join(traceback.format_exception(error)).splitlines():
            report.says(line)


def tells_of_gaps(lacks: Collection[str]) -> None:
    """Say what does not hold programs here, beside the screen: it has nothing to do with the grade."""
    if gaps := cell.told(lacks):
        print(gaps, file=sys.stderr)


def status_of(found: Grade) -> int:
    """Return the exit status of a grading."""
    return OWN_FAULT if found.is_fault else PASSED if found.passed else FAILED
