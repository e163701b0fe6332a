"""What the finished clients promise to somebody at a terminal: the plain one, and the one that needs prompt_toolkit."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from grading.course import KIT

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from tests.kit.terminals import PATIENCE, Terminal

PLAIN, FULL = "chat_client.py", "terminal_client.py"
PASTE = "\x1b[200~{}\x1b[201~\r"  # how a terminal tells a program that can know that something was pasted
CTRL_C, CTRL_D = "\x03", "\x04"
LATIN_E_ACUTE = "\udce9"  # the byte E9, which is not UTF-8
MANY = 10_000  # lines
UNREAD = 32_000_000  # bytes that a client may hold at the most which does not get to print them
FULL_SECONDS = 1.0  # without a byte taken: nothing more is read


class Scene:
    """A client at its terminal, and the server's end of its connection."""

    def __init__(self, program: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            path = KIT / "solution" / program
            self.terminal = Terminal(path, "--host", "127.0.0.1", "--port", str(port), "--username", "Ann")
            listener.settimeout(PATIENCE)
            self.server, _ = listener.accept()
        self.server.settimeout(PATIENCE)
        self.from_client = self.server.makefile("rb")
        assert self.from_client.readline() == b"JOIN:Ann\n"
        self.server.sendall(b"JOINED:Ann\n")
        self.terminal.shows("Connected to chat server", "Joined as: Ann", ">")

    def hears(self, text: str) -> None:
        """Fail unless the next line from the client is this one."""
        self.server.setblocking(False)
        got = bytearray()

        def is_over() -> bool:
            got.extend(self.from_client.readline() or b"")
            return got.endswith(b"\n")

        self.terminal.until(is_over)
        self.server.settimeout(PATIENCE)
        assert got.decode() == text + "\n"

    def close(self) -> None:
        self.from_client.close()
        self.server.close()
        self.terminal.close()


@pytest.fixture
def scene() -> Iterator[Callable[[str], Scene]]:
    scenes: list[Scene] = []

    def make(program: str) -> Scene:
        scenes.append(Scene(program))
        return scenes[-1]

    yield make
    for scene in scenes:
        scene.close()


both = pytest.mark.parametrize("program", [PLAIN, FULL])


def test_the_line_being_typed_survives_what_arrives(scene: Callable[[str], Scene]) -> None:
    ann = scene(FULL)
    ann.terminal.types("half a li")
    ann.terminal.shows("Joined as: Ann", "> half a li")
    ann.server.sendall(b"Bob: Hello\nUSER_LEFT:Bob\n")
    ann.terminal.shows("Bob: Hello", "Bob left", "> half a li")
    ann.terminal.types("ne\r")
    ann.hears("MESSAGE:half a line")


@both
def test_a_line_survives_that_the_window_changes_its_width(scene: Callable[[str], Scene], program: str) -> None:
    ann = scene(program)
    ann.terminal.types("a line that is wider ")
    ann.terminal.shows("> a line that is wider")
    ann.terminal.resize(16)
    ann.terminal.types("than the window\r")
    ann.hears("MESSAGE:a line that is wider than the window")


@both
def test_a_page_of_ten_thousand_lines_is_sent_line_by_line(scene: Callable[[str], Scene], program: str) -> None:
    ann = scene(program)
    lines = [f"line {number}" for number in range(MANY)]
    text = "\n".join(lines)
    ann.terminal.types(PASTE.format(text) if program == FULL else text + "\n")
    for line in lines:
        ann.hears(f"MESSAGE:{line}")


@both
def test_a_server_that_is_faster_than_the_terminal_has_to_wait(scene: Callable[[str], Scene], program: str) -> None:
    ann = scene(program)
    ann.server.settimeout(FULL_SECONDS)
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < UNREAD:
            sent += ann.server.send(b"Bob: 50 letters in a line, and nobody looks at the screen\n" * 100)
    assert sent < UNREAD


@both
def test_a_server_that_hangs_up_ends_the_client_and_leaves_the_terminal_as_it_was(
    scene: Callable[[str], Scene], program: str
) -> None:
    ann = scene(program)
    ann.terminal.types("half a li")
    ann.terminal.shows("> half a li")
    ann.server.shutdown(socket.SHUT_WR)  # it would still listen
    ann.terminal.until(lambda: "Connection lost" in "".join(ann.terminal.lines()))
    assert ann.terminal.has_settings_of_the_start()
    assert ann.terminal.end() == 1


@pytest.mark.parametrize(("program", "letter"), [(PLAIN, "\N{REPLACEMENT CHARACTER}"), (FULL, "?")])
def test_a_byte_that_is_no_letter_does_not_end_the_conversation(
    scene: Callable[[str], Scene], program: str, letter: str
) -> None:
    ann = scene(program)
    ann.terminal.types(f"caf{LATIN_E_ACUTE}\r")
    ann.hears(f"MESSAGE:caf{letter}")
    ann.terminal.types("still here\r")
    ann.hears("MESSAGE:still here")


@both
@pytest.mark.parametrize("address", [["--port", "80800"], ["--port", "-1"], ["--host", "192.168..5"]], ids=" ".join)
def test_an_address_that_cannot_be_is_told_in_one_line(program: str, address: list[str]) -> None:
    command = [sys.executable, str(KIT / "solution" / program), "--username", "Ann", *address]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(rf"Cannot connect to .*{address[1]}.*\n", ended.stderr)


@pytest.mark.parametrize(("program", "key"), [(FULL, CTRL_C), (FULL, CTRL_D), (PLAIN, CTRL_D)])
def test_ctrl_c_and_ctrl_d_say_goodbye(scene: Callable[[str], Scene], program: str, key: str) -> None:
    ann = scene(program)
    ann.terminal.types(key)
    ann.hears("QUIT")
    assert ann.terminal.end() == 0
    assert "Traceback" not in "".join(ann.terminal.lines())
