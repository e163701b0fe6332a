"""Whether a program rests once the other side has gone: who reads on from a connection that has ended never does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from grading.process import evidence
from grading.process.patience import A_MOMENT, PATIENCE
from grading.process.program import Program
from grading.results.causes import Cause, Place
from grading.results.unmet import Unmet
from grading.system.blocked import own_numbers
from grading.system.machine import times_of_threads, turns_of_threads
from grading.telling import stacks

MOMENTS = 3  # in all of which a thread must be restless
RESTLESS = 0.7  # of the time, for which such a thread runs, or wants to: who loops without end is near 1
LEAST_SECONDS = 0.1  # for which it must have run: on a busy machine, those who want to rest wait most of the time, too
OUTRUNS = 20  # times as long as the stage's thread runs one that is held up by it alone: 5 ms at each of its beats
MOST_LINES = 100  # printed in a moment; who draws a screen anew prints fewer, who loops without end thousands
LEAST_SHARE = 0.1  # of a while, that a thread is taken to have had: of less, little can be known
LIVELY = 200.0  # times a second, more than before, that a program looks for work: who retries after 2 ms does
SO_MUCH_MORE = 5  # times as often as before
PRINTS_ON = Cause("never-rests", "It goes on printing though nothing comes any more.")


def rest_once_gone(program: Program, goes: Callable[[], None], expected: str) -> None:
    """Let the other side go; fail if `program` prints without end then, or if one of its threads rests no more."""
    was_restless = is_restless(program)
    goes()
    if all(lines_printed(program) > MOST_LINES for _ in range(MOMENTS)):
        raise Unmet(expected, "it prints line after line", PRINTS_ON, missing=False)
    if is_restless(program) and not was_restless:
        stands = evidence.why_silent(program) or stacks.told_beside_main(program.threads())
        raise Unmet(expected, "it is busy without a pause", stands, missing=False)


def turns(program: Program) -> dict[int, float]:
    """Return how often a second each thread of a program, but the stage's, is given a core, by its number there.

    The time for which it waits for one does not count: so others who keep the machine busy change little. Only Linux
    tells; elsewhere there are none, and of a program that rests neither.
    """
    pid, stage, began = program.pid, program.loops()[:1], time.monotonic()
    times, before = times_of_threads(pid), turns_of_threads(pid)
    program.passes(A_MOMENT)
    if program.rested:
        return {}
    seconds, numbers = time.monotonic() - began, own_numbers(pid)
    after, found = times_of_threads(pid), {}
    for one, now in turns_of_threads(pid).items():
        if (number := numbers.get(int(one), 0)) not in stage and one in before:
            waited = after[one][1] - times[one][1] if one in after and one in times else 0.0
            found[number] = (now - before[one]) / max(seconds - waited, LEAST_SHARE * seconds)
    return found


def rest_as_before(program: Program, before: float) -> None:
    """Fail if a program goes on to look for work for nobody, much more often in a second than `before` anybody came."""
    for _ in program.patience(PATIENCE):
        now = turns(program)
        if sum(now.values()) < max(before + LIVELY, before * SO_MUCH_MORE):
            return
    busiest = max(now, key=lambda number: now[number])
    places = next((thread.places for thread in program.threads() if thread.native == busiest), ())
    got = "it wakes up hundreds of times a second, and did not before anybody came"
    raise Unmet("the server to rest once everybody has gone", got, _told_lively(places), missing=False)


def _told_lively(places: Sequence[Place]) -> Cause | None:
    if not places:
        return None
    outermost = places[-1]  # where it is inside of that differs from look to look
    sentence = f"A thread wakes up again and again, in {outermost.function} ({outermost.file}:{outermost.line})."
    return Cause("works-for-nobody", sentence, outermost)


def is_restless(program: Program) -> bool:
    """Tell whether one of a program's threads runs from now on whenever it can (Linux; elsewhere nobody can tell).

    On a busy machine, the thread of the stage waits for a core with what only one thread of Python has at a time; then
    no other one runs, nor waits for a core. So one that does run meanwhile is looked at for as long as there is time.
    """
    pid, its_own, numbers = program.pid, program.loops()[:1], own_numbers(program.pid)
    began, all_before = time.monotonic(), times_of_threads(pid)
    ours = {thread: times for thread, times in all_before.items() if numbers.get(int(thread)) in its_own}
    before = {thread: times for thread, times in all_before.items() if thread not in ours}
    most = stage_ran = 0.0
    for beat, seconds in enumerate(program.patience(PATIENCE)):
        time.sleep(seconds)
        passed, since = time.monotonic() - began, _since(before, pid)
        stage = _since(ours, pid)
        stage_ran, held = sum(ran for ran, _ in stage), sum(ran + waited for ran, waited in stage)
        eager = [ran for ran, waited in since if ran + waited > RESTLESS * passed]
        most = max((ran for ran, _ in since), default=0.0)
        if beat >= A_MOMENT and not any(ran and ran + waited + held > RESTLESS * passed for ran, waited in since):
            return False
        if beat >= A_MOMENT * MOMENTS and eager and max(eager) > LEAST_SECONDS:
            return True
    return most > max(LEAST_SECONDS, OUTRUNS * stage_ran)


def _since(before: dict[str, tuple[float, float]], pid: int) -> list[tuple[float, float]]:
    """Return for how many seconds each thread that was there `before` has run since then, and waited for a core."""
    now = times_of_threads(pid)
    return [(now[one][0] - ran, now[one][1] - waited) for one, (ran, waited) in before.items() if one in now]


def lines_printed(program: Program) -> int:
    """Return how many lines come on the screen in a moment."""
    before = len(program.out.text)
    program.passes(A_MOMENT)
    return program.out.text.count("\n", before)
