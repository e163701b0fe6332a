"""Step 3: the client leaves politely, and notices when the server is gone."""

import unicodedata

from grading.people.desk import Desk
from grading.suite import check

WITH_A_MARK = "e\N{COMBINING ACUTE ACCENT}cole"  # the mark is no letter, and no control character either


def _composed(text: str) -> str:
    """Return `text` with each letter and its mark as one character, where there is one."""
    return unicodedata.normalize("NFC", text)


@check(2, "For `quit`, send `QUIT`, print `Disconnected`, and return from main.", rests=("client.leaves",))
def test_quit(desk: Desk) -> None:
    """Typing quit sends QUIT, prints `Disconnected`, and ends the client with status 0."""
    desk.sits_down(knock=False)  # and who has said nothing leaves like that, too
    desk.sees("Joined as: Alice")
    desk.types("quit")
    desk.says_goodbye()


@check(
    1, "At the end of the input, `input()` raises EOFError: do then what you do for `quit`.", rests=("client.leaves",)
)
def test_end_of_input(desk: Desk) -> None:
    """The end of the input (Ctrl+D) is a polite way to leave."""
    desk.sits_down()
    desk.ends_the_input()
    desk.says_goodbye()


@check(
    2, "Ctrl+C raises KeyboardInterrupt in the main thread: do then what you do for `quit`.", rests=("client.leaves",)
)
def test_ctrl_c(desk: Desk) -> None:
    """Ctrl+C is a polite way to leave."""
    desk.sits_down()
    desk.interrupts()
    desk.says_goodbye()


@check(
    1,
    "Where the name is asked for, `input()` raises KeyboardInterrupt as well. Whatever you do then, the client ends.",
    rests=("client.leaves",),
)
def test_ctrl_c_at_the_question_for_the_name(desk: Desk) -> None:
    """Ctrl+C ends the client where the name is asked for, too."""
    desk.is_asked_for_a_name()
    desk.interrupts()
    desk.ends()  # in whatever way: nobody takes part yet, and the page speaks of those who do


@check(
    2,
    "When the connection ends, the thread that receives must end the whole program: sys.exit ends only the thread, "
    "and `input()` cannot be interrupted. `os._exit(1)` ends the process. While `JOIN` "
    "has no answer yet, the connection may end, too.",
    rests=("client.lost",),
)
def test_the_server_hangs_up(desk: Desk) -> None:
    """When the server hangs up, the client says `Connection lost` and ends by itself with status 1."""
    desk.sits_down()
    desk.vanishes()
    desk.is_lost()
    desk.sits_down_in_vain()
    desk.is_lost()
    desk.gets_up()
    desk.sits_down()
    desk.wire_says("Bob: I was just ab")
    desk.lets_the_client_read()
    desk.vanishes()
    desk.is_lost()


@check(2, "A broken connection raises an OSError where a closed one returns b''.", rests=("client.lost",))
def test_the_connection_breaks(desk: Desk) -> None:
    """When the connection breaks, the client says `Connection lost` and ends by itself with status 1."""
    desk.sits_down()
    desk.breaks()
    desk.is_lost()


@check(
    2,
    "Remember that you are leaving before you send `QUIT`: the thread that receives may see the end of the "
    "connection before the other one comes to its next line.",
    rests=("client.leaves",),
)
def test_quit_and_a_quick_answer(desk: Desk) -> None:
    """Whoever leaves has not lost the connection, however soon the server hangs up after QUIT."""
    desk.sits_down(hold_after="QUIT")
    desk.types("quit")
    if desk.says_goodbye_in_haste():  # then the one that waits for the sender is held up as well
        desk.gets_up()
        desk.sits_down(hold_after="QUIT", hold_main=True)
        desk.types("quit")
        desk.says_goodbye_in_haste(who_waits=True)


@check(
    2,
    "Before you print a line, whatever line it is, drop the characters whose `unicodedata.category` is `Cc`, and no "
    "others.",
    rests=("client.control", "client.shows"),
)
def test_control_characters(desk: Desk) -> None:
    """Control characters from the network never reach the terminal."""
    desk.sits_down()
    evil = ["\x1b[7;3H", "\x1b]0;owned", "\x08", "\x0b", "\x00", "\x9b31m", "\x7f"]
    desk.wire_says(f"Eve: x{' x'.join(evil)} beep\n")
    desk.wire_says("Eve: up\x0b\x0c\x1c\x1d\x1e\x85down\n")
    for kind in ("USER_JOINED:", "USER_LEFT:", "PRIVATE:Eve:", "ERROR:"):
        desk.wire_says(f"{kind}x\x1b[7;3HMallory\n")
    desk.fence()
    for characters in evil:
        line = next((line for line in desk.printed.splitlines() if f"x{characters}" in line), "")
        desk.expects(not line, f"{desk.name} never to get {characters!r}", f"a line with it: {line!r}")
    desk.expects("beep" in desk.printed, "the rest of the line to be shown", "it is missing")
    is_one_line = any("Eve: up" in row and "down" in row for row in desk.eyes.lines)
    desk.expects(is_one_line, "no control character to end a line", "what stands behind one is on another line")
    desk.wire_says(f"Eve: {WITH_A_MARK}\n")
    desk.finds(lambda: _composed(WITH_A_MARK) in _composed(desk.screen), f"Eve: {WITH_A_MARK}")
