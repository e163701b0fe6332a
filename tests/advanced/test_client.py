"""Advanced: the client's commands."""

from grading.people.desk import Desk
from grading.suite import check


@check(2, "`/msg Bob text` becomes `PRIVATE:Bob:text`.", rests=("client.commands",))
def test_msg(desk: Desk) -> None:
    """`/msg Bob text` says the text to Bob alone."""
    desk.sits_down()
    for text in ("just for you", "at 10:30, see /tmp", "Two  blanks, 100 % {sure}", "/tmp, I said", 'it\'s "so so"'):
        desk.types(f"/msg Bob {text}")
        desk.wire_hears(f"PRIVATE:Bob:{text}")
    for name in ("eve_2-b.", "-_-"):
        desk.types(f"/msg {name} psst")
        desk.wire_hears(f"PRIVATE:{name}:psst")
    for unfinished in ("/msg Bob", "/msg"):  # what becomes of it is left open
        desk.types(unfinished)
    desk.types("Where was I?")
    desk.wire_hears("MESSAGE:Where was I?")


@check(1, "`/join garden` becomes `JOIN_ROOM:garden`.", rests=("client.commands",))
def test_join(desk: Desk) -> None:
    """`/join room` goes to another room."""
    desk.sits_down()
    for room in ("garden", "Lobby", "the_2nd-floor.", "--help"):
        desk.types(f"/join {room}")
        desk.wire_hears(f"JOIN_ROOM:{room}")
    desk.types("/join")
    desk.types("Where am I?")
    desk.wire_hears("MESSAGE:Where am I?")


@check(1, "`/users` becomes `LIST_USERS`: compare texts with `==`.", rests=("client.commands",))
def test_users(desk: Desk) -> None:
    """`/users` asks who is online."""
    desk.sits_down()
    desk.types("/users")
    desk.wire_hears("LIST_USERS")
    for text in ("LIST_USERS", "JOIN_ROOM:garden", "PRIVATE:Bob:psst"):  # without a slash, it is no command
        desk.types(text)
        desk.wire_hears(f"MESSAGE:{text}")


@check(
    1, "Where a line starts with `//`, drop the first slash and send the rest as a message.", rests=("client.slashes",)
)
def test_two_slashes(desk: Desk) -> None:
    """A line that starts with `//` says the text after the first slash."""
    desk.sits_down()
    for text in ("/msg is a command", "/users", "/quit", "//", "// three of them"):
        desk.types("/" + text)
        desk.wire_hears(f"MESSAGE:{text}")


@check(
    1,
    "Show all that the server says: from whom a private message is, and everyone in the list.",
    rests=("client.shows",),
)
def test_the_answers_are_shown(desk: Desk) -> None:
    """Private messages, rooms and the list of users appear on the screen."""
    desk.sits_down()
    desk.wire_says("PRIVATE:Bob:psst, Alice\n")
    desk.sees_any("psst, Alice")
    desk.sees_any("Bob")
    desk.wire_says("PRIVATE:Bob:at 10:30: see you\n")
    desk.sees_any("at 10:30: see you")
    desk.wire_says("JOINED_ROOM:garden\n")
    desk.sees_any("garden")
    desk.expects("Joined as: garden" not in desk.screen, "JOINED_ROOM to be told otherwise than JOINED", "the same")
    desk.wire_says("USER_JOINED:Eve\n")  # such news reach across the whole server
    desk.sees("Eve joined")
    desk.wire_says("USERS:Alice,Dora,Charlie\n")
    for name in ("Dora", "Charlie"):
        desk.sees_any(name)
