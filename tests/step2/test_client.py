"""Step 2: the client says who it is, and tells who comes and goes."""

from grading.people.desk import Desk
from grading.suite import check


@check(3, "The first line that the client sends is `JOIN:` and the name that was typed.", rests=("client.joins",))
def test_the_client_joins(desk: Desk) -> None:
    """The client sends JOIN and the name before anything else."""
    desk.sits_down(name="eve-2_b.", knock=False)
    desk.expects(desk.heard[0] == "JOIN:eve-2_b.", "JOIN:eve-2_b. to be the first line", desk.heard[0])


@check(
    2,
    "Show `JOINED:Alice` as `Joined as: Alice`. A server may greet before it answers, and a line may come in pieces: "
    "read on, until a whole line is the answer.",
    rests=("client.joined", "free.greeting", "lines.segments"),
)
def test_joined_as(desk: Desk) -> None:
    """JOINED is shown as `Joined as:` and the name, also behind a greeting, and where it comes in pieces."""
    desk.answer_to_join = "Welcome to this chat\nUSER_JOINED:Dora\nJOI"
    desk.sits_down(name="Dora", knock=False)
    desk.lets_the_client_read()
    rest = b"NED:Dora\n"
    desk.minutes.segment("server", "client", rest)
    desk.wire_says(rest, quietly=True)  # what is shown of the beginning is still news
    desk.sees("Joined as: Dora")


@check(
    2,
    "Show `USER_JOINED:Bob` as `Bob joined`, and `USER_LEFT:Bob` as `Bob left`. Does each line that comes pass through "
    "the place that puts it into words?",
    rests=("client.news",),
)
def test_who_comes_and_goes(desk: Desk) -> None:
    """Who comes and who goes is told in words."""
    desk.sits_down()
    for name in ("Bob", "Eve", "Alice2", "the_2nd-bob."):
        desk.wire_says(f"USER_JOINED:{name}\n")
        desk.sees(f"{name} joined")
        desk.wire_says(f"USER_LEFT:{name}\n")
        desk.sees(f"{name} left")
    desk.wire_says("USER_JOINED:Bob\n")  # who has left may come back
    desk.sees("Bob joined", count=2)
    desk.wire_says("USER_LEFT:Bob\n")
    desk.sees("Bob left", count=2)
    for text in (
        "Bob: USER_JOINED:Eve, it says",
        "Bob: and then USER_LEFT:Eve",
        "Bob: JOINED:Bob",
        "JOINED-2: as I am called",
    ):
        desk.wire_says(f"{text}\n")
        desk.sees(text)


@check(
    1,
    "Show `ERROR:no such user` as `Error: no such user`, and what somebody called `error` says as it comes.",
    rests=(
        "client.error",
        "client.shows",
    ),
)
def test_errors_are_told(desk: Desk) -> None:
    """An ERROR is shown as `Error:` and its reason, and the conversation goes on."""
    desk.sits_down()
    desk.wire_says("ERROR:no such user\n")
    desk.sees("Error: no such user")
    desk.wire_says("ERROR:no such user: Bob: never seen\n")
    desk.sees("Error: no such user: Bob: never seen")
    desk.wire_says("ERROR:no 100 % {sure} command\n")
    desk.sees("Error: no 100 % {sure} command")
    for text in (
        "Bob: ERROR:no such user, it says",
        "Bob: one ERROR: two: three",
        "Bob: and here it comes:",
        "error: so I am called",
        "ERRORS: so am I",
    ):
        desk.wire_says(f"{text}\n")
        desk.sees(text)
    for times in (1, 2):
        desk.wire_says("ERROR:bad name\n")  # of a room, for example: Alice has hers
        desk.sees("Error: bad name", count=times)
    desk.wire_says("Bob: QUIT\nUSER_LEFT:Bob\n")
    desk.sees("Bob left")
    desk.types("Never mind.")
    desk.wire_hears("MESSAGE:Never mind.")
    desk.expects("QUIT" not in desk.heard, "the client to stay when others leave", "it says QUIT")


@check(
    1,
    "After `ERROR:name taken`, ask for another name, or end: as often as a name is refused.",
    rests=(
        "names.client",
        "client.joined",
    ),
)
def test_a_refused_name(desk: Desk) -> None:
    """When the name is refused, the client says so, and asks for another one or ends."""
    desk.refused.append("Alice")
    desk.sits_down(knock=False)
    desk.sees_any("name taken")
    has_joined = "Joined as: Alice" in desk.screen
    desk.expects(not has_joined, "the client not to say that it joined before the server does", "Joined as: Alice")
    desk.refused.append("Alicia")
    desk.refusal = "so is that one"
    desk.types("Alicia")
    desk.joins_as_or_ends("Alicia")
    if desk.client.running:
        desk.sees_any("so is that one")
        desk.types("Alina")
        desk.joins_as_or_ends("Alina")
        desk.talks_as("Alina")


@check(
    1,
    "`--username Alice` makes the question for the name unnecessary. Where the server refuses that name, whatever its "
    "words, ask for another one and send `JOIN` again, or end.",
    rests=("programs.username", "names.client", "client.shows"),
)
def test_the_name_as_an_option(desk: Desk) -> None:
    """With --username the client joins without asking, and asks for another name where that one is refused, or ends."""
    desk.refused.append("Alice")
    desk.refusal = "no such name here"  # the words are the server's own
    desk.sits_down("--username", "Alice", knock=False)
    desk.sees_any("no such name here")
    desk.types("Alicia")
    desk.joins_as_or_ends("Alicia")
    desk.talks_as("Alicia")


@check(
    2,
    "What comes with the answer to JOIN waits for whoever reads next: keep the rest where both find it, take lines out "
    "of it one at a time (a `for` loop that is left takes its other lines along), and look there before you wait.",
    rests=(
        "client.joined",
        "lines.segments",
    ),
)
def test_the_answer_and_more_in_one_segment(desk: Desk) -> None:
    """The answer to JOIN may arrive together with what others say."""
    desk.answer_to_join = "JOINED:Alice\nBob: one\nUSER_JOINED:Cyd\nBob: two\n"
    desk.sits_down(knock=False)
    for text in ("Joined as: Alice", "Bob: one", "Cyd joined", "Bob: two"):
        desk.sees(text)
