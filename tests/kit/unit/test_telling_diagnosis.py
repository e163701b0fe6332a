"""A wrong line shows the mistake behind it, where it proves one."""

from __future__ import annotations

import time

import pytest

from grading.results.causes import Cause
from grading.telling import diagnosis

LONG = "0123456789" * 50
MOST_SECONDS = 20.0  # of a processor: any machine needs a twentieth of it, and hours where it is squared
TEXTS = {
    "bytes as Python shows them": ("hi", "Ann: b'hi'", "bytes-as-text"),
    "bytes in double quotes": ("it's", 'Ann: b"it\'s"', "bytes-as-text"),
    "the command as well": ("hi", "Ann: MESSAGE:hi", "command-as-text"),
    "the command and a carriage return": ("hi", "MESSAGE:hi\r", "command-as-text"),
    "two texts in one line": ("one", "Ann: onetwo", "several-lines-as-one"),
    "a command behind the text": ("hi", "Ann: hi MESSAGE:there", "several-lines-as-one"),
    "a command in the middle of a text": ("hi", "Ann: hMESSAGE:i", "several-lines-as-one"),
    "nothing but another dress": ("hi", "<Ann> hi", None),
    "nothing of the text": ("hi", "Ann: bye", None),
    "a line separator left out": ("one\u2028two", "Ann: onetwo", "character-left-out"),
    "a letter replaced": ("10 €", "Ann: 10 \ufffd", "letter-cut"),
    "a letter left out": ("10 € more", "Ann: 10  more", "letter-cut"),
    "a tab that became a blank": ("one\ttwo", "Ann: one two", "blanks-changed"),
    "a mark left out": ("e\u0301cole", "Ann: ecole", "text-changed"),
    "a question mark for a letter": ("€", "Ann: ?", "not-utf-8"),
    "each byte a letter": ("€5", "Ann: â\x82¬5", "not-utf-8"),
    "letters of a command left out": ("SEE it", "Ann:  it", "command-taken-away"),
    "a command taken off twice": ("MESSAGE:twice", "Ann: twice", "command-taken-away"),
    "letters taken off": ("See it", "ee it", "command-taken-away"),
    "small letters": ("Hello", "Ann: hello", "case-changed"),
    "capitals": ("Hello", "ANN: HELLO", "case-changed"),
    "blanks made one": ("two  blanks", "Ann: two blanks", "blanks-changed"),
    "cut at a colon": ("at 10:30", "Ann: at 10", "cut-at-a-colon"),
    "cut behind a colon": ("at 10:30", "Ann: at 10:", "cut-at-a-colon"),
    "cut at a blank": ("Hello everyone", "Ann: Hello", "cut-at-a-blank"),
    "cut at a backslash": ("a\\n", "Ann: a", "cut-elsewhere"),
    "cut at a line separator": ("one\u2028two", "Ann: one", "cut-by-splitlines"),
    "cut at a form feed": ("one\ftwo", "Ann: one", "cut-by-splitlines"),
    "cut after many characters": (LONG, f"Ann: {LONG[:200]}", "cut-at-a-length"),
    "cut somewhere": ("Hello", "Ann: Hel", None),
    "signs put into other words": ("a <b> c", "Ann [10:30:00]: a &lt;b&gt; c", "text-changed"),
    "cut at a zero byte": ("one\0two", "Ann: one", "cut-elsewhere"),
    "another text": ("how are you?", "Ann: fine", None),
    "another text with the same end": ("Ann is here", "nobody else is here", None),
    "another text of much the same letters": ("Ann is here", "1 users online", None),
}
NOON = 1_753_876_983.0  # 2025-07-30 12:03:03 UTC: month, minute and second differ from one another
HALF_PAST_FIVE = 5.5 * 3600


def code(cause: Cause | None) -> str | None:
    return cause.code if cause else None


@pytest.mark.parametrize("what", TEXTS)
def test_a_line_shows_what_became_of_the_text(what: str) -> None:
    text, line, expected = TEXTS[what]
    assert code(diagnosis.of_text(text, line, {text, "two"})) == expected


@pytest.mark.parametrize(
    ("text", "line", "change"),
    [
        ("caf\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}", "Ann: caf\xe9", "e U+0301 became U+00E9"),
        ("one\ttwo", "Ann: one        two", "U+0009 became `        `"),
        ("5 \u20ac, a\u200db", "Ann: 5 \u20ac, ab", "U+200D was left out"),
        ("Tom & Ann", "Ann: Tom &amp; Ann", "`amp;` was put in"),
    ],
)
def test_letters_that_look_alike_are_told_apart_by_their_numbers(text: str, line: str, change: str) -> None:
    cause = diagnosis.of_text(text, line, {text})
    assert cause and cause.sentence == f"The text was changed on its way: {change}."


@pytest.mark.parametrize("line", ["Ann [15:11:45]: Ann: Dan? 20", "Ann: Ann: Dan? 20", "Ann: Ann [15:11:45]: Dan? 20"])
def test_a_name_that_stands_there_twice_is_no_second_message(line: str) -> None:
    assert code(diagnosis.of_text("Dan? 20", line, {"Dan? 20", "Dan?", "0", "Ann"})) == "name-twice"


def test_a_text_that_begins_like_a_name_is_not_named_twice() -> None:
    assert diagnosis.of_text("Ann: hi", "Ann: Ann: hi", {"Ann: hi"}) is None
    assert diagnosis.of_text("hi", "Ann: Bob: hi", {"hi"}) is None


@pytest.mark.parametrize("other", ["Dan?", "Dan? 20 or 21", "11", "An", "", "20"])
def test_what_is_only_a_part_of_a_line_is_no_second_message(other: str) -> None:
    assert diagnosis.of_text("Dan? 20", "> Ann [15:11:45]: Dan? 20", {"Dan? 20", other}) is None


@pytest.mark.parametrize("line", ["Ann: oneone two", "Ann: one twoone", "Ann: one twoAnn: one"])
def test_two_texts_in_one_line_are_told_though_one_is_part_of_the_other(line: str) -> None:
    assert code(diagnosis.of_text("one", line, {"one", "one two"})) == "several-lines-as-one"
    assert code(diagnosis.of_text("one two", line, {"one", "one two"})) == "several-lines-as-one"


def test_where_a_text_was_cut_is_said() -> None:
    cut = diagnosis.of_text(LONG, f"Ann: {LONG[:200]}", set())
    assert cut == Cause("cut-at-a-length", "The text was cut after 200 characters.")
    at = diagnosis.of_text("one\x85two", "Ann: one", set())
    assert at
    assert "U+0085" in at.sentence


def test_an_empty_text_of_somebody_is_in_no_line() -> None:
    assert diagnosis.of_text("hi", "<Ann> hi", {"hi", ""}) is None


@pytest.mark.parametrize(
    ("wanted", "lines", "expected"),
    [
        ("Bob: hi", ["Welcome", "b'Bob: hi'"], diagnosis.BYTES),
        ("Bob: hi", ["WelcomeBob: hi"], diagnosis.SIDE_BY_SIDE),
        ("Bob: two  blanks", ["Bob: two blanks"], diagnosis.BLANKS),
        ("Bob [12:00:03]: hi", ["Bob [12:00"], diagnosis.CUTS[":"]),
        ("Bob: 10 €", ["Bob: 10 \ufffd"], diagnosis.LETTER_CUT),
        ("Bob joined", ["USER_JOINED:Bob"], None),
        ("Bob: Hello everyone", ["Welcome", "yone"], diagnosis.END_ALONE),
        ("Bob: Hello everyone", ["everyone", " everyone", "Hello everyone"], None),
        ("Bob: Hello", ["yone", "", "Welcome"], None),
        ("Bob: Hello", ["o"], diagnosis.END_ALONE),
        ("Eve joined", ["ve joined"], diagnosis.TAKEN_AWAY),
        ("Eve joined", ["e joined"], None),
        ("Bob: Hello", [], None),
    ],
)
def test_a_screen_shows_how_a_line_came_about(wanted: str, lines: list[str], expected: Cause | None) -> None:
    assert diagnosis.of_shown(wanted, lines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MESSAGE:at 10", diagnosis.CUTS[":"]),
        ("MESSAGE:at", diagnosis.CUTS[" "]),
        ("message:at 10:30 É", diagnosis.ANOTHER_CASE),
        ("MESSAGE:at 10:30 \ufffd", diagnosis.NO_UTF8),
        ("MESSAGE:at 10:30 ?", diagnosis.ASCII),
        ("b'MESSAGE:at 10:30 ", diagnosis.BYTES),
        ("MESSAGE:at  10:30  É", Cause("blank-added", "A blank too many is behind `MESSAGE:at`.")),
        ("at 10:30 É", None),
        ("MESSAGE:MESSAGE:at 10:30 É", None),
        ("", None),
    ],
)
def test_what_a_client_sends_shows_what_became_of_the_text(line: str, expected: Cause | None) -> None:
    assert diagnosis.of_sent("MESSAGE:at 10:30 É", line) == expected


@pytest.mark.parametrize(
    ("wanted", "line", "word"),
    [
        ("JOINED:Ann", "JOINED: Ann", "`JOINED:`"),
        ("USERS:Ann,Bob", "USERS:Ann, Bob", "`USERS:Ann,`"),
        ("PRIVATE:Ann:at 10: here", "PRIVATE:Ann: at 10: here", "`PRIVATE:Ann:`"),
        ("JOINED:Ann", " JOINED:Ann", None),
    ],
)
def test_a_blank_that_does_not_belong_there_is_told_with_what_stands_before_it(
    wanted: str, line: str, word: str | None
) -> None:
    cause = diagnosis.of_blanks(wanted, line)
    assert diagnosis.of_words(wanted, line) == cause
    where = f"behind {word}" if word else "before it"
    assert cause == Cause("blank-added", f"There is a blank {where}, and none belongs there.")


@pytest.mark.parametrize("line", ["JOINED:Ann", "JOINED:Ann ", "JOINED: Bob", "JOINED: Anna", "JOINED: An", "", "  "])
def test_blanks_are_told_only_where_all_else_is_as_it_should_be(line: str) -> None:
    assert diagnosis.of_blanks("JOINED:Ann", line) is None


def test_a_blank_behind_a_word_of_the_protocol_is_told_unless_that_is_a_name() -> None:
    assert code(diagnosis.of_spaced_event("USER_JOINED: Bob", ["Ann"])) == "blank-added"
    assert diagnosis.of_spaced_event("USER_JOINED: Bob", ["USER_JOINED"]) is None
    assert diagnosis.of_spaced_event("Ann: JOINED: Bob", ["Ann"]) is None


@pytest.mark.parametrize(
    ("wanted", "line", "lost"),
    [
        ("… no such name …", "Error: o such name", "n"),
        ("… no such name …", "Error: no such nam", "e"),
        ("Error: no such name", "Error: o such name", "n"),
        ("Bob: hello", "ob: hello", "B"),
        ("Bob: hello", "Bob: ello", "h"),
    ],
)
def test_a_single_character_that_is_missing_is_told(wanted: str, line: str, lost: str) -> None:
    sentence = f"All of it is there but for one character: `{lost}`."
    assert diagnosis.of_shown(wanted, [line]) == Cause("character-lost", sentence)


@pytest.mark.parametrize(
    "line", ["Error: such name", "Error: no such name, sorry", "rror: o such name", "Error: o", ""]
)
def test_where_more_is_missing_or_nothing_no_character_is_told(line: str) -> None:
    assert code(diagnosis.of_shown("Error: no such name", [line])) != "character-lost"


@pytest.mark.parametrize(
    ("wanted", "line"),
    [("Bob: line 10 of 40", "Bob: line 1 of 40"), ("Anna joined", "Ann joined"), ("Bob: 11", "Bob: 1")],
)
def test_another_line_that_came_is_none_that_lost_a_character(wanted: str, line: str) -> None:
    assert code(diagnosis.of_shown(wanted, [line])) != "character-lost"


def test_two_signs_for_a_newline_are_told_unless_somebody_said_them() -> None:
    assert "`/n`" in diagnosis.of_open_line("one/ntwo/n", ["one", "two"]).sentence
    assert diagnosis.of_open_line("and/not", ["and/not"]) is diagnosis.NO_NEWLINE
    assert diagnosis.of_open_line("one", []) is diagnosis.NO_NEWLINE


@pytest.mark.parametrize("before", ["", "USER_", "[12:03] "])
def test_what_may_stand_before_a_line_is_no_mistake(before: str) -> None:
    assert diagnosis.of_beginning(before) is None


def test_a_prompt_before_a_line_lacks_its_newline() -> None:
    cause = diagnosis.of_beginning("Your message: ")
    assert code(cause) == "stands-before"
    assert cause
    assert cause.sentence.startswith('"Your message: " stands before it')


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("Bob left the chat", True),
        ("USER_LEFT Bob", True),
        ("USER_LEFT", True),
        ("*** Bob: gone", True),
        ("USER_LEFT:Bob", False),
        ("USER_LEFT:Cyd", False),
        ("USER_JOINED:Bob", False),
        ("Bob: I have to go.", False),
        ("Bob [12:00:00]: I have to go.", False),
        ("Ann: Bob?", False),
        ("Ann [12:00:00]: Bob, are you there?", False),
        ("Ann is here", False),
    ],
)
def test_what_is_said_in_other_words_is_told_as_such(line: str, is_said: bool) -> None:
    assert diagnosis.of_words("USER_LEFT:Bob", line) == (diagnosis.OTHER_WORDS if is_said else None)


@pytest.mark.parametrize("line", ["USER_LEFT:", "USER_JOINED: ", "JOINED:"])
def test_a_line_in_which_a_name_is_missing_is_told_as_such(line: str) -> None:
    cause = diagnosis.of_missing_name(line)
    assert code(cause) == "no-name"
    assert diagnosis.of_words(f"{line.strip()}Bob", line) == cause


@pytest.mark.parametrize("line", ["USER_LEFT", "USER_LEFT:Bob", "USERS:", "ERROR:", "Ann:", ":", ""])
def test_what_needs_no_name_or_has_one_lacks_none(line: str) -> None:
    assert diagnosis.of_missing_name(line) is None


@pytest.mark.parametrize("wanted", ["USERS:", "hello", "Ann: hello", "ERROR:… in answer to DANCE"])
def test_other_words_are_known_of_lines_of_the_protocol_only(wanted: str) -> None:
    assert diagnosis.of_words(wanted, "hello, … in answer to DANCE") is None


@pytest.mark.parametrize(("count", "times", "is_told"), [(2, 1, True), (3, 2, True), (1, 1, False), (0, 1, False)])
def test_what_comes_too_often_is_told_as_such(count: int, times: int, is_told: bool) -> None:
    assert diagnosis.of_count("USER_LEFT:Bob", count, times) == (diagnosis.TOO_OFTEN if is_told else None)


def test_what_did_not_happen_is_told_as_such_and_an_answer_to_somebody_else_as_one() -> None:
    assert diagnosis.of_count("USER_JOINED:Bob", 1, 0) == diagnosis.TOLD_TOO_SOON
    assert code(diagnosis.of_count("JOINED:Bob", 1, 0)) == "not-for-them"
    assert diagnosis.of_count("USER_JOINED:Bob", 0, 0) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PRIVATE:Bob:at 10: here", "another-ones-name"),
        ("PRIVATE:at 10: here", "another-ones-name"),
        ("Ann [12:00:00]: at 10: here", "other-words"),
        ("PRIVATE:Ann:at 10", "cut-at-a-colon"),
        ("PRIVATE:Ann:at", "cut-at-a-blank"),
        ("PRIVATE:Ann:at 10: here", None),
        ("USERS:Ann", None),
    ],
)
def test_a_private_message_shows_what_became_of_it(line: str, expected: str | None) -> None:
    assert code(diagnosis.of_private("PRIVATE:Ann:at 10: here", line)) == expected


def test_a_name_in_another_case_shows_that_the_line_was_changed() -> None:
    assert diagnosis.of_words("JOINED:Ann", "USER_JOINED:ANN") == diagnosis.ANOTHER_CASE


def test_an_answer_that_another_one_hears_is_for_whoever_asked() -> None:
    assert code(diagnosis.of_answer("USERS:Ann,Bob")) == "not-for-them"
    assert diagnosis.of_answer("Ann: USERS:") is None


@pytest.mark.parametrize(("stamp", "is_told"), [("[3:04:05]", True), ("[13:4:05]", True), ("[13:04:05]", False)])
def test_a_time_without_its_zeros_is_told_as_such(stamp: str, is_told: bool) -> None:
    assert diagnosis.of_stamp_format(f"Ann {stamp}: hi") == (diagnosis.NOT_PADDED if is_told else None)


def test_a_room_that_is_answered_in_other_words_is_told_as_such() -> None:
    assert diagnosis.of_room("JOINED_ROOM:garden", "JOINED:garden") == diagnosis.OTHER_WORDS
    assert diagnosis.of_room("JOINED:Ann", "USER_JOINED:Ann") is None


@pytest.mark.parametrize(("number", "ordinal"), [(2, "second"), (3, "third"), (4, "4th")])
def test_a_line_behind_the_first_of_its_segment_is_counted(number: int, ordinal: str) -> None:
    assert diagnosis.of_place(number, 4) == Cause(
        "one-recv-is-one-message", f"It was the {ordinal} of 4 lines in one segment; those before it came."
    )


def test_the_first_line_of_a_segment_proves_nothing() -> None:
    assert diagnosis.of_place(1, 3) is None


def test_of_somebody_who_is_still_there_nobody_left() -> None:
    cause = diagnosis.of_leaving("Cyd")
    assert cause.code == "another-one-left"
    assert cause.sentence.startswith("Cyd is still there.")


def test_the_minute_of_another_zone_may_be_the_number_of_the_month_by_chance() -> None:
    at_seven = NOON + 4 * 60
    assert diagnosis.of_stamp(at_seven, HALF_PAST_FIVE, "13:07:03", "") == diagnosis.WHOLE_HOURS
    assert diagnosis.of_stamp(at_seven, HALF_PAST_FIVE, "17:07:03", "") == diagnosis.MONTH


@pytest.mark.parametrize(
    ("stamp", "cause"),
    [("17:33:04", diagnosis.ROUNDED_UP), ("17:33:60", diagnosis.NO_SUCH_TIME), ("24:33:03", diagnosis.NO_SUCH_TIME)],
)
def test_a_time_that_is_none_or_still_to_come_is_told_as_such(stamp: str, cause: Cause) -> None:
    assert diagnosis.of_stamp(NOON, HALF_PAST_FIVE, stamp, "") == cause


@pytest.mark.parametrize(
    ("line", "expected"),
    [("[15:33:41] USER_JOINED:Bob", "other-words"), ("Your name? USER_JOINED:Bob", "stands-before")],
)
def test_news_behind_something_else_are_no_text_that_was_cut(line: str, expected: str) -> None:
    assert code(diagnosis.of_text("Bob is here", line, set())) == expected
    assert code(diagnosis.of_text("Bob is here", f"Ann: {line}", set())) != expected


def test_what_looks_like_bytes_in_the_text_itself_is_no_mistake() -> None:
    cause = diagnosis.of_text("e\N{COMBINING ACUTE ACCENT} b'x'", "Ann: \xe9 b'x'", set())
    assert cause and cause.code == "text-changed"


@pytest.mark.parametrize("form", diagnosis.FORMS)
def test_a_time_of_another_zone_in_another_form_is_told_as_both(form: str) -> None:
    at_four = NOON + 4 * 3600
    stamp = time.strftime(f"{form}:%S", time.gmtime(at_four))
    cause = diagnosis.of_stamp(at_four, HALF_PAST_FIVE, stamp, "")
    assert cause == Cause("time-of-utc", f"{diagnosis.UTC.sentence} {diagnosis.FORMS[form].sentence}")


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("Ann[12:00:00]: hello", True),
        ("Ann [12:00:00] hello", True),
        ("Ann: [12:00:00]: hello", True),
        ("[12:00:00] Ann: hello", True),
        ("Ann: hello [12:00:00]", True),
        ("Ann [12:00:00]: hello", False),
        ("Ann: hello", False),
        ("hello", False),
    ],
)
def test_a_time_that_stands_elsewhere_than_before_the_text_is_told_as_such(line: str, is_told: bool) -> None:
    assert diagnosis.of_text("hello", line, set()) == (diagnosis.OUT_OF_PLACE if is_told else None)


def test_a_time_in_what_somebody_says_stands_nowhere_else() -> None:
    assert diagnosis.of_text("it is 12:00:00", "Ann: it is 12:00:00", set()) is None


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("17:00:00", diagnosis.STANDS_STILL),  # as before
        ("12:03:03", diagnosis.UTC),
        ("05:33:03", diagnosis.TWELVE_HOURS),
        ("17:07:03", diagnosis.MONTH),
        ("05:07:03", diagnosis.HOURS_AND_MONTH),
        ("16:33:03", diagnosis.WINTER),
        ("18:33:03", diagnosis.SUMMER),
        ("17:03:33", diagnosis.CHANGED_PLACES),
        ("13:03:03", diagnosis.WHOLE_HOURS),
        ("13:03:04", diagnosis.WHOLE_HOURS),
        ("17:20:03", diagnosis.ANOTHER_MOMENT),
        ("17:33:09", None),
    ],
)
def test_a_wrong_time_shows_how_it_was_made(stamp: str, expected: Cause | None) -> None:
    assert time.strftime("%H:%M:%S %m", time.gmtime(NOON)) == "12:03:03 07"
    assert diagnosis.of_stamp(NOON, HALF_PAST_FIVE, stamp, "17:00:00") == expected


@pytest.mark.parametrize("line", ["x" * 100_000, "<" * 1_000_000, "< at " * 200_000, "line 7: " * 100_000])
def test_a_huge_line_is_no_reason_to_think_for_long(line: str) -> None:
    said = {f"line {number}" for number in range(200)}
    began = time.process_time()
    diagnosis.of_text("line 7", line, said)
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize(
    ("wanted", "line", "is_told"),
    [
        ("Bob: ERROR:no such user", "Error:  ERROR:no such user", True),
        ("Bob: ERROR:no such user", "> Error: no such user", True),
        ("Bob [12:00:00]: USER_LEFT:Cyd", "00:00]: USER_LEFT:Cyd left", True),
        ("Bob: we JOINED late", "Joined as:  we JOINED late", True),
        ("ERROR:no such user", "Error: no", False),
        ("Bob: no error", "Error: no error", False),
        ("Bob: ERROR and who left", "nothing", False),
    ],
)
def test_a_word_in_what_somebody_says_is_no_command(wanted: str, line: str, is_told: bool) -> None:
    assert (code(diagnosis.of_shown(wanted, [line])) == "command-in-a-text") == is_told


@pytest.mark.parametrize(
    ("wanted", "lines", "expected"),
    [
        ("Bob joined", ["> Bob", "joined"], "newline-kept"),
        ("Bob joined", ["Ann left", "Bob joined"], "side-by-side"),
        ("hi", ["<generator object Client.lines at 0x7f0a>"], "object-as-text"),
    ],
)
def test_what_a_screen_shows_instead_is_explained(wanted: str, lines: list[str], expected: str) -> None:
    assert code(diagnosis.of_shown(wanted, lines)) == expected


def test_a_command_behind_a_line_that_came_without_one_was_a_part_of_that() -> None:
    assert code(diagnosis.of_command("MESSAGE:two", "one")) == "several-lines-as-one"
    assert diagnosis.of_command("MESSAGE:two", "MESSAGE:one") is None
    assert diagnosis.of_command("MESSAGE:two", "") is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{rest}", "{rest}"),
        ("Ann: {text}", "{text}"),
        ("{self.name}: hi", "{self.name}"),
        ("Ann [{now:%H:%M:%S}]: hi", "{now:%H:%M:%S}"),
        ("{users[sock]!r} [15:00:00]: hi", "{users[sock]!r}"),
        ("USER_JOINED:{name}", "{name}"),
        ("<{user()}> hi", "{user()}"),
        ("Ann: 100 % {sure}", ""),
        ("Ann: {}", ""),
        ("Ann: {'a': 1}", ""),
        ("Ann: {1}", ""),
    ],
)
def test_a_name_in_curly_brackets_is_told_where_a_value_belongs(line: str, found: str) -> None:
    cause = diagnosis.of_text("hi", line, {"hi"})
    assert (code(cause) == "braces-as-text") == bool(found)
    assert not found or (cause and cause.sentence.startswith(f"`{found}`"))


def test_curly_brackets_that_somebody_said_are_no_mistake() -> None:
    assert code(diagnosis.of_text("{x} is 1", "Ann: {x} is 1 ", {"{x} is 1"})) != "braces-as-text"
    assert code(diagnosis.of_text("one", "Ann: {x}", {"one", "{x}"})) != "braces-as-text"
    assert code(diagnosis.of_shown("{x} is 1", ["Error: {x} is"])) != "braces-as-text"


def test_curly_brackets_are_told_of_news_and_of_what_a_client_sends_or_shows() -> None:
    assert code(diagnosis.of_words("USER_JOINED:Bob", "USER_JOINED:{name}")) == "braces-as-text"
    assert code(diagnosis.of_sent("MESSAGE:hi", "MESSAGE:{text}")) == "braces-as-text"
    assert code(diagnosis.of_shown("Bob joined", ["> {name} joined"])) is None  # that may be what somebody types
    assert code(diagnosis.of_shown("Bob joined", ["{name} joined"])) == "braces-as-text"


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("USERS:['Ann', 'Bob']", True),
        ("USERS:dict_keys(['Ann', 'Bob'])", True),
        ("USERS: {'Ann', \"Bob\"}", True),
        ("[]", True),
        ("[('Ann', 'hi')]", True),
        ("deque(['Ann: hi'], maxlen=20)", True),
        ("USERS:Ann,Bob", False),
        ("USERS:", False),
        ("[15:00:00] Ann: hi", False),
        ("Ann: ['hi']", False),
        ("[b]now[/b]", False),
    ],
)
def test_a_collection_as_python_shows_it_is_told_where_it_is_a_whole_line(line: str, is_told: bool) -> None:
    assert diagnosis.of_collection(line) == (diagnosis.COLLECTION if is_told else None)
    assert diagnosis.of_collection(line, [line]) is None


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("USER_LEFT:<socket.socket fd=6, family=2, type=1", True),
        ("USER_LEFT:<__main__.User object at 0x7f0a>", True),
        ("USER_LEFT:Bob", False),
        ("USER_LEFT:socket.socket", False),
    ],
)
def test_an_object_where_a_name_belongs_is_told_as_one(line: str, is_told: bool) -> None:
    assert diagnosis.of_object(line) == (diagnosis.OBJECT if is_told else None)


@pytest.mark.parametrize(("line", "was"), [("USER_LEFT:", "empty"), ("USER_LEFT:None", "None"), ("USER_LEFT:Nona", "")])
def test_where_no_name_stands_it_is_told_what_it_was(line: str, was: str) -> None:
    cause = diagnosis.of_missing_name(line)
    assert bool(cause) == bool(was)
    assert not cause or f"It was {was} when this line was made" in cause.sentence


def test_where_a_history_ends_too_early_is_told_by_numbers() -> None:
    assert diagnosis.of_history(0, 4) == diagnosis.NOT_KEPT
    assert diagnosis.of_history(3, 4).sentence.endswith("the first 3 came, and the last one did not.")
    assert diagnosis.of_history(1, 4).sentence.endswith("the first 1 came, and the last 3 did not.")


@pytest.mark.parametrize(
    ("wanted", "line", "is_told"),
    [
        ("Joined as: Bob", "> Joined as: INED:Bob", True),
        ("Joined as: Bob", "Joined as: :Bob", True),
        ("Bob left", ">:Bob left", False),
        ("Joined as: Bob", "Joined as: Zoe:Bob", False),
        ("Joined as: Bob", "Joined as: Bob", False),
    ],
)
def test_the_end_of_a_command_that_was_not_taken_away_is_told(wanted: str, line: str, is_told: bool) -> None:
    assert (code(diagnosis.of_shown(wanted, [line])) == "command-as-text") == is_told


def test_a_blank_more_in_what_is_shown_is_no_blank_less() -> None:
    assert code(diagnosis.of_shown("Bob: Hello", ["Bob:  Hello"])) == "blank-added"
    assert code(diagnosis.of_shown("Bob: a  b", ["Bob: a b"])) == "blanks-changed"


@pytest.mark.parametrize(
    ("text", "line", "is_told"),
    [
        ("Dan? 20", "Ann: Dan? 20: Dan? 20", True),
        ("hi", "Ann [10:10:10]: hi - hi", True),
        ("hi", "Ann: hiAnn: hi", False),
        ("x", "Ann: x Dan? 2 x", True),
        ("x", "Ann: x Dan? 1 x", False),
    ],
)
def test_a_text_that_stands_twice_in_a_line_is_no_second_message(text: str, line: str, is_told: bool) -> None:
    cause = diagnosis.of_text(text, line, {"Dan? 1"})
    assert (cause is diagnosis.TEXT_TWICE) == is_told


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        (["Bob"], "In this list, Ann is missing."),
        (["Ann", "Bob", ""], "There is a comma too many."),
        (["'Ann'", "Bob"], "In this list, Ann is missing. Nobody who is there is called `'Ann'`."),
        (["Ann", "Bob", "Bob"], None),
    ],
)
def test_a_list_of_users_is_told_by_the_names_that_differ(listed: list[str], sentence: str | None) -> None:
    cause = diagnosis.of_users(["Ann", "Bob"], listed)
    assert (cause and cause.sentence) == sentence


@pytest.mark.parametrize("line", ["('Ann',): hi", "['Ann']: hi", "{'Ann'}: hi", '("Ann",): hi'])
def test_a_name_that_is_alone_in_a_collection_is_told_as_that(line: str) -> None:
    assert diagnosis.of_text("hi", line, set()) == diagnosis.COLLECTION
    assert diagnosis.of_text(line, f"Ann: {line}!", set()) != diagnosis.COLLECTION
    assert diagnosis.of_collection(f"USER_JOINED:{line.removesuffix(': hi')}") == diagnosis.COLLECTION


def test_several_collections_side_by_side_are_no_collection_as_a_whole() -> None:
    assert diagnosis.of_collection("USERS:('::1', 5),('::1', 6)") is None
    assert diagnosis.of_collection("USERS:[('::1', 5), ('::1', 6)]") == diagnosis.COLLECTION
    assert diagnosis.of_collection("USERS:('Ann', 'Bob')") == diagnosis.COLLECTION


def test_the_end_of_a_command_is_no_greeting() -> None:
    for end in (":", "AGE:", "MESSAGE:"):
        assert code(diagnosis.of_beginning(end)) == "command-as-text"
    assert code(diagnosis.of_beginning("Welcome:")) == "stands-before"


def test_whether_words_that_do_not_come_back_were_read_is_told_where_it_is_known() -> None:
    assert diagnosis.of_deafness("Bob").sentence == "Not even Bob's own words came back to Bob."
    assert diagnosis.of_deafness("Bob", True).sentence.endswith("They have been read, and did not go out.")
    assert diagnosis.of_deafness("Bob", False).sentence.endswith("They wait to be read, and nobody reads them.")
