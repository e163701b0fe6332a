"""What stands in a line is told with the rest of its statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.stage import statements

PROGRAM = """\
import socket

def serve(sock):
    data = sock.recv(
        1024,  # as many as come
    )
    threading.Thread(
        target=watch(),

        daemon=True,
    ).start()
    name = "one " \\
        "two"
    for client in clients: client.send(data)
    text = \"\"\"
    1
    2
    3
    4
    5
    \"\"\"
    if (name == ")"  # no end
            and text):
        serve(
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "chat_server.py").write_text(PROGRAM, "utf-8")
    return str(tmp_path / "chat_server.py")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((1,), "import socket"),
        ((4, 5, 6), "data = sock.recv(1024)"),
        ((7, 8, 9, 10, 11), "threading.Thread(target=watch(), daemon=True).start()"),
        ((12, 13), 'name = "one " "two"'),
        ((14,), "for client in clients: client.send(data)"),
        ((15,), 'text = """'),
        ((16,), "1"),
        ((22, 23), 'if (name == ")" and text):'),
        ((24,), "serve("),
        ((2, 99), ""),
    ],
)
def test_a_statement_of_a_few_lines_is_told_whole(file: str, lines: tuple[int, ...], told: str) -> None:
    assert {statements.at(file, line) for line in lines} == {told}


def test_where_there_is_no_file_nothing_is_told(tmp_path: Path) -> None:
    assert statements.at(str(tmp_path / "none.py"), 1) == ""
