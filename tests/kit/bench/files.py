"""Measure the challenge `files` beside nc: how long a file takes, in how much memory, and what it costs the talk.

python -m tests.kit.bench.files                       100 MB, five rounds; on Linux, with nc from netcat-openbsd
python -m tests.kit.bench.files --megabytes 1000      a larger file
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grading.skeletons import finished
from grading.system.processes import kilobytes
from grading.system.wire import listeners
from tests.kit.bench.crowd import Crowd, Dialect, pace, percentile
from tests.kit.bench.peers import Peer
from tests.kit.killing import submission

MEGABYTE = 1_000_000
PIECE = os.urandom(MEGABYTE)
TALKERS = 20
RATE, SECONDS = 50, 4.0  # lines a second, and for how long, where delays are measured
NC_PORT = 18_765
SMALL, LARGE = "small.bin", "large.bin"


class Client:
    """The reference client, and a pair of pipes for its keyboard and its screen."""

    def __init__(self, work: Path, port: int, name: str) -> None:
        self.name = name
        self.folder = work / f"downloads of {name}"
        command = [sys.executable, "chat_client.py", "--host", "127.0.0.1", "--port", str(port), "--username", name]
        command += ["--downloads", str(self.folder)]
        self.process = subprocess.Popen(command, cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.sees("Joined as")

    def types(self, text: str) -> None:
        """Type a line."""
        assert self.process.stdin
        print(text, file=self.process.stdin, flush=True)

    def sees(self, text: str) -> None:
        """Read on until a line holds `text`."""
        assert self.process.stdout
        if not any(text in line for line in self.process.stdout):
            raise EOFError(f"{self.name} never saw {text!r}")


@contextlib.contextmanager
def reference(work: Path) -> Iterator[tuple[int, int, Client, Client]]:
    """Run the reference; give the port and the process of the server, and two clients."""
    server = str(work / "chat_server.py")
    with Peer("files", (sys.executable, server, "--host", "127.0.0.1", "--port", "PORT")).running() as (port, process):
        while not listeners(port):
            time.sleep(0.01)
        ann, bob = Client(work, port, "Ann"), Client(work, port, "Bob")
        try:
            yield port, process.pid, ann, bob
        finally:
            for client in (ann, bob):
                client.process.kill()
                client.process.communicate()


def hand_over(ann: Client, bob: Client, path: Path) -> tuple[Path, float]:
    """Let a file travel from Ann to Bob; return where it is, and how many seconds that takes once it is accepted."""
    ann.types(f"/send Bob {path}")
    bob.sees("offers")
    started = time.monotonic()
    bob.types("/accept Ann")
    ann.sees("finished")
    return bob.folder / path.name, time.monotonic() - started


def through_nc(path: Path, folder: Path) -> tuple[Path, float]:
    """Let a file travel from one nc to another; return where it is, and how many seconds that takes."""
    copy = folder / "through nc"
    listening = ["nc", "-l", "127.0.0.1", str(NC_PORT)]
    with copy.open("wb") as out, path.open("rb") as source:
        with subprocess.Popen(listening, stdout=out, stdin=subprocess.DEVNULL) as receiver:
            while not listeners(NC_PORT):
                time.sleep(0.01)
            started = time.monotonic()
            subprocess.run(["nc", "-N", "127.0.0.1", str(NC_PORT)], stdin=source, check=True)
            receiver.wait()
            return copy, time.monotonic() - started


def checked(copy: Path, seconds: float, path: Path) -> float:
    """Remove a copy, and return how long it took; ValueError unless it has the SHA-256 of what was sent."""
    digests = {hashlib.sha256(one.read_bytes()).digest() for one in (copy, path)}
    copy.unlink()
    if len(digests) != 1:
        raise ValueError(f"{copy} is not what was sent")
    return seconds


def delays(port: int, meanwhile: Callable[[], tuple[Path, float]] | None = None) -> float:
    """Return the p99 of how many milliseconds a line takes to others while a file travels again and again."""
    crowd, done = Crowd(port, Dialect()), threading.Event()

    def work() -> None:
        while meanwhile and not done.is_set():
            meanwhile()[0].unlink()

    crowd.come(TALKERS)
    thread = threading.Thread(target=work)
    thread.start()
    taken = pace(crowd, RATE, SECONDS)
    done.set()
    thread.join()
    crowd.goes()
    return 1000 * percentile(taken, 0.99)


def main() -> int:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(prog="tests.kit.bench.files", description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=100, metavar="N", help="of the file (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of each (default: %(default)s)")
    options = parser.parse_args()
    if not shutil.which("nc"):
        raise SystemExit("There is no nc here: apt install netcat-openbsd")
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder), options.megabytes, options.rounds)
    return 0


def report(folder: Path, megabytes: int, rounds: int) -> None:
    """Measure everything in a folder, and print it."""
    work = submission(finished("bonus/files"), str(folder))
    large, small = folder / LARGE, folder / SMALL
    small.write_bytes(PIECE)
    with large.open("wb") as file:
        file.writelines(PIECE for _ in range(megabytes))
    with reference(work) as (port, pid, ann, bob):
        checked(*hand_over(ann, bob, small), small)
        pids = {"server": pid, "sender": ann.process.pid, "receiver": bob.process.pid}
        before = {name: kilobytes(one, "VmHWM") for name, one in pids.items()}
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(checked(*hand_over(ann, bob, large), large))
            theirs.append(checked(*through_nc(large, folder), large))
        mine, nc = statistics.median(ours), statistics.median(theirs)
        print(f"{megabytes} MB: {mine:.2f} s, nc {nc:.2f} s, {mine / nc:.1f} times as long")
        for name, one in pids.items():
            print(f"memory of the {name}: {(kilobytes(one, 'VmHWM') - before[name]) / 1000:.1f} MB more than for 1 MB")
        beside = {
            "while no file travels": delays(port),
            "while one after the other travels through the server": delays(port, lambda: hand_over(ann, bob, large)),
            "while one after the other travels from nc to nc": delays(port, lambda: through_nc(large, folder)),
        }
        for when, milliseconds in beside.items():
            print(f"a line to {TALKERS} others, p99, {when}: {milliseconds:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
