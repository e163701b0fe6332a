"""Step 1: what you type is sent, what comes is shown."""

from grading.people.desk import Desk
from grading.people.resting import rest_once_gone
from grading.suite import check

AT_ONCE = 60  # lines in one segment: who rests for a moment after each line comes to the last one too late
END_ELSEWHERE = "one\N{LINE SEPARATOR}two"  # a text with what is a line end for `splitlines`, and for nobody else
LONGEST_TYPED = 1000  # characters: not every system lets a person type more than 1023 before Enter
MANY_LINES = 40  # that somebody types, more than any number after which a client might have had enough


@check(
    1,
    "Run `python chat_client.py` yourself, with the server running. It should ask for a name and connect.",
    gate=True,
    rests=("client.connects",),
)
def test_the_client_connects(desk: Desk) -> None:
    """The client starts and connects to the server."""
    desk.sits_down(knock=False)


@check(
    1,
    "Start the server, type `python chat_client.py` yourself, and read what it says.",
    veto=True,
    rests=(
        "client.connects",
        "programs.options",
    ),
)
def test_a_start_by_hand(desk: Desk) -> None:
    """The client starts and connects to its server when you start it yourself, without the grader."""
    desk.starts_for_real()


@check(
    2,
    "The line on the wire is `MESSAGE:`, what was typed, and a newline.",
    rests=(
        "client.sends",
        "client.once",
    ),
)
def test_what_is_typed_is_sent(desk: Desk) -> None:
    """What you type is sent as a message."""
    desk.sits_down()
    desk.types("Hello everyone!")
    desk.wire_hears("MESSAGE:Hello everyone!")
    for text in (
        "How are you?",
        "How are you?",
        "I never quit.",
        "quite well",
        "I quit",
        "quit it, you two",
        "exit",
        "bye",
        "help",
        "MESSAGE:what is that?",
        "JOIN:us",
    ):
        desk.types(text)
        desk.wire_hears(f"MESSAGE:{text}")
    for number in range(1, MANY_LINES + 1):
        desk.types(f"line {number}")
    desk.wire_hears(f"MESSAGE:line {MANY_LINES}")


@check(
    2,
    "Send the text as it was typed.",
    rests=(
        "client.sends",
        "text.any",
    ),
)
def test_any_text_is_sent(desk: Desk) -> None:
    """Colons, blanks and letters of all alphabets are sent as they were typed."""
    desk.sits_down()
    long = " ".join(f"word{number}" for number in range(200))[:LONGEST_TYPED]
    for text in (
        "at 10:30, see http://localhost:8080/",
        "two  blanks",
        "100 % {sure}",
        "#1, and @Bob, too",
        "@Bob and #1",
        "> that is what he said",
        'it\'s "so so"',
        long,
        "ÄÖÜ 你好 \N{PARTY POPPER}",
    ):
        desk.types(text)
        desk.wire_hears(f"MESSAGE:{text}")
    desk.types("")
    desk.types("after an empty line")
    desk.wire_hears("MESSAGE:after an empty line")


@check(
    3,
    "Show each line whole, one by one. Receive in a thread of its own: the main thread waits for the keyboard.",
    early=True,
    rests=("client.shows", "client.rests"),
)
def test_what_comes_is_shown(desk: Desk) -> None:
    """What the server sends is shown at once, even while nobody types, and nothing more once it has gone."""
    desk.sits_down(hurried=True)
    desk.nobody_says_anything()
    desk.wire_says("Welcome to this chat\nBob: Hello Alice!\n")
    desk.sees("Bob: Hello Alice!")
    for text in (
        "Bob: Are you there: yes or no?",
        "Alice: Yes, 100 % {sure} %s %% [b]now[/b] :smile:.",
        "Bob: Eve left. I quit: QUIT",
        "Bob: two  blanks   and ÄÖÜ \N{PARTY POPPER} 你好",
    ):
        desk.wire_says(f"{text}\n")
        desk.sees(text)
    desk.wire_says(f"Bob: {END_ELSEWHERE}\n")
    desk.finds(lambda: any("one" in row and "two" in row for row in desk.eyes.lines), f"Bob: {END_ELSEWHERE}")
    desk.wire_says("quit\nBob: twice\nBob: twice\n")  # when somebody says quit, that is a text
    desk.sees("Bob: twice", count=2)
    rest_once_gone(desk.client, desk.vanishes, "the client to have nothing to do once the server has gone")


@check(
    3,
    "TCP gives you bytes, not messages: show one line per newline.",
    rests=(
        "client.shows",
        "lines.segments",
        "lines.return",
        "lines.empty",
    ),
)
def test_two_lines_in_one_segment(desk: Desk) -> None:
    """Lines that arrive together in one segment are shown as separate lines."""
    desk.sits_down()
    desk.wire_says("Bob: one\nBob: two\nBob: three\n")
    for text in ("one", "two", "three"):
        desk.sees(f"Bob: {text}")
    desk.wire_says("\nBob: four\r\n\r\nBob: five\r\n")
    for text in ("four", "five"):
        desk.sees(f"Bob: {text}")
    many = [f"Bob: line {number} of 12" for number in range(1, 13)]
    desk.wire_says("".join(f"{line}\n" for line in many))
    for line in many:
        desk.sees(line)


@check(
    3,
    "Keep what came until its newline has come, too.",
    rests=(
        "client.shows",
        "lines.segments",
    ),
)
def test_a_line_in_pieces(desk: Desk) -> None:
    """A line that arrives in pieces is shown as one line."""
    desk.sits_down()
    for piece in ("Bob: He", "llo ever"):
        desk.wire_says(piece)
        desk.lets_the_client_read()
    desk.nobody_says_anything()  # for longer than a client waits that looks up now and then
    desk.wire_says("yone!\n")
    desk.sees("Bob: Hello everyone!")
    desk.wire_says("Bob: whole\nBob: only ha")
    desk.sees("Bob: whole")
    desk.wire_says("lf\n")
    desk.sees("Bob: only half")


@check(
    2,
    "Decode whole lines, not whatever `recv` happened to return.",
    rests=(
        "client.shows",
        "lines.utf8",
    ),
)
def test_a_letter_cut_in_two(desk: Desk) -> None:
    """A letter of several bytes may be cut in two on its way to the screen."""
    desk.sits_down()
    data = "Bob: 5 € please\n".encode()
    cut = data.index("€".encode()) + 1
    desk.wire_says(data[:cut])
    desk.lets_the_client_read()
    desk.wire_says(data[cut:])
    desk.sees("Bob: 5 € please")


@check(
    2,
    "One `recv` returns part of a long line: go on reading until its newline, and show each line at once.",
    rests=(
        "client.shows",
        "lines.limit",
    ),
)
def test_a_long_line_is_shown_whole(desk: Desk) -> None:
    """A long line is shown whole, and many lines are shown as soon as they come."""
    desk.sits_down()
    text = "Bob: " + " ".join(f"word{number}" for number in range(406)) + " end"
    desk.wire_says(text + "\n")
    desk.sees(text)
    many = [f"Bob: line {number} of {AT_ONCE}" for number in range(1, AT_ONCE + 1)]
    desk.wire_says("".join(f"{line}\n" for line in many))
    desk.sees(many[-1])


@check(1, "The word `quit`, alone on a line, ends the loop that reads the keyboard.", rests=("client.ends",))
def test_quit_ends_the_client(desk: Desk) -> None:
    """Typing quit ends the client."""
    desk.sits_down()
    desk.types("quit")
    desk.ends()
