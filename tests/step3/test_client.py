"""Step 3: the client leaves politely, and notices when the server is gone."""

from grading.check import check
from grading.desk import Desk


@check(2, "For `quit`, send `QUIT`, print `Disconnected`, and return from main.")
def test_quit(desk: Desk) -> None:
    """Typing quit sends QUIT, prints `Disconnected`, and ends the client with status 0."""
    desk.sits_down()
    desk.types("quit")
    desk.says_goodbye()


@check(2, "At the end of the input, `input()` raises EOFError.")
def test_end_of_input(desk: Desk) -> None:
    """The end of the input (Ctrl+D) is a polite way to leave."""
    desk.sits_down()
    desk.ends_the_input()
    desk.says_goodbye()


@check(2, "Ctrl+C raises KeyboardInterrupt in the main thread.")
def test_ctrl_c(desk: Desk) -> None:
    """Ctrl+C is a polite way to leave."""
    desk.sits_down()
    desk.interrupts()
    desk.says_goodbye()


@check(
    3,
    "When the connection ends, the thread that receives must end the whole program: sys.exit ends only the thread, "
    "and `input()` cannot be interrupted. `os._exit(1)` ends the process.",
)
def test_the_server_hangs_up(desk: Desk) -> None:
    """When the server hangs up, the client says `Connection lost` and ends by itself with status 1."""
    desk.sits_down()
    desk.vanishes()
    desk.is_lost()


@check(2, "A broken connection raises an OSError where a closed one returns b''.")
def test_the_connection_breaks(desk: Desk) -> None:
    """When the connection breaks, the client says `Connection lost` and ends by itself with status 1."""
    desk.sits_down()
    desk.breaks()
    desk.is_lost()


@check(2, "Before you print a line, drop the characters whose `unicodedata.category` is `Cc`.")
def test_control_characters(desk: Desk) -> None:
    """Control characters from the network never reach the terminal."""
    desk.sits_down()
    desk.wire_says("Eve: \x1b[2J\x1b]0;owned\x07 beep \x08\x08\x00\x9b31m\n")
    desk.wire_says("USER_JOINED:\x1b[31mMallory\n")
    desk.fence()
    for character in "\x1b\x07\x08\x00\x9b":
        desk.expects(
            character not in desk.screen,
            f"{desk.name} never to get the character {character!r}",
            "it was printed",
        )
    desk.expects("beep" in desk.screen, "the rest of such a line to be shown", "it is missing")
