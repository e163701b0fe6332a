"""Hints on request, in four depths: what is not true, where the talk broke, a question, a neighbouring problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grading.course import STEPS, TALK
from grading.results.values import NOT_HERE, TODO, CheckResult
from grading.telling import hints
from grading.telling.examples import EXAMPLES

DEPTHS = 4
MOST_EVENTS = 4  # of a talk, before it broke
TITLES = ("what is not true", "where the talk broke", "a question", "a problem next door")
WHERE = "Where in your program does that matter?"  # asked where a hint asks nothing
WHAT_IS_ASKED = (
    "Say in your own words what the comment there asks for: what goes in, what comes out? Then say it for the simplest"
    " example that you can think of."
)
TASKS = "Your tasks"  # the heading under which a step says what is to be written
OWN_TALK = "Write a talk"  # another one
TROUBLES = "When something goes wrong"  # a heading that each step has
PAGES = {  # for an example: the step whose page treats it, and under which heading; otherwise TROUBLES
    "pieces": ("step1", "One idea: a stream has no messages"),
    "letters": ("step1", "One idea: a stream has no messages"),
    "race": ("step2", "One idea: check, then act"),
    "broken": ("step3", "First idea: all ways meet in `finally`"),
    "dead reader": ("step3", "First idea: all ways meet in `finally`"),
    "twice": ("step3", "First idea: all ways meet in `finally`"),
    "own lock": ("step3", "Second idea: waiting for yourself"),
    "clock moment": ("step4", "One idea: one clock, one moment"),
}
CODES = {  # which example helps with which causes
    "pieces": ("one-recv-is-one-message", "several-lines-as-one", "waits-for-more", "rest-as-a-line",
               "came-with-the-line", "rest-not-looked-at"),
    "one basket": ("lines-mixed", "anothers-join"),
    "two houses": ("process-for-each",),
    "ends": ("no-newline", "newline-kept", "stands-before", "separator", "side-by-side"),
    "agreed words": ("other-words", "blank-added", "other-answer", "join-refused", "error-without-reason", "refused",
                     "message-refused", "granted", "after-quit", "quit-refused", "good-name-refused"),
    "once": ("too-often", "heard-again", "sent-again", "sent-on-and-on", "shown-again", "name-twice", "text-twice",
             "equal-lines"),
    "letters": ("letter-cut", "not-utf-8", "bytes-as-text", "bytes-and-text", "escapes-as-text"),
    "bad bytes": ("undecodable",),
    "order": ("out-of-turn",),
    "for whom": ("nobody-said", "not-for-them", "nobody-typed", "nobody-shown", "own-lines-hidden",
                 "sender-left-out", "one-left-out", "back-to-the-sender", "last-one-alone",
                 "no-name-yet"),
    "follow": ("never-came", "left-out", "history-gap", "nobody-hears", "join-failed", "exception", "wrong-kind",
               "read-and-not-shown", "read-unshown",
               "raised-elsewhere", "stands-there", "meanwhile", "ended", NOT_HERE, "nothing-goes-out", "log-line",
               "log-late", "loses-patience", "in-clear", "page-error", "left-in-tls", "kept-for-nobody",
               "refuses-in-another-way", "in-one-element", "object-as-text", "rest-never-sent", "unsent-at-quit",
               "printed-over", "no-name", "braces-as-text",
               "collection-as-text", "join-forgotten", "nobodys-name", "one-for-all", "other-names"),
    "blank page": (TODO,),
    "giving back": ("never-given-back", "keeps-guests", "works-for-nobody", "still-there"),
    "who ends it": ("hung-up", "hung-up-on-all", "hung-up-without-reason"),
    "separators": ("command-as-text", "cut-at-a-colon", "unpacking", "command-taken-away", "command-in-a-text",
                   "name-like-a-command", "ends-at-a-text", "character-lost"),
    "blanks": ("cut-at-a-blank", "blanks-changed"),
    "as it came": ("cut-by-splitlines", "cut-elsewhere", "character-left-out", "case-changed",
                   "text-changed"),
    "length": ("cut-at-a-length", "too-long-let-through"),
    "clock moment": ("time-stands-still", "time-of-another-moment"),
    "clock format": ("time-format", "time-out-of-place"),
    "clock zone": ("time-of-utc",),
    "own lock": ("waits-for-its-own-lock", "released-unlocked"),
    "two locks": ("wait-for-each-other",),
    "long hold": ("waits-for-a-lock",),
    "copy": ("changed-while-looping", "passed-over"),
    "twice": ("removed-twice", "left-too-early"),
    "loop variable": ("another-one-left", "another-ones-name", "copies-for-one"),
    "ending": ("does-not-end", "threads-do-not-end"),
    "two waits": ("keyboard-unread", "too-few-readers", "nobody-receives", "target-called",
                  "never-started", "never-awaited"),
    "end of input": ("never-rests", "input-ended", "end-unnoticed"),
    "interrupt": ("interrupted",),
    "dead reader": ("recipient-died",),
    "broken": ("connection-broke", "server-gone", "left-untold"),
    "next please": ("not-let-in", "door-is-blocked", "queue-is-full", "waits-before-it-serves", "thread-ended"),
    "tell first": ("hung-up-in-haste", "told-too-soon"),
    "meeting point": ("never-meet", "port-in-use", "does-not-listen"),
    "spelling": ("no-such-attribute", "no-such-name", "no-such-item", "not-set-up", "not-called",
                 "wrong-arguments"),
    "reading python": ("not-python", "not-importable", "module-missing", "hides-a-module", "does-not-start"),
    "own tail": ("recursion",),
    "race": ("race", "written-over"),
    "score": ("talk-unreadable", "talk-not-true"),
    "smoke alarm": ("talk-handed-out", "talk-notices-little"),
}  # fmt: skip
EXAMPLE_OF = {code: name for name, codes in CODES.items() for code in codes}


@dataclass(frozen=True)
class Hint:
    """One depth: paragraphs and, indented, what is to be read as it stands."""

    depth: int
    paragraphs: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it tells."""
        return TITLES[self.depth - 1]


def hint_at(depth: int, told: CheckResult, page: Callable[[str], str], graded: str = "") -> Hint:
    """Return the hint about a failure at one depth; `page` gives the path of a step's text.

    What was true in an earlier step may fail by what is new in the one that is `graded`.
    """
    makes = (_what_is_not_true, _where_it_broke, lambda result: _question(result, page, graded), _example)
    return Hint(depth, tuple(makes[depth - 1](told)))


def example_of(told: CheckResult) -> str:
    """Return the name of the example that helps with a failure."""
    return EXAMPLE_OF.get(told.cause.code, "follow") if told.cause else "follow"


def section_of(told: CheckResult) -> tuple[str, str]:
    """Return the step and the heading under which to read about a failure: never of a step that is still to come."""
    if told.is_todo:
        return told.exercise, TASKS
    if told.role == TALK.name:
        return told.exercise, OWN_TALK
    step, heading = PAGES.get(example_of(told), (told.exercise, TROUBLES))
    known = (*STEPS, told.exercise)
    return (step, heading) if known.index(step) <= known.index(told.exercise) else (told.exercise, TROUBLES)


def _what_is_not_true(told: CheckResult) -> list[str]:
    known = hints.kind(told.cause)
    lines = [f'This is not true of {told.program} yet: "{told.title}"']
    if told.is_todo:
        return [*lines, "A part that it needs is not written: nothing else is known to be wrong."]
    if told.cause and known is not hints.UNKNOWN:
        proof = "The mistake has a name" if known.is_certain else "Nothing is proven; it looks like this"
        lines.append(f"{proof}: {known.name}.")
    return lines


def _where_it_broke(told: CheckResult) -> list[str]:
    before = [f"    {line}" for event in told.events[-MOST_EVENTS:] for line in str(event).splitlines()]
    lines = ["This is the end of the talk. What comes before its last line went well:", *before] if before else []
    lines += ["There it goes another way:", f"    expected  {told.expected}\n    got       {told.got}"]
    return [*lines, *([f"What your program knows of it: {told.because}"] if told.because else [])]


def _question(told: CheckResult, page: Callable[[str], str], graded: str) -> list[str]:
    step, heading = section_of(told)
    is_older = graded not in ("", told.exercise) and not told.is_todo
    newer = [f"If it was true before, look at what is new, too. {page(graded)}: {TROUBLES}."] if is_older else []
    hint = WHAT_IS_ASKED if told.is_todo else hints.hint(told)
    question = hint if "?" in hint else f"{hint} {WHERE}"
    return [
        question,
        f"Answer it aloud, or on paper, before you go on. What helps stands in {page(step)}: {heading}.",
        *newer,
    ]


def _example(told: CheckResult) -> list[str]:
    return EXAMPLES[example_of(told)].strip("\n").split("\n\n")
