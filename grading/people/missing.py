"""What somebody waits for in a talk, and why it was not heard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grading.people.talk import Participant, Talk
from grading.people.wording import EVENT, before, before_speech, is_by, most_alike, spoken_text, times
from grading.protocol.model import LIMIT, is_name
from grading.results.causes import Cause
from grading.results.events import CLOSE, HANGING_UP, RESET, SEGMENT, SILENCE
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system import wire
from grading.telling import diagnosis, silence

REFUSED = "refused"  # the code of a cause: whoever spoke was answered with an ERROR
REFUSALS = (REFUSED, diagnosis.MESSAGE_REFUSED, diagnosis.QUIT_UNKNOWN, diagnosis.JOIN_FORGOTTEN)
NEWS = ("USER_JOINED", "USER_LEFT")  # which everyone who is there hears
MOST_SHOWN = 4  # lines that came instead
ANY_EVENT = re.compile(rf"{EVENT.pattern}|(PRIVATE|ERROR):", re.ASCII)
TOO_LONG = "ERROR:line too long"
NO_ANSWERS_TO_JOIN = ("ERROR:join first", TOO_LONG, "ERROR:not UTF-8", "ERROR:unknown command")


@dataclass(frozen=True)
class Wanted:
    """A line to wait for: a message of a `speaker`, or one that begins with a `command`."""

    in_words: str
    fits: Callable[[str], bool]
    command: str = ""
    speaker: Participant | None = None
    text: str = ""  # of the message

    def is_garbled_in(self, line: str) -> bool:
        """Tell whether `line` has the text of the message, though perhaps not as it should be."""
        return bool(self.text) and self.text in line


class Waiting:
    """One wait of a `listener` for a line that is `wanted`."""

    def __init__(self, talk: Talk, listener: Participant, wanted: Wanted) -> None:
        self.talk = talk
        self.listener = listener
        self.wanted = wanted

    def strays(self, line: str) -> bool:
        """Tell whether one would not hear `line` on the way to the one that is wanted."""
        return self.listener.has_joined and not self._is_noise(line)

    def failure(self) -> Unmet:
        """Put down what happened instead; return what was missed and, as far as that can be seen, why."""
        came = self._what_came()
        others = [line for line in came if not self._is_noise(line)]
        has_ended = not self.talk.server.running
        behind = set(self.listener.lines_behind)  # nothing is drawn behind what came later
        self._puts_down([line for line in others or came if line in behind] or others, has_ended)
        perhaps = None
        if not others:
            perhaps = self._others_heard_it() or self._another_heard_more() or self._what_happened_to_others()
            perhaps = perhaps or self._one_heard_it()
        if self._has_come_before():
            return self._missed(shown(came[-1]) if came else "nothing more came", diagnosis.OUT_OF_TURN)
        if others:
            return self._missed_for(others)
        if self.listener.unfinished:
            return self._missed_for_the_end()
        if has_ended:
            return Unmet(self._expected, "the server has ended")
        if self.listener.closed and not self.listener.never_ends:
            return Unmet(self._expected, "the server closed the connection", perhaps=perhaps)
        why = None if perhaps and perhaps.code in REFUSALS else self._why_nothing_came()
        if came:
            nearest = next(filter(self._of_blanks, came), self._let_in(came) or came[-1])
            why = self._of_blanks(nearest) or why
            perhaps = perhaps or self._wording(nearest)
            alone = "nothing but " if nearest == came[-1] else ""
            return self._missed(f"{alone}{shown(nearest)}", why, perhaps)
        self.talk.minutes.remark(self.listener.name, "hears nothing", SILENCE)
        return self._missed("nothing came", why, perhaps)

    # What came

    def _what_came(self) -> list[str]:
        """Return the lines that came meanwhile and tell something."""
        small = self.talk.is_small_talk
        came = [line for line in self.listener.lines_since if self.wanted.is_garbled_in(line) or not small(line)]
        if "JOINED" in self.wanted.command:
            return came
        return [line for line in came if not line.startswith("USER_JOINED:")]

    def _is_noise(self, line: str) -> bool:
        """Tell whether `line` is nothing to wonder about while one waits for another."""
        if self.wanted.is_garbled_in(line):
            return self._is_of_another(line)
        speaker = self.wanted.speaker
        if EVENT.match(line) or self.talk.is_small_talk(line) or line.startswith(tuple(self._others)):
            return True
        texts = (line.strip(), spoken_text(line, speaker.name)) if speaker else ()
        return any(text in speaker.said and text != self.wanted.text for text in texts if speaker)

    def _is_of_another(self, line: str) -> bool:
        """Tell whether `line` is what another one than the speaker has said, who said the same."""
        others = (person for person in self.talk.people if person is not self.wanted.speaker)
        text = self.wanted.text.strip()
        return any(text in other.said and spoken_text(line, other.name) == text for other in others)

    @property
    def _others(self) -> list[str]:
        """The names of all but the speaker."""
        return [person.name for person in self.talk.people if person is not self.wanted.speaker]

    def _puts_down(self, lines: list[str], has_ended: bool) -> None:
        listener, minutes = self.listener, self.talk.minutes
        for line in [*lines[:MOST_SHOWN], *filter(None, [listener.unfinished])]:
            minutes.line("server", listener.name, line)
        if listener.closed and not (has_ended or listener.never_ends):
            kind = CLOSE if listener.closed == "closed" else RESET
            minutes.line("server", listener.name, HANGING_UP[kind], kind)

    def _has_come_before(self) -> bool:
        """Tell whether it came already, before its turn: not where it was said once more, and came less often."""
        before = (line for line in self.listener.lines_before if not line.startswith("ERROR:"))
        earlier = [line for line in before if self.wanted.fits(line)]
        return bool(earlier) and not EVENT.match(earlier[-1]) and len(earlier) >= self._times_said()

    def _times_said(self) -> int:
        """Count how often the message was said, as far as that stands in the minutes."""
        speaker, line = self.wanted.speaker, f"MESSAGE:{shown(self.wanted.text)}"
        return sum(segment.split("\n").count(line) for segment in self._segments_of(speaker)) if speaker else 0

    def _segments_of(self, speaker: Participant) -> list[str]:
        """Return what somebody sent, segment by segment, as far as that stands in the minutes."""
        events = self.talk.minutes.events
        return [event.data for event in events if (event.kind, event.source) == (SEGMENT, speaker.name)]

    # What is told of it

    def _let_in(self, came: list[str]) -> str:
        """Return the line with which a JOIN was accepted that was to be refused: what follows is only history."""
        return next((line for line in came if self.wanted.command == "ERROR" and line.startswith("JOINED:")), "")

    @property
    def _expected(self) -> str:
        return f"{self.listener} to hear {shown(self.wanted.in_words)}"

    def _missed(self, got: str, cause: Cause | None, perhaps: Cause | None = None) -> Unmet:
        return Unmet(self._expected, got, cause, late=True, perhaps=perhaps)

    def _missed_for(self, others: list[str]) -> Unmet:
        """Tell of the line among `others` that is most like the one that is wanted."""
        wanted = self.wanted.text or self.wanted.in_words
        nearest = most_alike(wanted, others)
        why = self._why_it_came(nearest) or self.of_beginning(nearest)
        cause = why or self._wording(nearest)
        perhaps = diagnosis.NOT_JOINED if self.talk.stays_outside else None
        return self._missed(shown(nearest) or "an empty line", cause, perhaps)

    def _missed_for_the_end(self) -> Unmet:
        """Tell of a line that never ended."""
        unfinished = self.listener.unfinished
        is_cut = self.wanted.text and self.wanted.text not in unfinished
        got = f"{shown(unfinished)} without a newline at its end"
        open_line = diagnosis.of_open_line(unfinished, (text for person in self.talk.people for text in person.said))
        if open_line is diagnosis.NO_NEWLINE and (knocks := self.talk.knocks_in(unfinished)):
            return self._missed(got, diagnosis.of_knock(knocks[0]))
        if self._is_beginning(unfinished):
            return self._missed(got, diagnosis.REST_STAYS)
        if not is_cut and self._is_torn(unfinished):
            return self._missed(got, diagnosis.ANOTHERS_REST_STAYS)
        return self._missed(got, None if is_cut else open_line)

    def _is_beginning(self, unfinished: str) -> bool:
        """Tell whether what is `unfinished` is the beginning of what is wanted, in whatever presentation."""
        speaker, whole = self.wanted.speaker, self.wanted.in_words
        if whole.startswith(unfinished):
            return unfinished != whole
        text = (spoken_text(unfinished, speaker.name) if speaker else "") or ""
        return bool(text) and self.wanted.text.startswith(text) and text != self.wanted.text

    def _is_torn(self, unfinished: str) -> bool:
        """Tell whether what is `unfinished` is the beginning of what somebody said, and no whole text of theirs."""
        for person in self.talk.people:
            text = spoken_text(unfinished, person.name)
            if text and any(said.startswith(text) for said in person.said):
                return text not in person.said
        return False

    # Why

    def _why_it_came(self, line: str) -> Cause | None:
        """Explain how `line` came about where a message was wanted."""
        speaker, text = self.wanted.speaker, self.wanted.text
        if not speaker:
            return None
        if line.strip() == f"MESSAGE:{text}" and (text in speaker.last_segment[1:] or self._came_alone(speaker)):
            return diagnosis.NOT_SPLIT
        others = (other for other in self.talk.people if other is not speaker and text not in other.said)
        if other := next((other.name for other in others if spoken_text(line, other.name) == text), ""):
            return diagnosis.of_name(speaker.name, other)
        if self.talk.dialect.joins and (cause := diagnosis.of_separator(speaker.name, text, line)):
            return cause
        if brackets := diagnosis.of_brackets(speaker.name, text, line):
            return brackets
        if spaced := diagnosis.of_spaced_event(line, [person.name for person in self.talk.people]):
            return spaced
        if line == diagnosis.JOIN_FIRST and _has_been_let_in(self.listener):
            return diagnosis.of_forgotten_join(self.listener.name)
        if line.startswith("ERROR:") and (self.talk.stays_outside or not self.listener.is_counted_in):
            return None  # who has not joined, or is not heard, is refused whatever they say
        if line.startswith("ERROR:") and self._is_answered_twice():
            return diagnosis.of_rest(self.listener.name)
        if line.startswith("ERROR:") and self._is_refused_for(speaker):
            return diagnosis.of_mixture(self.listener.name)
        return diagnosis.of_text(text, line, speaker.said) if line else self._why_nothing_came()

    def _came_alone(self, speaker: Participant) -> bool:
        """Tell whether something that was said came without its command."""
        return any(line in speaker.said or spoken_text(line, speaker.name) for line in self.listener.heard)

    def _is_answered_twice(self) -> bool:
        """Tell whether the listener, before the speaker said anything, was refused right after a line of their own."""
        name, earlier = self.listener.name, self.listener.lines_before
        is_own = [line == f"JOINED:{name}" or is_by(line, name) or line in self.listener.said for line in earlier]
        return any(own and line.startswith("ERROR:") for own, line in zip(is_own, earlier[1:], strict=False))

    def _is_refused_for(self, speaker: Participant) -> bool:
        """Tell whether the listener is refused for what the speaker sends.

        It is refused more than the speaker, so those are no errors for everybody; and not more often than something was
        sent by the speaker, so those are no answers to its own lines, of which it sends more.
        """
        speaker.takes_in_what_came()
        here, there = (sum(line.startswith("ERROR:") for line in one.heard) for one in (self.listener, speaker))
        return there < here <= len(self._segments_of(speaker))

    def _why_nothing_came(self) -> Cause | None:
        """Explain the silence by the place of a message in its segment, or by who was said to leave."""
        speaker, text = self.wanted.speaker, self.wanted.text
        if not speaker:
            return self._who_left_instead()
        if self._who_heard_it():
            return None
        lines = speaker.last_segment
        before = lines[: lines.index(text)] if text in lines else []
        since = {spoken_text(line, speaker.name) for line in self.listener.lines_since}
        if text in lines and since & set(lines[len(before) + 1 :]):
            return diagnosis.PASSED_OVER
        heard = all(any(other in line for line in self.listener.heard) for other in before)
        return diagnosis.of_place(len(before) + 1, len(lines)) if heard else None

    def _wording(self, line: str) -> Cause | None:
        """Explain that `line` says in other words what is wanted, where that is no message."""
        wanted = self.wanted.in_words
        if self.wanted.speaker:
            return diagnosis.of_stamp_format(line) if self.talk.dialect.is_stamped else None
        if wanted in line and wanted != line and self._is_one_of_several(line):
            return diagnosis.SENT_AS_ONE
        if line.startswith(f"{wanted} "):  # a word more, and no longer name
            return diagnosis.OTHER_WORDS
        if self.wanted.command == "JOINED" and line == diagnosis.BAD_NAME and self._is_good_name():
            return diagnosis.of_good_name(self.listener.name)
        if self.wanted.command == "JOINED" and line.startswith("ERROR:") and self.talk.is_empty:
            return diagnosis.of_first_join(self.listener.name)
        if self._is_left_over(line):
            return diagnosis.LEFT_OVER
        if line == diagnosis.ALREADY_JOINED and (other := self._who_has_joined_instead()):
            return diagnosis.of_anothers_join(self.listener.name, other)
        if blanks := self._of_blanks(line):
            return blanks
        return diagnosis.of_private(wanted, line) or diagnosis.of_room(wanted, line) or diagnosis.of_words(wanted, line)

    def _is_one_of_several(self, line: str) -> bool:
        """Tell whether something else that is a line by itself stands beside what is wanted in `line`."""
        before, _, behind = line.partition(self.wanted.in_words)
        parts = [part.strip() for part in (before, behind)]
        names = [person.name for person in self.talk.people]
        said = set().union(*(person.said for person in self.talk.people))
        return any(ANY_EVENT.match(part) or part in said or any(is_by(part, name) for name in names) for part in parts)

    def _who_has_joined_instead(self) -> str:
        """Return the name of somebody who was let in, where the listener waits for that, and was never answered.

        Behind a gateway, where many may share one connection, it is not the server that confuses them.
        """
        was_answered = any(line.startswith(("JOINED:", "ERROR:")) for line in self.listener.lines_before)
        if self.wanted.command != "JOINED" or was_answered or not self.listener.is_direct:
            return ""
        others = (person for person in self.talk.people if person is not self.listener)
        return next((person.name for person in others if _has_been_let_in(person)), "")

    def _is_good_name(self) -> bool:
        """Tell whether the name with which the listener has joined follows the rule, and nothing was sent with it."""
        name = self.listener.name
        return is_name(name) and self._said_last(self.listener) in ("", f"JOIN:{name}")

    def _is_left_over(self, line: str) -> bool:
        """Tell whether a JOIN is taken for another line, though others were let in, of whom some have gone since."""
        others = [person for person in self.talk.people if person is not self.listener]
        is_taken_for_another = self.wanted.command == "JOINED" and line in NO_ANSWERS_TO_JOIN
        return is_taken_for_another and any(other.has_joined and other.is_leaving for other in others)

    def _of_blanks(self, line: str) -> Cause | None:
        """Explain that `line` is what is wanted, but for blanks, where that is a line of the protocol."""
        return None if self.wanted.speaker else diagnosis.of_blanks(self.wanted.in_words, line)

    def of_beginning(self, line: str) -> Cause | None:
        """Explain what stands before the whole of what is wanted in `line`; nothing if that is not the mistake."""
        joins = bool(self.talk.dialect.joins)
        if self.wanted.speaker:
            start = before_speech(line, self.wanted.speaker.name, self.wanted.text, joins)
        else:
            start = before(line, self.wanted.in_words, any_error=self.wanted.command == "ERROR")
        is_style = not joins and any(other.startswith(start) for other in self.listener.heard if other != line)
        is_said = any(is_by(start, person.name) for person in self.talk.people)
        return None if is_style or is_said else diagnosis.of_beginning(shown(start))

    def _others_heard_it(self) -> Cause | None:
        """Explain that a message reached others, and not whoever said it."""
        if self.wanted.speaker is not self.listener:
            return None
        for person in self._other_listeners():
            line = next(filter(self.wanted.fits, person.heard), "")
            if line and person.place == self.listener.place:
                self.talk.minutes.line("server", person.name, line)
                return diagnosis.SENDER_LEFT_OUT
        return None

    def _one_heard_it(self) -> Cause | None:
        """Explain that a line for everyone came to another one."""
        other = self._who_heard_it()
        if other and self.wanted.speaker and (rest := self._who_missed_it(other)):
            if other is self.wanted.speaker:
                return diagnosis.of_sender_alone(other.name, [self.listener.name, *rest])
            if other is self._connected[-1] and not set(other.heard) & set(self.listener.heard):
                return diagnosis.of_last_alone(other.name, [self.listener.name, *rest])
        return diagnosis.of_the_one_left_out(other.name, self.listener.name) if other else None

    def _who_missed_it(self, other: Participant) -> list[str]:
        """Return who else is in the same place, if only this `other` one has heard what the listener missed."""
        here = [person for person in self._other_listeners() if person.place == self.listener.place]
        rest = [person for person in here if person is not other and person.has_joined]
        heard = any(self.wanted.fits(line) for person in rest for line in person.heard)
        return [] if heard else [person.name for person in rest]

    def _who_heard_it(self) -> Participant | None:
        """Return somebody else in the same place who heard the line, or heard it more often."""
        if not self.wanted.speaker and self.wanted.command not in NEWS:
            return None
        missed = sum(map(self.wanted.fits, self.listener.heard))
        for person in self._other_listeners():
            if person.place == self.listener.place and sum(map(self.wanted.fits, person.heard)) > missed:
                return person
        return None

    def _another_heard_more(self) -> Cause | None:
        """Explain that a message went to another one as often as to all of them together."""
        others = [person for person in self.talk.people if person.heard and person is not self.listener]
        for person in others if self.wanted.speaker else ():
            if person.is_connected and not person.may_stop_reading:
                person.takes_in_what_came()
            count = sum(map(self.wanted.fits, person.heard))
            if count > (said := max(1, self._times_said())):
                self.talk.minutes.remark(person.name, f"hears it {times(count)}")
                if count > len(self.talk.people) * said:
                    return diagnosis.of_endless_copies(person.name, times(count))
                return diagnosis.of_copies(person.name, times(count))
        return None

    def _what_happened_to_others(self) -> Cause | None:
        """Explain the silence by what the server did to whoever spoke."""
        if self.talk.stays_outside:
            return diagnosis.NOT_JOINED
        listener = self.listener
        if self.wanted.command == "ERROR" and (cause := self._who_was_answered_instead()):
            return cause
        if self.wanted.command == "USER_LEFT" and (cause := self._one_heard_it() or self._who_was_let_go()):
            return cause
        speaker = self.wanted.speaker or self.talk.last_speaker
        if speaker and speaker is not listener and speaker.is_connected:
            speaker.takes_in_what_came()
            if error := next((line for line in speaker.lines_ahead if line.startswith("ERROR:")), ""):
                self.talk.minutes.line("server", speaker.name, error)
                return self._of_refusal(speaker, error)
            if speaker.closed and self.wanted.speaker:
                return self._of_hanging_up(speaker)
        if not listener.is_counted_in and speaker is not listener:
            if listener.closed:
                return diagnosis.HUNG_UP
            is_read = self._are_own_words_read()
            others = None if is_read is False else self._one_heard_it()  # else it is not the sending that fails
            return self._of_server() or others or diagnosis.of_deafness(listener.name, is_read)
        return self._of_server()

    def _are_own_words_read(self) -> bool | None:
        """Tell whether the server has read what the listener sent; None where nobody knows."""
        sock = self.listener.sock
        try:
            ports = sock.getpeername()[1], sock.getsockname()[1]
        except (OSError, IndexError):  # the connection has ended, or is none of the network
            return None
        return True if wire.is_read(*ports) else False if wire.unread(*ports) else None

    def _of_refusal(self, speaker: Participant, error: str) -> Cause:
        """Explain the silence by the `error` with which whoever spoke was answered."""
        if self.wanted.in_words == f"USER_LEFT:{speaker}" and self._said_last(speaker) == "QUIT":
            return diagnosis.of_refused_quit(speaker.name, shown(error))
        if error == diagnosis.JOIN_FIRST and _has_been_let_in(speaker):
            return diagnosis.of_forgotten_join(speaker.name)
        if self.wanted.speaker and error == TOO_LONG:
            return diagnosis.of_line_allowed(speaker.name, f"MESSAGE:{self.wanted.text}", LIMIT)
        sentence = f"{speaker} was answered {shown(error)}."
        is_message = self.wanted.speaker and not any(person.is_counted_in for person in self.talk.people)
        return Cause(diagnosis.MESSAGE_REFUSED, sentence) if is_message else Cause(REFUSED, sentence)

    def _of_hanging_up(self, speaker: Participant) -> Cause:
        """Explain the silence by the end of the connection of whoever spoke."""
        if unstarted := self._who_never_started():
            return unstarted
        if self.listener.closed:
            sentence = f"The server closed the connection of {speaker}, and of {self.listener}."
            return Cause("hung-up-on-all", sentence)
        return Cause("hung-up", f"The server closed the connection of {speaker}.")

    def _said_last(self, speaker: Participant) -> str:
        """Return the last line that somebody sent, as far as that stands in the minutes."""
        own = self._segments_of(speaker)
        return own[-1].rstrip("\n").rpartition("\n")[2] if own else ""

    def _who_was_answered_instead(self) -> Cause | None:
        """Explain that an ERROR went to others than the one who asked."""
        for person in self._other_listeners():
            if error := next((line for line in person.lines_ahead if line.startswith("ERROR:")), ""):
                self.talk.minutes.line("server", person.name, error)
                return diagnosis.of_stranger(error, self.listener.name)
        return None

    def _other_listeners(self) -> Iterator[Participant]:
        """Yield everybody else who is connected, once they have taken in what came."""
        for person in self.talk.people:
            if person is not self.listener and person.is_connected and not person.may_stop_reading:
                person.takes_in_what_came()
                yield person

    def _who_was_let_go(self) -> Cause | None:
        """Explain that the server is done with whoever has left, and told nobody."""
        if self.talk.is_in_turmoil or not self.talk.server.running or self.talk.server.ended():
            return None
        if any(map(self._wording, self._what_came()[-1:])):
            return None  # it was told, in some way
        gone = self.wanted.in_words.partition(":")[2]
        is_done = silence.looks_after_others_only(self.talk.server.threads(), self._guests)
        return diagnosis.of_untold_leaving(gone) if is_done else None

    @property
    def _guests(self) -> int:
        """How many people are there, and have not begun to leave."""
        return sum(not person.closed and not person.is_leaving for person in self._connected)

    @property
    def _connected(self) -> list[Participant]:
        return [person for person in self.talk.people if person.is_connected]

    def _of_server(self) -> Cause | None:
        """Explain the silence by what the threads of the server do."""
        if self.talk.is_in_turmoil or not self.talk.server.running:
            return None
        is_mute = not any(person.was_told_something for person in self._connected)
        server, is_echoed = self.talk.server, self.listener.is_counted_in
        ended, unstarted = server.ended(), server.unstarted()
        return silence.told_server(server.threads(), self._guests, is_echoed, is_mute, ended, unstarted)

    def _who_never_started(self) -> Cause | None:
        """Tell of threads that were made for whoever comes, and never started, where nobody has heard anything."""
        is_mute = not any(person.heard for person in self.talk.people)
        made = self.talk.server.unstarted() if is_mute and self.talk.server.running else ()
        return silence.told_unstarted(made)

    def _who_left_instead(self) -> Cause | None:
        """Explain that somebody else was said to leave than the one who did; of who stops reading, that may be true."""
        if self.wanted.command != "USER_LEFT":
            return None
        here = self.listener
        stayed = [one for one in self._connected if not (one.is_leaving or one.may_stop_reading)]
        for listener in [here, *(person for person in stayed if person is not here)]:
            listener.takes_in_what_came()
            wrong = next((person for person in stayed if f"USER_LEFT:{person}" in listener.heard), None)
            if wrong:
                if listener is not here:
                    self.talk.minutes.line("server", listener.name, f"USER_LEFT:{wrong}")
                return diagnosis.of_leaving(wrong.name)
        return None


def _has_been_let_in(person: Participant) -> bool:
    """Tell whether somebody was answered that they have joined, and does not leave."""
    return f"JOINED:{person}" in person.heard and not person.is_leaving
