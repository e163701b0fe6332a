"""Whoever misses a line is told what came instead and why, as far as that can be seen."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.course import Dialect
from grading.people.missing import Waiting, Wanted
from grading.people.talk import Participant, Talk
from grading.people.wording import is_speech, speech
from grading.results.causes import Cause, Place, Thread
from grading.results.events import CLOSE, SILENCE
from grading.telling import diagnosis

NAMED = Dialect(joins=True)


class Scene:
    """Bob waits for something in a talk with Ann; what the server does is set by hand."""

    def __init__(self) -> None:
        self.server = cast(Any, SimpleNamespace(running=True, threads=list, ended=list, unstarted=list))
        self.talk = Talk(NAMED)
        self.talk.servers.append(self.server)
        self.ann, self.bob = self.people = [self.make("Ann"), self.make("Bob")]

    def make(self, name: str) -> Participant:
        person = Participant(name)
        person.sock, person.far_end = socket.socketpair()  # type: ignore[attr-defined]
        person.has_joined = True
        self.talk.people.append(person)
        return person

    def message(self, text: str) -> Waiting:
        """Return Bob's wait for a message of Ann's."""
        self.ann.said.add(text)
        words = speech(NAMED, "Ann", text)
        fits = Wanted(words, lambda line: is_speech(NAMED, "Ann", text, line), speaker=self.ann, text=text)
        return Waiting(self.talk, self.bob, fits)

    def news(self, line: str) -> Waiting:
        """Return Bob's wait for a line that is no message."""
        return Waiting(self.talk, self.bob, Wanted(line, line.__eq__, line.partition(":")[0]))

    def close(self) -> None:
        for person in self.people:
            person.sock.close()
            person.far_end.close()  # type: ignore[attr-defined]


@pytest.fixture
def scene() -> Any:
    scene = Scene()
    yield scene
    scene.close()


def code(cause: Cause | None) -> str | None:
    return cause.code if cause else None


def kinds(scene: Scene) -> list[str]:
    return [event.kind for event in scene.talk.minutes.events]


def test_whoever_joins_though_they_should_not_is_told_so_and_not_the_history_behind_it(scene: Scene) -> None:
    scene.bob.heard += ["JOINED:Bob", "Ann: hello"]
    refused = Wanted("ERROR:… in answer to JOIN:Bob", lambda line: line.startswith("ERROR:"), "ERROR")
    assert Waiting(scene.talk, scene.bob, refused).failure().got == "JOINED:Bob"


def test_nothing_came(scene: Scene) -> None:
    unmet = scene.message("hi").failure()
    assert (unmet.expected, unmet.got, unmet.late) == ("Bob to hear Ann: hi", "nothing came", True)
    assert kinds(scene) == [SILENCE]


def test_the_line_that_is_most_like_the_one_that_is_wanted_is_told(scene: Scene) -> None:
    scene.bob.heard += ["what?", "Ann: MESSAGE:hello everyone"]
    unmet = scene.message("hello everyone").failure()
    assert unmet.got == "Ann: MESSAGE:hello everyone"
    assert unmet.cause and unmet.cause.code == "command-as-text"


def test_what_a_newcomer_said_is_explained_where_it_has_no_end(scene: Scene) -> None:
    scene.bob._data = b"Bob: Bob is here"
    unmet = scene.message("hi").failure()
    assert unmet.cause and unmet.cause.code == "no-newline"
    assert unmet.cause.sentence.startswith("`Bob is here` is what a newcomer says first. ")


def test_a_line_that_never_ended_is_told(scene: Scene) -> None:
    scene.bob._data = b"Ann: hi"
    unmet = scene.message("hi").failure()
    assert unmet.got == "Ann: hi without a newline at its end"
    assert unmet.cause and unmet.cause.code == "no-newline"


@pytest.mark.parametrize(("came", "is_torn"), [("a long te", True), ("a long text", False), ("a longer", False)])
def test_a_line_that_stops_in_the_middle_of_what_somebody_said_lacks_more_than_its_newline(
    scene: Scene, came: str, is_torn: bool
) -> None:
    scene.ann.said.add("a long text")
    scene.bob._data = f"Ann [10:30:00]: {came}".encode()
    cause = scene.news("JOINED:Bob").failure().cause
    assert cause == (diagnosis.ANOTHERS_REST_STAYS if is_torn else diagnosis.NO_NEWLINE)


def test_the_end_of_the_server_explains_itself(scene: Scene) -> None:
    scene.server.running = False
    scene.bob.closed = "closed"
    unmet = scene.message("hi").failure()
    assert (unmet.got, unmet.late, kinds(scene)) == ("the server has ended", False, [])


def test_a_connection_that_the_server_closed_is_told_and_put_down(scene: Scene) -> None:
    scene.bob.closed = "closed"
    assert scene.message("hi").failure().got == "the server closed the connection"
    assert kinds(scene) == [CLOSE]


def test_what_had_come_before_came_out_of_turn(scene: Scene) -> None:
    scene.bob.heard.append("Ann: hi")
    scene.bob._since = scene.bob._read = 1
    unmet = scene.message("hi").failure()
    assert unmet.got == "nothing more came"
    assert unmet.cause and unmet.cause.code == "out-of-turn"


def test_what_is_said_twice_and_came_once_did_not_come_out_of_turn(scene: Scene) -> None:
    for _ in range(2):
        scene.talk.minutes.segment("Ann", "server", b"MESSAGE:hi\n")
    scene.bob.heard.append("Ann: hi")
    scene.bob._since = scene.bob._read = 1
    cause = scene.message("hi").failure().cause
    assert not cause or cause.code != "out-of-turn"


@pytest.mark.parametrize("own", ["JOINED:Bob", "Bob: Bob is here"])
def test_an_error_right_after_ones_own_line_is_not_what_others_sent(scene: Scene, own: str) -> None:
    scene.bob.heard += [own, "ERROR:unknown command", "ERROR:unknown command"]
    scene.bob._since = 2
    cause = scene.message("hi").failure().cause
    assert cause and cause.code == "rest-as-a-line"


def test_an_error_only_once_another_one_speaks_is_a_mixture(scene: Scene) -> None:
    scene.talk.minutes.segment("Ann", "server", b"MESSAGE:h")
    scene.bob.heard += ["JOINED:Bob", "Bob: Bob is here", "ERROR:unknown command"]
    scene.bob._since = 2
    cause = scene.message("hi").failure().cause
    assert cause and cause.code == "lines-mixed"


def test_as_many_errors_as_ones_own_lines_are_no_mixture(scene: Scene) -> None:
    scene.talk.minutes.segment("Ann", "server", b"MESSAGE:h")
    scene.bob.heard += ["JOINED:Bob", "Bob: Bob is here", *["ERROR:unknown command"] * 5]
    scene.bob._since = 2
    assert scene.message("hi").failure().cause is None


@pytest.mark.parametrize(
    ("line", "expected"), [("ERROR:join first", "join-forgotten"), ("ERROR:unknown command", "refused")]
)
def test_who_has_joined_and_is_told_to_join_first_is_forgotten(scene: Scene, line: str, expected: str) -> None:
    scene.ann.far_end.sendall(f"JOINED:Ann\n{line}\n".encode())  # type: ignore[attr-defined]
    assert code(scene.message("hi").failure().perhaps) == expected


def test_who_waits_and_is_told_to_join_first_is_forgotten_only_after_it_was_let_in(scene: Scene) -> None:
    scene.bob.heard.append("ERROR:join first")
    assert code(scene.message("hi").failure().cause) != "join-forgotten"
    scene.bob.heard.insert(0, "JOINED:Bob")
    scene.bob._since = 1
    assert code(scene.message("hi").failure().cause) == "join-forgotten"


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("A.n", "ERROR:bad name", "good-name-refused"),
        ("A.n", "ERROR:name taken", None),
        ("A n", "ERROR:bad name", None),
        ("n" * 33, "ERROR:bad name", None),
    ],
)
def test_a_name_in_order_that_is_called_bad_is_told(scene: Scene, name: str, line: str, expected: str | None) -> None:
    scene.bob.name = name
    scene.bob.heard.append(line)
    assert code(scene.news(f"JOINED:{name}").failure().cause) == expected


@pytest.mark.parametrize(
    ("before", "line", "expected"),
    [
        ("JOINED:Ann", "ERROR:already joined", "anothers-join"),
        ("JOINED:Ann", "ERROR:name taken", None),
        ("hello", "ERROR:already joined", None),
    ],
)
def test_who_is_told_to_have_joined_where_another_one_has_is_told_so(
    scene: Scene, before: str, line: str, expected: str | None
) -> None:
    scene.ann.heard.append(before)
    scene.bob.heard.append(line)
    assert code(scene.news("JOINED:Bob").failure().cause) == expected


def test_who_has_joined_is_told_so_for_a_reason(scene: Scene) -> None:
    scene.ann.heard.append("JOINED:Ann")
    scene.bob.heard += ["JOINED:Bob", "ERROR:already joined"]
    scene.bob._since = 1
    assert code(scene.news("JOINED:Bob").failure().cause) != "anothers-join"


def test_who_has_not_joined_is_refused_for_that_and_not_for_what_others_sent(scene: Scene) -> None:
    scene.talk.stays_outside = True
    scene.bob.heard.append("ERROR:join first")
    unmet = scene.message("hi").failure()
    assert (unmet.cause, unmet.perhaps) == (None, diagnosis.NOT_JOINED)


def test_a_join_that_is_no_longer_understood_is_glued_to_what_somebody_left(scene: Scene) -> None:
    scene.bob.heard.append("ERROR:join first")
    cause = scene.news("JOINED:Bob").failure().cause
    assert cause is diagnosis.JOIN_REFUSED
    scene.ann.is_leaving = True
    cause = scene.news("JOINED:Bob").failure().cause
    assert cause is diagnosis.LEFT_OVER


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("USER_LEFT:AnnUSER_LEFT:Cyd", diagnosis.SENT_AS_ONE),
        ("USER_LEFT:AnnBob: hi", diagnosis.SENT_AS_ONE),
        ("USER_LEFT:Ann (connection closed)", diagnosis.OTHER_WORDS),
    ],
)
def test_a_word_behind_the_news_is_no_second_line(scene: Scene, line: str, expected: Cause) -> None:
    scene.bob.heard.append(line)
    unmet = scene.news("USER_LEFT:Ann").failure()
    assert (unmet.cause or unmet.perhaps) is expected


def test_a_blank_in_an_answer_is_told_for_certain(scene: Scene) -> None:
    scene.bob.heard.append("JOINED: Bob")
    cause = scene.news("JOINED:Bob").failure().cause
    assert cause and cause.code == "blank-added"


def test_the_place_of_a_message_in_its_segment_explains_its_loss(scene: Scene) -> None:
    scene.ann.last_segment = ["one", "two"]
    scene.ann.said |= {"one", "two"}
    scene.bob.heard.append("Ann: one")
    scene.bob._since = 1
    cause = scene.message("two").failure().cause
    assert cause and cause.code == "one-recv-is-one-message"


def test_a_message_before_which_others_of_its_segment_are_missing_is_not_told_by_its_place(scene: Scene) -> None:
    scene.ann.last_segment = ["one", "two", "three"]
    scene.ann.said |= {"one", "two"}
    scene.bob.heard.append("Ann: one")
    scene.bob._since = 1
    assert scene.message("three").failure().cause is None


def test_a_speaker_who_was_refused_explains_the_silence(scene: Scene) -> None:
    scene.ann.far_end.sendall(b"ERROR:who are you?\n")  # type: ignore[attr-defined]
    cause = scene.message("hi").failure().perhaps
    assert cause and (cause.code, cause.sentence) == ("refused", "Ann was answered ERROR:who are you?.")


@pytest.mark.parametrize(("last", "expected"), [("QUIT", "quit-refused"), ("MESSAGE:bye", "refused")])
def test_who_is_refused_with_a_quit_is_told_so(scene: Scene, last: str, expected: str) -> None:
    scene.talk.minutes.segment("Ann", "server", f"MESSAGE:bye\n{last}\n".encode())
    scene.talk.last_speaker = scene.ann
    scene.ann.far_end.sendall(b"ERROR:unknown command\n")  # type: ignore[attr-defined]
    assert code(scene.news("USER_LEFT:Ann").failure().perhaps) == expected


def test_a_line_that_was_refused_as_too_long_is_told_with_its_bytes_where_it_is_not(scene: Scene) -> None:
    scene.ann.far_end.sendall(b"ERROR:line too long\n")  # type: ignore[attr-defined]
    perhaps = scene.message("x" * 4088).failure().perhaps
    assert code(perhaps) == diagnosis.MESSAGE_REFUSED
    assert perhaps and "4096 bytes before its newline" in perhaps.sentence


def test_a_server_that_hangs_up_on_all_who_have_spoken_is_told_so(scene: Scene) -> None:
    scene.ann.closed = scene.bob.closed = "closed"
    cause = scene.message("hi").failure().perhaps
    assert cause == Cause("hung-up-on-all", "The server closed the connection of Ann, and of Bob.")
    scene.bob.closed = ""
    assert code(scene.message("hi").failure().perhaps) == "hung-up"


def test_to_whom_a_server_says_more_than_anybody_hears_is_not_told_as_hung_up_on(scene: Scene) -> None:
    scene.bob.closed, scene.bob.never_ends = "closed", True
    assert scene.message("hi").failure().got == "nothing came"
    assert CLOSE not in kinds(scene)
    scene.bob.never_ends = False
    assert scene.message("hi").failure().got == "the server closed the connection"


def test_a_server_that_hangs_up_as_nothing_was_started_is_told_so(scene: Scene) -> None:
    made = Place("chat_server.py", 85, "main", "thread = threading.Thread(target=handle, args=(conn,))")
    scene.server.unstarted = lambda: [made]
    scene.ann.closed = scene.bob.closed = "closed"
    cause = scene.message("hi").failure().perhaps
    assert cause and (cause.code, cause.place) == ("never-started", made)
    scene.bob.heard.append("JOINED:Bob")
    scene.bob._since = 1
    assert code(scene.message("hi").failure().perhaps) != "never-started"


def test_somebody_else_who_was_said_to_leave_is_told(scene: Scene) -> None:
    scene.bob.heard.append("USER_LEFT:Ann")
    scene.bob._since = 1
    cause = scene.news("USER_LEFT:Cyd").failure().cause
    assert cause and cause.code == "another-one-left"


def test_knocks_and_markers_are_not_told_but_what_only_looks_like_one_is(scene: Scene) -> None:
    scene.bob.heard += [f"Ann: {scene.talk.knock('Ann')}", f"*** {scene.talk.marker()}"]
    assert scene.message("hi").failure().got == "nothing came"
    scene.bob.heard.append("The one who knocks is here with a marker in hand")
    assert scene.message("hi").failure().got == "The one who knocks is here with a marker in hand"


def test_a_line_of_a_segment_that_is_missing_between_others_is_told_as_such(scene: Scene) -> None:
    scene.ann.last_segment = ["one", "two", "three"]
    scene.ann.said |= {"one", "two", "three"}
    scene.bob.heard += ["Ann: one", "Ann: three"]
    scene.bob._since = 1
    assert scene.message("two").failure().cause == diagnosis.PASSED_OVER


def test_that_somebody_else_heard_it_in_everybodys_stead_is_told(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    cyd.heard += ["Ann: hi"] * 3
    unmet = scene.message("hi").failure()
    assert unmet.perhaps == diagnosis.of_copies("Cyd", "3 times")


def test_that_it_comes_again_and_again_is_told(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    cyd.heard += ["Ann: hi"] * 30
    unmet = scene.message("hi").failure()
    assert unmet.perhaps == diagnosis.of_endless_copies("Cyd", "30 times")


def test_that_somebody_else_heard_it_speaks_for_the_reading_and_against_the_sending(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    scene.ann.last_segment = ["one", "two"]
    scene.ann.said |= {"one", "two"}
    scene.bob.heard.append("Ann: one")
    cyd.heard += ["Ann: one", "Ann: two"]
    unmet = scene.message("two").failure()
    assert (unmet.cause, unmet.perhaps) == (None, diagnosis.of_the_one_left_out("Cyd", "Bob"))
    cyd.heard.append("USER_LEFT:Dan")
    assert scene.news("USER_LEFT:Dan").failure().perhaps == diagnosis.of_the_one_left_out("Cyd", "Bob")
    cyd.place = "garden"
    assert scene.message("two").failure().perhaps is None


def test_that_only_its_sender_heard_it_is_told_with_all_who_did_not(scene: Scene) -> None:
    scene.ann.heard.append("Ann: hi")
    assert scene.message("hi").failure().perhaps == diagnosis.of_the_one_left_out("Ann", "Bob")
    cyd = scene.make("Cyd")
    assert scene.message("hi").failure().perhaps == diagnosis.of_sender_alone("Ann", ["Bob", "Cyd"])
    cyd.heard.append("Ann: hi")
    assert scene.message("hi").failure().perhaps == diagnosis.of_the_one_left_out("Ann", "Bob")


def test_that_only_the_last_one_who_came_heard_it_is_told_as_that(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    cyd.heard.append("Ann: hi")
    assert scene.message("hi").failure().perhaps == diagnosis.of_last_alone("Cyd", ["Bob", "Ann"])
    scene.make("Dan")
    assert scene.message("hi").failure().perhaps == diagnosis.of_the_one_left_out("Cyd", "Bob")


def test_who_hears_nothing_at_all_is_told_who_does(scene: Scene) -> None:
    scene.bob.is_counted_in = scene.make("Cyd").is_counted_in = False
    assert scene.message("hi").failure().perhaps == diagnosis.of_deafness("Bob")
    scene.ann.heard.append("Ann: hi")
    assert scene.message("hi").failure().perhaps == diagnosis.of_sender_alone("Ann", ["Bob", "Cyd"])


def test_whose_words_nobody_has_read_is_not_told_as_left_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.bob.is_counted_in = scene.make("Cyd").is_counted_in = False
    scene.ann.heard.append("Ann: hi")
    monkeypatch.setattr(Waiting, "_are_own_words_read", lambda self: False)
    assert scene.message("hi").failure().perhaps == diagnosis.of_deafness("Bob", False)


def test_what_another_one_says_in_the_same_words_is_no_answer(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    cyd.said.add("I am off")
    scene.bob.heard.append("Cyd: I am off")
    assert scene.message("I am off").failure().got == "nothing but Cyd: I am off"


def test_that_the_server_is_done_with_who_has_left_and_told_nobody_is_told(scene: Scene) -> None:
    accepts = Thread(1, "MainThread", (Place("chat_server.py", 9, "start", "self.serve_forever()"),))
    reads = Place("chat_server.py", 7, "lines", "data = self.sock.recv(1024)")
    scene.server.threads = lambda: [accepts, *(Thread(number, f"Thread-{number}", (reads,)) for number in (2, 3))]
    assert scene.news("USER_LEFT:Cyd").failure().perhaps == diagnosis.of_untold_leaving("Cyd")
    assert code(scene.news("USER_JOINED:Cyd").failure().perhaps) != diagnosis.LEFT_UNTOLD


def test_who_has_stopped_reading_goes_on_not_to_read(scene: Scene) -> None:
    cyd = scene.make("Cyd")
    cyd.may_stop_reading = True
    cyd.far_end.sendall(b"Ann: hi\n")  # type: ignore[attr-defined]
    scene.message("hi").failure()
    assert cyd.heard == []
    assert cyd.was_told_something
    assert cyd.listens(0)
    for end in (cyd.sock, cyd.far_end):  # type: ignore[attr-defined]
        end.close()


@pytest.mark.parametrize(("answer", "code"), [("ERROR:bad name", "good-name-refused"), ("ERROR:no", "join-refused")])
def test_who_is_refused_as_the_first_one_of_all_is_told_whether_it_is_for_the_name(
    scene: Scene, answer: str, code: str
) -> None:
    for person in scene.people:
        person.has_joined = False
    scene.bob.heard.append(answer)
    perhaps = scene.news("JOINED:Bob").failure().perhaps or scene.news("JOINED:Bob").failure().cause
    assert perhaps and perhaps.code == code
