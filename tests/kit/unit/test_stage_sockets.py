"""What the stage does with the sockets of a program."""

from __future__ import annotations

import socket

import pytest

from grading.stage import sockets


def test_whoever_has_closed_a_listener_is_not_asked_for_shallow_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "send", sockets.send_a_part)  # for this test, it counts as watched
    redirection = sockets.Redirection({}, lambda report: None)
    with socket.create_server(("127.0.0.1", 0)) as closed, socket.create_server(("127.0.0.1", 0)) as listener:
        closed.close()
        redirection.listeners = [closed, listener]
        redirection.make_shallow(True)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= sockets.MOST_SHALLOW
