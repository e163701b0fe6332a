"""The check that plays conversations that nobody wrote: the shortest that goes wrong is its story."""

from __future__ import annotations

from grading.people.accusing import accused
from grading.people.playing import Companies, Finding, first_failure
from grading.people.room import Room
from grading.process.evidence import why
from grading.process.patience import CONVERSING_SECONDS, SHRINKING_SECONDS
from grading.protocol.conversations import Conversation
from grading.protocol.inventing import invent
from grading.protocol.wrong import Kind
from grading.results.events import SILENCE, Event
from grading.results.unmet import Unmet
from grading.results.values import TODO

HINT = "Say this yourself, one line after the other, and let your server print each line that comes in and goes out."
COUNT = 50  # conversations, at the exercise that is graded; what it builds on is asked for in them, too
COUNT_BELOW = 2  # where another exercise is graded, whose own conversations say all of this as well
MOST_TRIES = 60  # of shrinking


def converse(room: Room) -> None:
    """Play the conversations of an exercise, always the same; fail with the shortest in which something is wrong."""
    companies = Companies(room)
    step = len(room.exercise.ladder)
    is_graded = room.production.exercise == room.exercise
    conversations = (invent(step, seed, room.joins) for seed in range(COUNT if is_graded else COUNT_BELOW))
    failure = first_failure(companies, conversations, CONVERSING_SECONDS)
    if failure:
        raise _told(companies, *failure)


def _told(companies: Companies, conversation: Conversation, found: Finding | Unmet) -> Unmet:
    """Return what was wrong, with the shortest conversation that shows it in the minutes."""
    events = companies.minutes.events
    is_seen_again = True  # else a moment when the machine was busy may have been the reason
    cause = why(companies.room.server)
    if not cause or cause.code != TODO:
        played = conversation[: found.played] if isinstance(found, Finding) else conversation
        room = companies.room
        shorter = companies.shrinks(played, MOST_TRIES, SHRINKING_SECONDS, lambda: room.is_known_to_fail)
        is_seen_again = shorter is not None
        if shorter:
            found = shorter[1]
            events = companies.minutes.events
    companies.room.minutes.events += events
    unmet = _accused(companies, found)
    unmet.perhaps = cause or unmet.perhaps  # the server of the shortest one need not be the last that was tried
    unmet.late = unmet.late or not is_seen_again
    unmet.once = not is_seen_again and not companies.room.is_known_to_fail
    return unmet


def _accused(companies: Companies, found: Finding | Unmet) -> Unmet:
    if isinstance(found, Unmet):
        return found
    if found.wrong.kind in (Kind.MISSING, Kind.NOT_IN_HISTORY, Kind.STILL_THERE):
        companies.room.minutes.events.append(Event(SILENCE, str(found.wrong.person), "", "hears nothing more"))
    return accused(found.wrong, found.owed, found.last)
