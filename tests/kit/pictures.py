"""The pictures of the steps, one idea each, drawn as all other talks are.

python -m tests.kit.pictures            draws them anew, into steps/pictures/
"""

from __future__ import annotations

from grading.course import KIT
from grading.drawing.layout import layout
from grading.drawing.svg import svg
from grading.results.events import CLOSE, LINE, REMARK, RESET, SEGMENT, SILENCE, Event

FOLDER = KIT / "steps" / "pictures"
NAMES = "the names"
Events = tuple[Event, ...]


def _says(who: str, to: str, text: str, kind: str = LINE) -> Event:
    return Event(kind, who, to, text)


def _is(who: str, what: str, kind: str = REMARK) -> Event:
    return Event(kind, who, "", what)


PICTURES: dict[str, tuple[str, str, Events]] = {  # by step: a title, who stands in the middle, what happens
    "step1": (
        "A stream has no messages: two lines in one segment, and one line in two",
        "server",
        (
            _says("Alice", "server", "MESSAGE:one\nMESSAGE:two\n", SEGMENT),
            _says("server", "Bob", "one"),
            _says("server", "Bob", "two"),
            _says("Alice", "server", "MESSAGE:thr", SEGMENT),
            _is("server", "waits: the line is not over"),
            _says("Alice", "server", "ee\n", SEGMENT),
            _says("server", "Bob", "three"),
        ),
    ),
    "step2": (
        "Check, then act: both look before one of them takes",
        NAMES,
        (
            _says("thread of Tim", NAMES, 'is "Ann" free?'),
            _says(NAMES, "thread of Tim", "yes"),
            _says("thread of Tom", NAMES, 'is "Ann" free?'),
            _says(NAMES, "thread of Tom", "yes"),
            _says("thread of Tim", NAMES, 'take "Ann"'),
            _says("thread of Tom", NAMES, 'take "Ann"'),
            _is("now", "two people are called Ann"),
        ),
    ),
    "step3": (
        "However somebody leaves, the others hear of it once",
        "server",
        (
            _is("Ann, Bob, Cyd and Dan", "have joined"),
            _says("Ann", "server", "QUIT"),
            _says("server", "Dan", "USER_LEFT:Ann"),
            _says("Bob", "server", "", CLOSE),
            _says("server", "Dan", "USER_LEFT:Bob"),
            _says("Cyd", "server", "", RESET),
            _says("server", "Dan", "USER_LEFT:Cyd"),
        ),
    ),
    "step4": (
        "One clock, one moment: the server looks once, and all read the same",
        "server",
        (
            _is("Alice", "has a clock at 14:28:15"),
            _is("Bob", "has a clock at 14:33:15"),
            _says("Alice", "server", "MESSAGE:Hello"),
            _is("the server's clock", "shows 14:30:15"),
            _says("server", "Alice", "Alice [14:30:15]: Hello"),
            _says("server", "Bob", "Alice [14:30:15]: Hello"),
        ),
    ),
    "advanced": (
        "Whoever does not read holds up nobody: what Vic does not take stays in his outbox",
        "postman",
        (
            _says("thread of Ann", "postman", "to Ann, Bob, Vic: hi\nto Bob: psst\n", SEGMENT),
            _says("postman", "Bob", "hi\npsst\n", SEGMENT),
            _says("postman", "Vic", "hi"),
            _says("thread of Ann", "postman", "to Ann, Bob, Vic: yes"),
            _says("postman", "Bob", "yes"),
            _says("postman", "Vic", "yes", SILENCE),
            _is("Vic", "does not read: it stays in his outbox", SILENCE),
        ),
    ),
}


def picture(step: str) -> str:
    """Return the picture of a step."""
    title, centre, events = PICTURES[step]
    return svg(layout(events, centre), title)


def main() -> None:
    """Draw all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for step in PICTURES:
        (FOLDER / f"{step}.svg").write_text(picture(step), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
