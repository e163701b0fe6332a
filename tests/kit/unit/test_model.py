"""The model knows what each person must hear, may hear, and never hears."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from grading.protocol.ears import Ears, Promise
from grading.protocol.forms import Exactly, Refusal
from grading.protocol.model import Model
from grading.protocol.tolerated import TOLERATED, Tolerated
from grading.protocol.wrong import Kind

ADVANCED = 5


class Talk:
    """People who talk to a server that answers what a test lets it answer."""

    def __init__(self, step: int, *names: str, joins: bool = True, strict: Collection[Tolerated] = ()) -> None:
        self.model = Model(step, joins, strict)
        for name in names:
            self.model.comes(name)
            if self.model.joins:
                self.joins(name, *names[: names.index(name)])
                self.asks(name)

    def joins(self, person: str, *others: str) -> None:
        """Let `person` join under that name, and everyone hear of it."""
        self.says(person, f"JOIN:{person}")
        self.hear(f"JOINED:{person}", person)
        self.hear(f"USER_JOINED:{person}", *others)

    def says(self, person: str, *lines: str) -> None:
        self.model.sends(person, "".join(f"{line}\n" for line in lines).encode())

    def asks(self, person: str) -> None:
        """Let `person` say something that is refused: all it did before is done by then."""
        self.says(person, "DANCE")
        self.hear("ERROR:unknown command", person)

    def hear(self, line: str, *people: str) -> None:
        for person in people:
            assert self.model.hears(person, line) is None, f"{person} hears {line}"

    def wrong(self, person: str, line: str) -> Kind | None:
        """Return what is wrong with a line that `person` hears."""
        wrong = self.model.hears(person, line)
        return wrong.kind if wrong else None

    def owes(self, person: str) -> list[str]:
        return [str(form) for form in self.model.owes(person)]


# Who hears what


def test_a_message_is_owed_to_everyone_its_sender_included() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:hi")
    assert talk.owes("Ann") == talk.owes("Bob") == ["Ann: hi"]
    talk.hear("Ann: hi", "Bob")
    assert talk.owes("Bob") == []
    assert talk.owes("Ann") == ["Ann: hi"]


def test_a_line_that_nobody_said_is_wrong() -> None:
    assert Talk(2, "Ann").wrong("Ann", "Bob: hi") == Kind.NOBODY_SAID


def test_a_text_without_its_speaker_is_known_again() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:at 10:30: tea")
    wrong = talk.model.hears("Bob", "at 10:30: tea")
    assert wrong and (wrong.kind, wrong.first) == (Kind.NOBODY_SAID, "Ann: at 10:30: tea")


def test_a_line_that_is_heard_twice_is_wrong() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:hi")
    talk.hear("Ann: hi", "Ann", "Bob")
    assert talk.wrong("Bob", "Ann: hi") == Kind.AGAIN


def test_what_was_said_twice_is_heard_twice() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:hi", "MESSAGE:hi")
    talk.hear("Ann: hi", "Bob", "Bob")
    assert talk.wrong("Bob", "Ann: hi") == Kind.AGAIN


def test_what_one_says_keeps_its_order() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:one", "MESSAGE:two")
    wrong = talk.model.hears("Bob", "Ann: two")
    assert wrong and (wrong.kind, wrong.first, wrong.speaker) == (Kind.OUT_OF_TURN, "Ann: one", "Ann")


@pytest.mark.parametrize("first", ["Ann: hi", "Bob: hi"])
def test_what_two_say_at_once_comes_in_any_order(first: str) -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "MESSAGE:hi")
    talk.says("Bob", "MESSAGE:hi")
    talk.hear(first, "Ann")
    talk.hear("Bob: hi" if first == "Ann: hi" else "Ann: hi", "Ann")
    assert talk.owes("Ann") == []


def test_equal_texts_of_two_people_without_names_are_told_apart_by_nobody() -> None:
    talk = Talk(1, "Ann", "Bob", joins=False)
    for person in ("Ann", "Bob"):
        talk.says(person, "MESSAGE:here")
        talk.hear("here", "Ann", "Bob")
    talk.says("Ann", "MESSAGE:hi", "MESSAGE:ho")
    talk.says("Bob", "MESSAGE:hi", "MESSAGE:hum")
    for order in (("hi", "hi", "hum", "ho"), ("hi", "hum", "hi", "ho")):
        listener = "Ann" if order[1] == "hi" else "Bob"
        for line in order:
            talk.hear(line, listener)
        assert talk.owes(listener) == []


def test_strangers_hear_nothing_of_the_chat() -> None:
    talk = Talk(2, "Ann")
    talk.model.comes("Eve")
    talk.says("Ann", "MESSAGE:a secret")
    assert talk.owes("Eve") == []
    assert talk.wrong("Eve", "Ann: a secret") == Kind.NOT_FOR


def test_an_error_is_for_whoever_caused_it() -> None:
    talk = Talk(2, "Ann", "Bob")
    talk.says("Ann", "DANCE")
    assert talk.wrong("Bob", "ERROR:unknown command") == Kind.NO_REASON
    talk.hear("ERROR:what?", "Ann")
    assert talk.wrong("Ann", "ERROR:what?") == Kind.NO_REASON


def test_what_is_cut_into_segments_is_one_line() -> None:
    talk = Talk(2, "Ann")
    for piece in (b"MESS", b"AGE:caf\xc3", b"\xa9\r", b"\n"):
        assert talk.owes("Ann") == []
        talk.model.sends("Ann", piece)
    assert talk.owes("Ann") == ["Ann: café"]


@pytest.mark.parametrize(
    ("line", "is_right"),
    [
        ("Ann [12:34:56]: hi", True),
        ("Ann [12:34:56]:  hi ", True),
        ("Ann [24:00:00]: hi", False),
        ("Ann [1:02:03]: hi", False),
        ("Ann: hi", False),
        ("Ann [12:34:56] hi", False),
    ],
)
def test_a_stamp_has_a_form_and_any_time_will_do(line: str, is_right: bool) -> None:
    talk = Talk(4, "Ann")
    talk.says("Ann", "MESSAGE:hi")
    assert (talk.wrong("Ann", line) is None) == is_right


# Names


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "x" * 33, "[Ann]", "Ann!", "\N{PARTY POPPER}", "Ann\0"])
def test_a_bad_name_is_refused(name: str) -> None:
    talk = Talk(2)
    talk.model.comes("Eve")
    talk.says("Eve", f"JOIN:{name}")
    assert talk.owes("Eve") == ["ERROR:…"]
    assert talk.wrong("Eve", f"JOINED:{name}") is not None


def test_a_name_in_use_is_refused_and_one_that_differs_by_its_case_is_not() -> None:
    talk = Talk(2, "Ann")
    talk.model.comes("Eve")
    talk.says("Eve", "JOIN:Ann")
    assert talk.owes("Eve") == ["ERROR:…"]
    talk.hear("ERROR:name taken", "Eve")
    talk.says("Eve", "JOIN:ann")
    assert talk.owes("Eve") == ["JOINED:ann"]


def test_of_two_who_ask_for_one_name_at_once_either_may_get_it() -> None:
    for winner, loser in (("Tim", "Tom"), ("Tom", "Tim")):
        talk = Talk(2, "Ann")
        for person in ("Tim", "Tom"):
            talk.model.comes(person)
            talk.says(person, "JOIN:Twin")
        talk.hear("JOINED:Twin", winner)
        talk.hear("ERROR:name taken", loser)
        assert talk.owes("Ann") == ["USER_JOINED:Twin"]
        talk.hear("USER_JOINED:Twin", "Ann")
        assert talk.wrong("Ann", "USER_JOINED:Twin") == Kind.AGAIN


def test_the_name_of_somebody_who_left_may_be_asked_for_again() -> None:
    talk = Talk(3, "Ann", "Bob")
    talk.model.leaves("Bob", politely=False)
    talk.hear("USER_LEFT:Bob", "Ann")
    talk.model.comes("Bob again")
    talk.says("Bob again", "JOIN:Bob")
    talk.hear("ERROR:name taken", "Bob again")
    assert talk.model.again == {"Bob again"}
    talk.says("Bob again", "JOIN:Bob")
    talk.hear("JOINED:Bob", "Bob again")
    assert talk.owes("Ann") == ["USER_JOINED:Bob"]


# Coming and going


def test_a_message_that_is_on_its_way_may_reach_a_newcomer() -> None:
    talk = Talk(2, "Ann")
    talk.model.comes("Bob")
    talk.says("Ann", "MESSAGE:hi")
    talk.says("Bob", "JOIN:Bob")
    assert talk.owes("Bob") == ["JOINED:Bob"]
    talk.hear("Ann: hi", "Bob")


def test_a_message_that_all_have_heard_reaches_no_newcomer() -> None:
    talk = Talk(2, "Ann")
    talk.says("Ann", "MESSAGE:hi")
    talk.hear("Ann: hi", "Ann")
    talk.asks("Ann")
    talk.model.settles()
    talk.model.comes("Bob")
    talk.joins("Bob", "Ann")
    talk.asks("Bob")
    assert talk.wrong("Bob", "Ann: hi") == Kind.NOT_FOR


def test_who_has_joined_is_owed_what_others_say_once_it_was_answered_again() -> None:
    talk = Talk(ADVANCED, "Ann")
    talk.says("Ann", "MESSAGE:before")
    talk.hear("Ann [12:00:00]: before", "Ann")
    talk.asks("Ann")
    talk.model.comes("Bob")
    talk.joins("Bob", "Ann")
    talk.hear("Ann [12:00:00]: before", "Bob")
    talk.says("Ann", "MESSAGE:one")
    assert talk.owes("Bob") == []  # a server may answer, and count Bob in a moment later
    talk.asks("Bob")
    talk.says("Ann", "MESSAGE:two")
    assert talk.owes("Bob") == ["Ann [HH:MM:SS]: two"]


def test_what_somebody_who_left_has_caused_may_still_be_on_its_way_when_all_is_quiet() -> None:
    talk = Talk(3, "Ann")
    talk.model.comes("Bob")
    talk.joins("Bob", "Ann")
    talk.model.leaves("Ann", politely=False)
    assert talk.owes("Bob") == []  # nobody knows whether the server had counted Bob in
    talk.asks("Bob")
    talk.model.settles()
    talk.hear("USER_LEFT:Ann", "Bob")
    assert talk.wrong("Bob", "USER_LEFT:Ann") is not None


def test_what_somebody_did_who_hung_up_at_once_may_reach_even_those_who_come_when_all_is_quiet() -> None:
    talk = Talk(3)
    talk.model.comes("Bob")
    talk.says("Bob", "JOIN:Bob", "MESSAGE:hi")
    talk.model.leaves("Bob", politely=False)
    talk.model.settles()  # a server that is slow has not read anything of this
    talk.model.comes("Ann")
    talk.says("Ann", "JOIN:Ann")
    talk.hear("JOINED:Ann", "Ann")
    for line in ("USER_JOINED:Bob", "Bob: hi", "USER_LEFT:Bob"):
        talk.hear(line, "Ann")
    assert talk.wrong("Ann", "USER_JOINED:Bob") == Kind.NOT_FOR


def test_a_greeting_may_be_heard_after_others_have_heard_the_newcomer() -> None:
    talk = Talk(1, "Ann", "Bob", joins=False)
    talk.says("Bob", "MESSAGE:hi")
    talk.hear("hi", "Ann")
    talk.hear("Welcome.", "Bob")
    talk.hear("hi", "Bob")
    assert talk.wrong("Bob", "Welcome.") == Kind.NOBODY_SAID


TWICE_IN_DOUBT = ["JOIN:Bob", "JOIN:Ann\u2028", "JOIN:Ann\u2028", "JOIN:Bob", "LIST", *["JOIN:Bob"] * 3, "LIST"]


def test_who_is_refused_once_more_has_joined_all_the_same() -> None:
    talk = Talk(ADVANCED, "Bob")
    talk.model.comes("Ann")
    talk.says("Ann", "JOIN:Ann ", "JOIN:Ann ")
    talk.hear("USER_JOINED:Ann", "Bob")
    for line in ("JOINED:Ann", "ERROR:already joined"):
        talk.hear(line, "Ann")
    talk.says("Bob", "LIST_USERS")
    talk.hear("USERS:Ann,Bob", "Bob")


def test_who_may_have_come_back_need_not_vanish_from_the_list() -> None:
    talk = Talk(ADVANCED, "Bob", "Ann")
    talk.says("Ann", "QUIT")
    talk.model.leaves("Ann", politely=False)
    talk.hear("USER_LEFT:Ann", "Bob")
    talk.asks("Bob")
    talk.model.settles()
    talk.model.comes("Ann")
    talk.says("Ann", *TWICE_IN_DOUBT)
    talk.hear("USER_JOINED:Ann", "Bob")
    for line in ("ERROR:name taken", "JOINED:Ann"):
        talk.hear(line, "Ann")
    talk.says("Bob", "LIST_USERS")
    talk.hear("USERS:Ann,Bob", "Bob")
    assert not talk.model.again


def test_the_reading_in_which_more_is_to_come_is_kept_among_very_many() -> None:
    ears = Ears()
    for number, needed in enumerate((False, True), 1):
        ears.expect(Promise(("errors",), number, "Ann", Refusal(), needed))
    texts = [f"JOINED:{number}" for number in range(40)]
    for lane in ("replayed", "late"):
        for number, text in enumerate(texts, 1):
            ears.expect(Promise((lane,), number, "Bob", Exactly(text), needed=False))
    for line in ("ERROR:bad name", *texts):
        assert ears.hear(line)  # the first one is either ERROR, each of the others is in either lane
    assert ears.owes_nothing
    assert len(ears.in_doubt()) == 1


def test_a_server_that_is_one_answer_behind_is_not_accused_when_all_is_quiet() -> None:
    talk = Talk(ADVANCED, "Ann")
    talk.says("Ann", "PRIVATE:Ann:hi")
    talk.asks("Ann")  # this may be the answer to either line
    assert talk.owes("Ann") == []
    talk.asks("Ann")
    talk.model.settles()
    talk.hear("ERROR:unknown command", "Ann")
    assert talk.wrong("Ann", "ERROR:unknown command") == Kind.NO_REASON


def test_leaving_is_heard_once_by_all_who_are_left() -> None:
    talk = Talk(3, "Ann", "Bob")
    talk.says("Bob", "QUIT")
    talk.model.leaves("Bob", politely=False)
    assert talk.owes("Ann") == ["USER_LEFT:Bob"]
    talk.hear("USER_LEFT:Bob", "Ann")
    assert talk.wrong("Ann", "USER_LEFT:Bob") == Kind.AGAIN


def test_what_is_said_after_quit_does_not_count() -> None:
    talk = Talk(3, "Ann", "Bob")
    talk.says("Bob", "MESSAGE:bye", "QUIT", "MESSAGE:one more thing")
    assert talk.owes("Ann") == ["Bob: bye", "USER_LEFT:Bob"]
    assert talk.wrong("Ann", "Bob: one more thing") == Kind.AFTER_QUIT
    talk.says("Bob", "JOIN:Eve")
    assert talk.wrong("Ann", "USER_JOINED:Eve") == Kind.AFTER_QUIT


def test_last_words_are_heard_before_a_half_close_and_may_be_lost_at_a_reset() -> None:
    for politely, owed in ((True, ["Bob: bye", "USER_LEFT:Bob"]), (False, ["USER_LEFT:Bob"])):
        talk = Talk(3, "Ann", "Bob")
        talk.says("Bob", "MESSAGE:bye")
        talk.model.leaves("Bob", politely)
        assert talk.owes("Ann") == owed
        talk.hear("Bob: bye", "Ann")


def test_strangers_leave_in_silence() -> None:
    talk = Talk(3, "Ann")
    talk.model.comes("Eve")
    talk.says("Eve", "JOIN:Ann")
    talk.hear("ERROR:name taken", "Eve")
    talk.model.leaves("Eve", politely=False)
    assert talk.owes("Ann") == []
    assert talk.wrong("Ann", "USER_LEFT:Ann") == Kind.NOBODY_SAID


def test_a_server_hangs_up_on_nobody_who_stays() -> None:
    talk = Talk(3, "Ann", "Bob")
    wrong = talk.model.hangs_up("Ann")
    assert wrong and wrong.kind == Kind.HUNG_UP
    talk.says("Bob", "QUIT")
    assert talk.model.hangs_up("Bob") is None


@pytest.mark.parametrize("data", [b"MESSAGE:".ljust(4097, b"x"), b"MESSAGE:\xff", b"\xc3\x28"])
def test_a_line_too_long_and_one_that_is_no_text_are_refused_from_step_3_on(data: bytes) -> None:
    for step, owed in ((2, []), (3, ["ERROR:…"])):
        talk = Talk(step, "Ann")
        talk.model.sends("Ann", data + b"\n")
        assert talk.owes("Ann") == owed


def test_what_is_too_long_and_never_ends_is_no_line_that_nobody_said() -> None:
    talk = Talk(3, "Ann", "Bob")
    talk.model.sends("Bob", b"MESSAGE:" + b"long " * 1000)
    talk.model.leaves("Bob", politely=True)
    assert talk.wrong("Ann", "Bob: " + "long " * 999 + "long") == Kind.TOO_LONG


def test_a_line_too_long_may_be_refused_before_it_ends_and_is_refused_once() -> None:
    talk = Talk(3, "Ann")
    talk.model.sends("Ann", b"x" * 5000)
    assert talk.owes("Ann") == []
    talk.hear("ERROR:line too long", "Ann")
    talk.model.sends("Ann", b"x" * 5000 + b"\n")
    assert talk.owes("Ann") == []
    assert talk.wrong("Ann", "ERROR:line too long") == Kind.NO_REASON


# Advanced


def test_a_private_message_is_for_its_target_alone() -> None:
    talk = Talk(ADVANCED, "Ann", "Bob", "Cyd")
    talk.says("Ann", "PRIVATE:Bob:psst: you")
    assert (talk.owes("Ann"), talk.owes("Bob"), talk.owes("Cyd")) == ([], ["PRIVATE:Ann:psst: you"], [])
    assert talk.wrong("Cyd", "PRIVATE:Ann:psst: you") == Kind.NOT_FOR


def test_a_private_message_to_nobody_is_refused() -> None:
    talk = Talk(ADVANCED, "Ann")
    talk.says("Ann", "PRIVATE:Zoe:psst")
    assert talk.owes("Ann") == ["ERROR:…"]


def test_what_is_said_in_a_room_stays_there() -> None:
    talk = Talk(ADVANCED, "Ann", "Bob")
    talk.says("Ann", "JOIN_ROOM:garden")
    talk.hear("JOINED_ROOM:garden", "Ann")
    talk.asks("Ann")
    talk.says("Ann", "MESSAGE:green")
    assert (talk.owes("Ann"), talk.owes("Bob")) == (["Ann [HH:MM:SS]: green"], [])
    assert talk.wrong("Bob", "Ann [12:00:00]: green") == Kind.NOT_FOR


def test_the_list_of_users_is_compared_as_a_set() -> None:
    for line in ("USERS:Bob,Ann", "USERS:Ann, Bob"):
        talk = Talk(ADVANCED, "Ann", "Bob")
        talk.says("Ann", "LIST_USERS")
        talk.hear(line, "Ann")
    for line in ("USERS:Ann", "USERS:Ann,Bob,Cyd", "USERS:Ann,Bob,", "USERS:Ann Bob"):
        talk = Talk(ADVANCED, "Ann", "Bob")
        talk.says("Ann", "LIST_USERS")
        assert talk.wrong("Ann", line) is not None


def test_a_newcomer_hears_the_last_twenty_messages_of_the_lobby() -> None:
    talk = Talk(ADVANCED, "Ann")
    for number in range(25):
        talk.says("Ann", f"MESSAGE:{number}")
        talk.hear(f"Ann [12:00:00]: {number}", "Ann")
    talk.asks("Ann")
    talk.model.comes("Bob")
    talk.says("Bob", "JOIN:Bob")
    assert talk.owes("Bob") == ["JOINED:Bob", *(f"Ann [HH:MM:SS]: {number}" for number in range(5, 25))]
    assert talk.wrong("Bob", "Ann [12:00:00]: 4") is not None
    assert talk.wrong("Bob", "Ann [12:00:00]: 6") == Kind.NOT_REPLAYED


def test_a_message_that_is_said_meanwhile_may_push_the_first_one_out_of_the_history() -> None:
    talk = Talk(ADVANCED, "Ann")
    for number in range(20):
        talk.says("Ann", f"MESSAGE:{number}")
        talk.hear(f"Ann [12:00:00]: {number}", "Ann")
    talk.asks("Ann")
    talk.model.comes("Bob")
    talk.says("Bob", "JOIN:Bob")
    talk.says("Ann", "MESSAGE:20")
    talk.hear("JOINED:Bob", "Bob")
    for number in range(1, 21):
        talk.hear(f"Ann [12:00:00]: {number}", "Bob")
    assert talk.owes("Bob") == []


# What is left open

HI = "Ann [12:00:00]: hi"


def greeting(talk: Talk) -> bool:
    talk.model.comes("Eve")
    return talk.wrong("Eve", "Welcome!") is None


def farewell(talk: Talk) -> bool:
    talk.says("Ann", "QUIT")
    return talk.wrong("Ann", "BYE") is None


def own_arrival(talk: Talk) -> bool:
    talk.model.comes("Eve")
    talk.joins("Eve", "Ann", "Bob")
    return talk.wrong("Eve", "USER_JOINED:Eve") is None


def later_look(talk: Talk) -> bool:
    talk = Talk(2, "Ann", strict=talk.model.strict)
    talk.says("Ann", "MESSAGE:hi")
    return talk.wrong("Ann", HI) is None


def blanks_at_ends(talk: Talk) -> bool:
    talk.model.comes("Eve")
    talk.says("Eve", "JOIN:Eve ")
    return talk.wrong("Eve", "JOINED:Eve") is None


def _is_left_open(talk: Talk, person: str, *lines: str) -> bool:
    """Let somebody say something: is it left open what is heard?"""
    talk.says(person, *lines)
    return not any(talk.owes(name) for name in ("Ann", "Bob"))


def _may_be_refused(talk: Talk, *lines: str) -> bool:
    talk.says("Ann", *lines)
    return talk.wrong("Ann", "ERROR:no") is None


def no_newline_at_end(talk: Talk) -> bool:
    talk.model.sends("Ann", b"MESSAGE:hi")
    talk.model.leaves("Ann", politely=True)
    return talk.wrong("Bob", HI) is None


def other_alphabets(talk: Talk) -> bool:
    talk.model.comes("Eve")
    talk.says("Eve", "JOIN:\xc9va")
    return talk.wrong("Eve", "JOINED:\xc9va") is None


def history_of_rooms(talk: Talk) -> bool:
    talk.says("Ann", "JOIN_ROOM:garden")
    talk.hear("JOINED_ROOM:garden", "Ann")
    talk.says("Ann", "MESSAGE:hi")
    talk.hear(HI, "Ann")
    talk.asks("Ann")
    talk.says("Bob", "JOIN_ROOM:garden")
    talk.hear("JOINED_ROOM:garden", "Bob")
    return talk.wrong("Bob", HI) is None


def name_free_shortly(talk: Talk) -> bool:
    talk.says("Bob", "QUIT")
    talk.hear("USER_LEFT:Bob", "Ann")
    talk.says("Ann", "LIST_USERS")
    return talk.wrong("Ann", "USERS:Ann,Bob") is None


def heard_shortly(talk: Talk) -> bool:
    talk.says("Bob", "QUIT")
    talk.hear("USER_LEFT:Bob", "Ann")
    talk.says("Ann", "MESSAGE:hi")
    return talk.wrong("Bob", HI) is None


def stalled_reader(talk: Talk) -> bool:
    talk.model.stops_reading("Bob")
    return talk.model.hangs_up("Bob") is None


OPEN: dict[Tolerated, Callable[[Talk], bool]] = {
    Tolerated.GREETING: greeting,
    Tolerated.FAREWELL: farewell,
    Tolerated.OWN_ARRIVAL: own_arrival,
    Tolerated.LATER_LOOK: later_look,
    Tolerated.BLANKS_AT_ENDS: blanks_at_ends,
    Tolerated.EMPTY_TEXT: lambda talk: _is_left_open(talk, "Ann", "MESSAGE:"),
    Tolerated.LINE_OF_BLANKS: lambda talk: _is_left_open(talk, "Ann", "  "),
    Tolerated.NOTHING_BEFORE_COLON: lambda talk: _is_left_open(talk, "Ann", ":hi"),
    Tolerated.BLANKS_AT_COMMAND: lambda talk: _is_left_open(talk, "Ann", " MESSAGE:hi"),
    Tolerated.CASE_OF_COMMAND: lambda talk: _is_left_open(talk, "Ann", "message:hi"),
    Tolerated.MORE_THAN_ASKED: lambda talk: _is_left_open(talk, "Ann", "QUIT now"),
    Tolerated.RETURN_IN_LINE: lambda talk: _is_left_open(talk, "Ann", "MESSAGE:one\rtwo"),
    Tolerated.RETURN_COUNTS: lambda talk: _may_be_refused(talk, "MESSAGE:".ljust(4096, "x") + "\r"),
    Tolerated.TO_ONESELF: lambda talk: _is_left_open(talk, "Ann", "PRIVATE:Ann:hi"),
    Tolerated.OWN_ROOM: lambda talk: _is_left_open(talk, "Ann", "JOIN_ROOM:lobby"),
    Tolerated.NO_NEWLINE_AT_END: no_newline_at_end,
    Tolerated.OTHER_ALPHABETS: other_alphabets,
    Tolerated.HISTORY_OF_ROOMS: history_of_rooms,
    Tolerated.NAME_FREE_SHORTLY: name_free_shortly,
    Tolerated.HEARD_SHORTLY: heard_shortly,
    Tolerated.STALLED_READER: stalled_reader,
}


@pytest.mark.parametrize("point", Tolerated, ids=lambda point: point.name.lower())
def test_a_point_is_left_open_unless_the_model_is_strict_about_it(point: Tolerated) -> None:
    assert OPEN[point](Talk(ADVANCED, "Ann", "Bob"))
    assert not OPEN[point](Talk(ADVANCED, "Ann", "Bob", strict={point}))


def test_every_point_has_a_sentence_of_its_own() -> None:
    assert len(set(TOLERATED.values())) == len(TOLERATED) == len(Tolerated)
    assert all(sentence.endswith(".") for sentence in TOLERATED.values())


def test_a_name_may_be_in_use_for_a_moment_although_the_list_lacks_it_already() -> None:
    talk = Talk(ADVANCED, "Ann", "Bob")
    talk.says("Bob", "QUIT")
    talk.hear("USER_LEFT:Bob", "Ann")
    talk.says("Ann", "LIST_USERS")
    talk.hear("USERS:Ann", "Ann")
    talk.model.comes("Eve")
    talk.says("Eve", "JOIN:Bob")
    talk.hear("ERROR:name taken", "Eve")
    assert "Eve" in talk.model.again
    talk.says("Ann", "PRIVATE:Bob:hi")  # nobody looks for him where nobody sees him
    assert talk.owes("Ann") == ["ERROR:\N{HORIZONTAL ELLIPSIS}"]


def test_in_step_1_who_has_no_name_may_talk_and_listen_although_others_have_one() -> None:
    talk = Talk(1, "Ann")
    talk.model.comes("Eve")
    talk.says("Ann", "MESSAGE:hi")
    talk.hear("Ann: hi", "Ann", "Eve")
    talk.says("Eve", "MESSAGE:ho")
    talk.hear("ho", "Eve", "Ann")
    assert talk.owes("Eve") == talk.owes("Ann") == []
    talk = Talk(2, "Ann")
    talk.model.comes("Eve")
    talk.says("Ann", "MESSAGE:hi")
    assert talk.wrong("Eve", "Ann: hi") == Kind.NOT_FOR


def test_whoever_stops_reading_misses_nothing() -> None:
    talk = Talk(ADVANCED, "Ann", "Bob")
    talk.model.stops_reading("Bob")
    talk.says("Ann", "MESSAGE:hi")
    assert talk.owes("Bob") == []
    talk.hear(HI, "Bob")
