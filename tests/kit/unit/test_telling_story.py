"""A story tells what a failure has to tell, and nothing empty."""

from __future__ import annotations

from grading.results.causes import Cause, Place
from grading.results.events import LINE, Event
from grading.results.values import FAILED, TODO
from grading.telling.hints import KINDS
from grading.telling.story import Story, tell
from tests.kit.conftest import finding

SAID = (Event(LINE, "Ann", "server", "MESSAGE:hi"),)


def test_a_story_has_its_facts_in_order() -> None:
    cause = Cause("removed-twice", "It was gone already.", Place("chat_server.py", 3))
    told = tell(finding("step1/server/x", "A title.", "Another hint.", 3, FAILED, "this", "that", cause, SAID))
    facts = [
        ("expected", "this"),
        ("got", "that"),
        ("because", "It was gone already."),
        ("hint", KINDS["removed-twice"].hint),
    ]
    assert told == Story(SAID, "server", tuple(facts))


def test_what_is_not_known_is_not_told() -> None:
    told = tell(finding("step1/client/x", "A title.", "A hint.", 3, FAILED, "this"))
    assert told == Story((), "client", (("expected", "this"), ("hint", "A hint.")))


def test_the_story_of_a_todo_has_no_hint() -> None:
    told = tell(
        finding("step1/server/x", "A title.", "A hint.", 3, FAILED, "this", "that", Cause(TODO, "It is a TODO."))
    )
    assert [label for label, _ in told.facts] == ["expected", "got", "because"]
