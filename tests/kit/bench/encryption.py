"""What encryption costs: the challenge `encryption`, and an asyncio server, each in clear and over TLS, in one run."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from grading.people.certificates import Certificates, certificates_in
from grading.skeletons import finished
from grading.system.families import processor_seconds
from tests.kit.bench.crowd import Crowd
from tests.kit.bench.measuring import NONE, Figures, figures_of
from tests.kit.bench.peers import HERE, Peer
from tests.kit.bench.scenes import Measure, Row, Scene, flood_by, talk_by_all
from tests.kit.killing import submission

REFERENCE, ASYNCIO = "reference", "asyncio"
CLEAR, TLS = "clear", "TLS"
CLIENTS = 100
SENDS = 4  # of a speaker in a flood before the crowd listens: more than a server takes meanwhile
TRIES = 3  # of a measurement: a crowd that had no processor for a while is dropped for not reading
LEGEND = """
x: how many times as much over TLS as in clear. CPU: of the server for a line to one listener, in millionths of a
second. crowd: how busy the one thread is that is all 100 clients; near 100 % the server could have done more.
–: the server stood still, or dropped somebody who speaks.
"""


@dataclass
class Costs:
    """The rows of a scene: lines in a second, and what they cost the server and the crowd."""

    name: str
    measure: Measure
    server: float = NONE  # millionths of a second of a processor, for each line
    crowd: float = NONE  # part of a processor

    def lines(self, crowd: Crowd, pid: int) -> float:
        """Let them speak, and note what it costs."""
        started, server, ours = time.monotonic(), processor_seconds([pid]), time.process_time()
        heard = crowd.heard
        lines_a_second = self.measure(crowd, pid)
        self.server = 1e6 * (processor_seconds([pid]) - server) / max(1, crowd.heard - heard)
        self.crowd = (time.process_time() - ours) / (time.monotonic() - started)
        return lines_a_second

    def scene(self) -> Scene:
        return Scene(
            CLIENTS,
            (
                Row(self.name, "lines/s", self.lines, True),
                Row(f"{self.name}, server", "µs", lambda crowd, pid: self.server),
                Row(f"{self.name}, crowd", "", lambda crowd, pid: self.crowd),
            ),
        )


SCENES = [
    Costs(f"flood, 1 to {CLIENTS}", flood_by(1, SENDS)).scene(),
    Costs(f"flood, 10 to {CLIENTS}", flood_by(10, SENDS)).scene(),
    Costs(f"talk, {CLIENTS}", talk_by_all).scene(),
]


def figures(rounds: int, scenes: list[Scene] = SCENES) -> Figures:
    """Measure all, so many times, and return the medians."""
    taken: Figures = {}
    with servers() as peers:
        for scene in scenes:
            taken.update(figures_of(scene, peers, rounds, TRIES))
            told = ", ".join(f"{peer.name} {taken[scene.rows[0].name, peer.name]:.3g}" for peer in peers)
            print(f"{scene.rows[0].name} (lines/s): {told}", file=sys.stderr, flush=True)
    return taken


@contextlib.contextmanager
def servers() -> Iterator[list[Peer]]:
    """Give each server in clear, and over TLS with certificates that are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as secrets:
        certificates = _certificates(Path(secrets))
        right = certificates.right
        program = str(submission(finished("bonus/encryption"), folder) / "chat_server.py")
        ours = (sys.executable, program, "--host", "127.0.0.1", "--port", "PORT")
        streams = (sys.executable, str(HERE / "servers" / "asyncio_streams.py"), "PORT")
        context = certificates.context()
        yield [
            Peer(f"{REFERENCE}, {CLEAR}", ours),
            Peer(f"{REFERENCE}, {TLS}", (*ours, *right.args), context=context),
            Peer(f"{ASYNCIO}, {CLEAR}", streams),
            Peer(f"{ASYNCIO}, {TLS}", (*streams, str(right.cert), str(right.key)), context=context),
        ]


def _certificates(folder: Path) -> Certificates:
    try:
        return certificates_in(folder)
    except ImportError:
        raise SystemExit("The certificates are made by trustme: python -m pip install trustme") from None


def table(figures: Figures) -> Table:
    """Return what each server does in clear and over TLS, and how many times as much."""
    shown = Table("", "", box=None, pad_edge=False, padding=(0, 1, 0, 0), caption=" ".join(LEGEND.split()))
    for heading in ("lines/s", TLS, "x", "CPU", TLS, "x", "crowd", TLS):
        shown.add_column(heading, justify="right", no_wrap=True)
    for scene in SCENES:
        for server in (REFERENCE, ASYNCIO):
            shown.add_row(scene.rows[0].name, server, *_told(scene, server, figures))
    return shown


def _told(scene: Scene, server: str, figures: Figures) -> list[str]:
    """Return what stands in the row of a server."""
    pairs = [[figures[row.name, f"{server}, {how}"] for how in (CLEAR, TLS)] for row in scene.rows]
    (lines, lines_over_tls), (cost, cost_over_tls), crowd = pairs
    told = [
        *(f"{lines / 1e6:.2f} M", f"{lines_over_tls / 1e6:.2f} M", f"{lines_over_tls / lines:.2f}"),
        *(f"{cost:.2f}", f"{cost_over_tls:.2f}", f"{cost_over_tls / cost:.1f}"),
        *(f"{part:.0%}" for part in crowd),
    ]
    return ["–" if "nan" in one else one for one in told]
