"""What a run of a program left behind that explains a failure: an exception, or how it ended."""

from __future__ import annotations

import re
import signal
from collections.abc import Collection, Sequence
from dataclasses import replace

from grading.process import hiding
from grading.process.hope import Work
from grading.process.patience import A_MOMENT, LAST_REPORT_SECONDS
from grading.process.production import Production
from grading.process.program import Program
from grading.process.reading import where_it_broke, with_short_tracebacks
from grading.results.causes import Cause, Place, Thread
from grading.results.events import Minutes
from grading.results.visible import shown
from grading.skeletons import original
from grading.start import environment
from grading.submission.given import given_lines
from grading.system.blocked import own_numbers
from grading.telling import exceptions, silence, stacks

ORDINARY = ("Disconnected", "Connection lost", "Connected to chat server", "Joined as:")  # words that tell nothing new
MOST_PRINTED = 3  # lines
LIKE = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")  # what may differ between lines of one kind
SIGNS = ".,:;()[]<>"  # that may stand at the ends of a name
TOO_LONG = -getattr(signal, "SIGXCPU", 256)  # the status of whoever took too much of a processor; Windows has none
NEVER_AWAITED = re.compile(
    r"([\w.-]+\.py):(\d+): RuntimeWarning: coroutine '([\w.<>]+)' was never awaited"
)  # says Python
LOOKS = 20  # at a thread that never rests, to see it where it reads
MOST_LOOKS = 200  # where it is seen in several functions, of which another one may read


def why(program: Program, missing: bool = True) -> Cause | None:
    """Return the best explanation that this run of the program left behind, if there is one.

    Broken connections explain only that something is `missing`: some checks break them themselves.
    """
    program.listen_to_stage()
    if not program.exceptions:
        program.ask({"do": "collect"})
        program.comes_to_rest()  # whoever is about to raise one has done so by then
        program.listen_to_stage(LAST_REPORT_SECONDS)
    errors = [error for error in program.exceptions if missing or not error.is_broken_connection]
    if error := exceptions.most_telling(errors):
        way = environment.way_to_get(error.module) if error.module and error.places else ""
        beside = program.production.submission.at_the_top()
        hides = tuple(hiding.hidden(beside, error.message))
        cause = exceptions.of_raised(error, way, own_place(error.places, program.production), hides)
        return cause if program.listening else exceptions.of_client(cause)
    status = program.process.wait(0)
    if status is None:
        return None
    program.hear_last_words()
    reason = program.production.launcher.why_ended.get(program.pid, "")
    if status == TOO_LONG:
        reason = "It had kept a processor busy for longer than a program may."
    return exceptions.of_end(program.name, status, _last_words(program, bool(status)), reason)


def own_place(places: Sequence[Place], production: Production) -> Place | None:
    """Return the innermost of some places that is not in a function as the skeleton gives it, if there is one."""
    submission, exercise = production.submission, production.exercise
    for place in reversed(places):
        path = original(exercise.name, place.file)
        if place.file not in submission.modules() or not path.is_file():
            return place
        program = submission.source(place.file)
        if place.line not in given_lines(program, path.read_text("utf-8")):
            return place
    return None


def printed(program: Program, minutes: Minutes, who: str) -> list[str]:
    """Return what the program printed last, after somebody did something: a few lines, without what tells nothing."""
    if not minutes.events:
        return []
    since = minutes.began + minutes.events[minutes.last_deed(who)].moment
    before, after = (_telling(program, lines, minutes) for lines in program.out.lines_around(since))
    people = {name for event in minutes.events for name in (event.source, event.target)} - {who, ""}
    usual = {_kind(line, people) for line in before}
    unusual = [line for line in after if _kind(line, people) not in usual]
    return (unusual or after)[-MOST_PRINTED:]


def _kind(line: str, people: Collection[str]) -> str:
    """Return what lines of one kind have in common, whoever of some `people` they are about."""
    return " ".join(word for word in LIKE.sub("", line).split() if word.strip(SIGNS) not in people)


def _telling(program: Program, lines: list[str], minutes: Minutes) -> list[str]:
    """Return those of some `lines` on a screen that a program printed, and that tell something."""
    keys = program.keyboard
    own = [line.strip() for line in with_short_tracebacks(lines) if not (keys.was_typed(line) or keys.is_echo(line))]
    return [line for line in own if line.strip("> ") and not minutes.is_inner(line) and not _is_ordinary(line)]


def _is_ordinary(line: str) -> bool:
    return line.lstrip("> ").startswith(ORDINARY)


def why_silent(program: Program) -> Cause | None:
    """Return why nothing comes from a program that runs, as far as its threads give it away."""
    if program.heart.was_held:  # nobody in there can say
        return None
    threads = program.threads()
    if cause := stacks.told_locks(threads) or never_awaited(program):
        return cause
    if thread := _restless(program):
        return silence.told_restless(_as_far_as_own(thread, program.production))
    return stacks.told_full(threads) or silence.told_insatiable(threads)


def never_awaited(program: Program) -> Cause | None:
    """Return the first coroutine of which Python itself has said that nobody awaited it."""
    said = program.out.text
    found = NEVER_AWAITED.search(said) if "was never awaited" in said else None  # it may be much, and seldom is that
    if not found or found[1] not in program.production.submission.modules():
        return None
    place = Place(found[1], int(found[2]))
    sentence = (
        f"{found[1]}:{found[2]}: Python warns that `{found[3]}` was called there and never awaited: it did not run."
    )
    return Cause("never-awaited", sentence, place)


def _as_far_as_own(thread: Thread, production: Production) -> Thread:
    """Return where a thread stands, without the functions that it calls and that nobody was to change."""
    own = own_place(thread.places[::-1], production)
    return replace(thread, places=thread.places[thread.places.index(own) :]) if own else thread


def _restless(program: Program) -> Thread | None:
    """Return a thread that runs without a pause, at the place where it reads if it is seen there."""
    work = Work(program.process.pid)
    if not work.may_be_restless:
        return None
    program.passes(A_MOMENT)
    if not (busy := work.restless()):
        return None
    known = {own for ours, own in own_numbers(program.pid).items() if ours in busy}
    seen, functions = None, set()
    for look in range(MOST_LOOKS):
        threads = program.threads()
        seen = next((thread for thread in threads if thread.native in known), seen)
        if seen and silence.is_reading(seen):
            break
        functions.add(seen.place.function if seen else "")
        if look >= LOOKS and len(functions) < 2:
            break
    return seen or silence.likely_restless(program.threads())


def _last_words(program: Program, is_failure: bool) -> str:
    """Return the line of the screen that tells most about the end: the last one, as a rule, and where it comes from.

    An end that is no failure is told by a traceback alone.
    """
    printed = [line.strip() for line in program.out.screen.lines if not program.keyboard.was_typed(line)]
    lines = [line for line in printed if line.strip(">") and not _is_ordinary(line)]
    fatal = [line for line in lines if line.startswith("Fatal Python error")]
    words = shown((fatal or lines or [""])[-1])
    if where := where_it_broke(program.out.screen.lines):
        return f"{where}: {words}"
    return words if is_failure else ""
