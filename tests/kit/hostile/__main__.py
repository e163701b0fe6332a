"""`python grader.py kit --hostile [NAME …]`: grade hostile and broken submissions, and show which are survived here."""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from grading.cli.gaps import gaps
from grading.course import KIT
from grading.process import cell
from grading.results.values import TOO_BUSY
from tests.kit.hostile.cases import Case, cases

SIDE_BY_SIDE = 6  # they mostly wait


@dataclass(frozen=True)
class Row:
    """What became of a case."""

    case: Case
    wrong: tuple[str, ...]
    seconds: float

    @property
    def is_survived(self) -> bool:
        return not self.wrong

    @property
    def is_undecided(self) -> bool:
        """Whether only the machine was too busy to tell, again and again."""
        return self.wrong == (TOO_BUSY,)


class Everybody(socketserver.StreamRequestHandler):
    """A right server of this machine, which no submission must reach: everyone hears what one says."""

    people: list[socket.socket] = []

    def handle(self) -> None:
        """Pass on what one says."""
        self.people.append(self.request)
        with contextlib.suppress(OSError):
            for line in self.rfile:
                for person in list(self.people):
                    with contextlib.suppress(OSError):
                        person.sendall(line)


class Neighbour(socketserver.ThreadingTCPServer):
    """Where that server listens."""

    daemon_threads = True


@contextlib.contextmanager
def neighbour() -> Iterator[int]:
    """Run a right server meanwhile; yield its port, which is also an abstract name on Linux."""
    with Neighbour(("127.0.0.1", 0), Everybody) as server, contextlib.ExitStack() as held:
        port: int = server.server_address[1]
        if sys.platform == "linux":
            listener = held.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(f"\0hostile-{port}")
            listener.listen()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield port
        server.shutdown()


def grade(case: Case, port: int) -> Row:
    """Grade one case in a process that adopts what it leaves behind."""
    command = [sys.executable, "-m", "tests.kit.hostile.one", case.name, str(port)]
    done = subprocess.run(command, cwd=KIT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return Row(case, (f"ours failed: {done.stdout[-200:]}",), 0.0)
    return Row(case, tuple(found["wrong"]), found["seconds"])


def rows(names: list[str], side_by_side: int = SIDE_BY_SIDE) -> list[Row]:
    """Grade the cases with these names, or all of them."""
    chosen = [case for case in cases() if not names or case.name in names]
    with neighbour() as port, ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(lambda case: grade(case, port), chosen))


def main() -> int:
    """Show the table; return 1 if one case is not survived that could be here."""
    parser = argparse.ArgumentParser(prog="grader.py kit --hostile", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a file in tests/kit/hostile/programs")
    names = parser.parse_args().names
    missing = gaps()
    table = Table("submission", "survived", "seconds", "why not, or what it tries")
    found = rows(names)
    for row in found:
        beyond = sorted(row.case.needs & missing)
        mark = "yes" if row.is_survived else f"no (without {', '.join(beyond)})" if beyond else "NO"
        table.add_row(row.case.name, mark, f"{row.seconds:.1f}", "; ".join(row.wrong) or row.case.tries)
    console = Console()
    console.print(table)
    if missing:
        console.print(cell.told(missing))
    survived = sum(row.is_survived for row in found)
    console.print(f"{survived} of {len(found)} are survived.")
    return int(any(not row.is_survived and not row.case.needs & missing for row in found))


if __name__ == "__main__":
    sys.exit(main())
