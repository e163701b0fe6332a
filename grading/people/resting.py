"""Whether a program rests once the other side has gone: who reads on from a connection that has ended never does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from grading.process import evidence
from grading.process.patience import A_MOMENT, SLICE
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.system.machine import times_of_threads
from grading.telling import stacks

MOMENTS = 3  # in all of which a thread must be restless
RESTLESS = 0.7  # of a moment; who loops without end is near 1, who waits for others near 0
MOST_LINES = 100  # printed in a moment; who draws a screen anew prints fewer, who loops without end thousands
PRINTS_ON = Cause("never-rests", "It goes on printing though nothing comes any more.")


def rest_once_gone(program: Program, goes: Callable[[], None], expected: str) -> None:
    """Let the other side go; fail if `program` prints without end then, or if one of its threads rests no more."""
    limit = RESTLESS + restlessness(program)
    goes()
    if all(lines_printed(program) > MOST_LINES for _ in range(MOMENTS)):
        raise Unmet(expected, "it prints line after line", PRINTS_ON, missing=False)
    if all(restlessness(program) > limit for _ in range(MOMENTS)):
        stands = evidence.why_silent(program) or stacks.told_beside_main(program.threads())
        raise Unmet(expected, "it is busy without a pause", stands, missing=False)


def restlessness(program: Program) -> float:
    """Return for which part of a moment the busiest thread ran, or would have; nan: nobody can tell."""
    started, before = time.monotonic(), wakeful_seconds(program.process.pid)
    program.passes(A_MOMENT)
    passed, after = time.monotonic() - started, wakeful_seconds(program.process.pid)
    if passed > 2 * A_MOMENT * SLICE:  # on a busy machine those who want to rest wait, too
        return math.nan  # which is not more than anything, nor is anything more than that
    return max((after[thread] - before.get(thread, after[thread]) for thread in after), default=0.0) / passed


def lines_printed(program: Program) -> int:
    """Return how many lines come on the screen in a moment."""
    before = len(program.out.text)
    program.passes(A_MOMENT)
    return program.out.text.count("\n", before)


def wakeful_seconds(pid: int) -> dict[str, float]:
    """Return for how long each thread of a process has had a processor or waited for one (Linux; elsewhere none)."""
    return {thread: ran + waited for thread, (ran, waited) in times_of_threads(pid).items()}
