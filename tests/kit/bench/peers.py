"""The servers that are measured: ours, what students write first, and what is installed on this machine."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grading.course import KIT
from tests.kit.bench.crowd import Dialect, Irc

HERE = Path(__file__).parent
NGIRCD = """[Global]
Name = bench.example
ServerUID = root
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxPenaltyTime = 0
MaxJoins = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
[Channel]
Name = #c
MaxUsers = 0
"""


@dataclass(frozen=True)
class Peer:
    """A server, and how it is started: PORT stands for the port, CONFIG for its configuration file."""

    name: str
    command: tuple[str, ...]
    dialect: type[Dialect] = Dialect
    config: str = ""
    at_once: int = 50  # clients that may come at the same moment: more than its backlog wait for a second
    context: ssl.SSLContext | None = None  # of its clients, if it speaks TLS

    @contextlib.contextmanager
    def running(self) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        """Run it; give its port and process."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
            config.write(self.config.replace("PORT", str(port)))
            config.flush()
            command = [part.replace("PORT", str(port)).replace("CONFIG", config.name) for part in self.command]
            nothing = subprocess.DEVNULL
            process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
            try:
                yield port, process
            finally:
                process.kill()
                process.wait()


def peers() -> list[Peer]:
    """Return all that can run here."""
    python = sys.executable
    found = [
        Peer("this kit", (python, str(KIT / "solution" / "chat_server.py"), "--host", "127.0.0.1", "--port", "PORT")),
        Peer("hint", (python, str(HERE / "servers" / "hint.py"), "PORT")),
        Peer("asyncio", (python, str(HERE / "servers" / "asyncio_streams.py"), "PORT")),
    ]
    if importlib.util.find_spec("irc"):
        found.append(Peer("irc.server", (python, "-m", "irc.server", "-a", "127.0.0.1", "-p", "PORT"), Irc, at_once=20))
    beside_python = Path(python).with_name("miniircd")
    miniircd = str(beside_python) if beside_python.exists() else shutil.which("miniircd")
    if miniircd:
        not_as_root = ("--setuid", "nobody") if sys.platform != "win32" and os.getuid() == 0 else ()
        found.append(
            Peer("miniircd", (miniircd, "--listen", "127.0.0.1", "--ports", "PORT", *not_as_root), Irc, at_once=5)
        )
    ngircd = shutil.which("ngircd") or shutil.which("ngircd", path="/usr/sbin")
    if ngircd:
        listen = "[Global]\nListen = 127.0.0.1\nPorts = PORT\n"
        found.append(Peer("ngircd", (ngircd, "--nodaemon", "--config", "CONFIG"), Irc, NGIRCD + listen, at_once=5))
    return found
