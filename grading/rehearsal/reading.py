"""Read a talk: a file that says who does and who hears what, a line each, as scenes are typed when one plays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from grading.protocol.conversations import CLOSES, HALF_CLOSES, RESETS, Act
from grading.wire import scene
from grading.wire.scene import NAME, Misunderstood

HEARS = re.compile(rf"{NAME} hears (?P<rest>.+)")
CONNECTS = re.compile(rf"{NAME} connects")
NOTHING = "nothing"
LEAVING = {scene.LEAVES: CLOSES, scene.BREAKS: RESETS, scene.HALF_CLOSES: HALF_CLOSES}
ONLY_IN_PLAY = (scene.STALL, scene.RESUME, scene.TALKS, scene.HELP, scene.QUIT)
MOST_LINES = 500  # of a file
MOST_SAID = 200  # lines on the wire
MOST_PEOPLE = 12
MOST_BYTES = 64_000  # of a file
EXAMPLES = "Alice joins, Alice: hello, Bob hears Alice: hello, Bob hears nothing"
NO_ONE_LISTENS = f"Nobody in it hears anything, so it tests nothing. A line more, for example: {EXAMPLES}."


@dataclass(frozen=True)
class Step:
    """One line of a talk: somebody does something, or hears it."""

    number: int  # of the line
    who: str
    act: Act | None = None
    hears: str = ""  # a line, or NOTHING
    joins: bool = False  # the answer to it is taken for granted


Talk = tuple[Step, ...]


def read_talk(lines: Iterable[str], named: bool = True) -> Talk:
    """Return what a talk consists of; Misunderstood, with the number of the line, where it means nothing.

    `named`: whether one joins by saying JOIN.
    """
    reader = _Reader(named)
    for number, line in enumerate(lines, 1):
        try:
            if number > MOST_LINES:
                raise Misunderstood(f"A talk has at most {MOST_LINES} lines: make two of it.")
            reader.reads(number, line.strip())
        except Misunderstood as error:
            numbered = Misunderstood(f"Line {number}: {error}")
            numbered.line = number
            raise numbered from None
    return reader.talk()


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a file, of which at least MOST_BYTES and one are there; Misunderstood where it is no talk."""
    if len(data) > MOST_BYTES:
        raise Misunderstood(f"A talk has at most {MOST_BYTES:,} bytes: make two of it.")
    if b"\0" in data:
        raise Misunderstood("It holds NUL bytes, which no text has: save it as UTF-8.")
    return data.decode("utf-8-sig", "replace").splitlines()


def is_comment(line: str) -> bool:
    """Tell whether a line of a talk says nothing."""
    return not line or line.startswith("#")


class _Reader:
    """Makes steps of lines, and keeps in mind how the next one is to go out."""

    def __init__(self, named: bool) -> None:
        self._named = named
        self._steps: list[Step] = []
        self._people: set[str] = set()
        self._said = 0  # lines on the wire
        self._cuts: tuple[int, ...] = ()
        self._glue = 0  # the number of the line that said so
        self._held: Step | None = None  # what waits to be glued to the next

    def talk(self) -> Talk:
        """Return all of it; Misunderstood where something is missing at the end."""
        if self._glue:
            raise Misunderstood(f"Line {self._glue}: glue joins the next two lines of one person: there are none.")
        if not any(step.hears for step in self._steps):
            raise Misunderstood(NO_ONE_LISTENS)
        return tuple(self._steps)

    def reads(self, number: int, line: str) -> None:
        """Take in one line."""
        if is_comment(line):
            return
        if match := HEARS.fullmatch(line):
            self._is_not_held(match["who"])
            self._steps.append(Step(number, match["who"], hears=match["rest"].strip()))
        elif match := CONNECTS.fullmatch(line):
            self._does(Step(number, match["who"], Act(match["who"])))
        else:
            self._obeys(number, _understood(line))

    def _obeys(self, number: int, typed: scene.Act) -> None:
        who = typed.who
        if typed.verb == scene.CUT:
            self._cuts = tuple(typed.numbers)
        elif typed.verb == scene.GLUE:
            self._glue = number
        elif typed.verb in LEAVING:
            self._is_not_held(who)
            self._does(Step(number, who, Act(who, leaves=LEAVING[typed.verb])))
        elif typed.verb == scene.JOINS:
            data = f"JOIN:{who}\n".encode() if self._named else b""
            self._does(Step(number, who, Act(who, data), joins=self._named))
        else:
            says = typed.verb == scene.SAYS
            self._does(Step(number, who, Act(who, f"MESSAGE:{typed.rest}\n".encode() if says else typed.data)))

    def _does(self, step: Step) -> None:
        """Let a step be done as the lines before it asked for."""
        assert step.act
        if self._held:
            self._is_not_held(step.who, goes_on=True)
            assert self._held.act
            step = replace(step, act=replace(step.act, data=self._held.act.data + step.act.data))
            self._held, self._glue = None, 0
        elif self._glue:
            self._held = step
            return
        if step.act and step.act.data and self._cuts:
            if self._cuts[-1] >= len(step.act.data):
                raise Misunderstood(f"it is only {len(step.act.data)} bytes long, and cut after {self._cuts[-1]}.")
            step = replace(step, act=replace(step.act, cuts=self._cuts))
            self._cuts = ()
        self._counts(step)
        self._steps.append(step)

    def _counts(self, step: Step) -> None:
        """Refuse what would take long: everybody hears each line, from each server that is thought of."""
        self._people.add(step.who)
        self._said += step.act.data.count(b"\n") if step.act else 0
        if len(self._people) > MOST_PEOPLE:
            raise Misunderstood(f"At most {MOST_PEOPLE} people talk in it: {step.who} is one too many.")
        if self._said > MOST_SAID:
            raise Misunderstood(f"At most {MOST_SAID} lines go over the wire in it.")

    def _is_not_held(self, who: str, goes_on: bool = False) -> None:
        if self._held and not (goes_on and who == self._held.who):
            raise Misunderstood(f"after glue, two lines of {self._held.who} must follow each other.")


def _understood(line: str) -> scene.Act:
    try:
        typed = scene.understood(line)
    except Misunderstood as error:
        if " hears" in line:
            raise Misunderstood("what is heard? For example: Bob hears Alice: hello, Bob hears nothing") from None
        raise Misunderstood(str(error).replace(scene.EXAMPLES, EXAMPLES)) from None
    assert typed
    if typed.verb in ONLY_IN_PLAY:
        raise Misunderstood(f"{typed.verb} goes with play, not with a talk. Write: {EXAMPLES}.")
    return typed
