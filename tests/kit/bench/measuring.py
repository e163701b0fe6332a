"""Each server in turn, scene by scene, in calm moments, and the medians."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from grading.system.processes import kilobytes
from tests.kit.bench.crowd import Crowd
from tests.kit.bench.peers import Peer
from tests.kit.bench.scenes import Scene

JOINING = 0.04  # seconds for each who comes, until we give up on whoever has not joined
LEAST_JOINING = 60.0
MOST_STOLEN = 0.1  # of the time of a measurement, by other machines on the same hardware
CALM_SECONDS = 30.0  # for which we look for a measurement in which less was stolen
NONE = float("nan")

Figures = dict[tuple[str, str], float]  # by the names of row and server


def measure(scene: Scene, peer: Peer) -> list[float]:
    """Return a figure for each row; none where the server did not seat everyone or did not come to an end."""
    coming = max(LEAST_JOINING, JOINING * scene.clients)
    with peer.running() as (port, process):
        crowd = Crowd(port, peer.dialect(), peer.context)
        try:
            crowd.come(1)
            crowd.memory_before = kilobytes(process.pid, "VmRSS")
            if crowd.come(scene.clients - 1, peer.at_once, coming) < scene.clients - 1:
                return [NONE] * len(scene.rows)
            return [row.measure(crowd, process.pid) or NONE for row in scene.rows]
        except OSError:
            return [NONE] * len(scene.rows)
        finally:
            crowd.goes()


def stolen() -> float:
    """Return the seconds, of all processors together, that other machines have taken from this one."""
    every_processor = Path("/proc/stat").read_text().splitlines()[0].split()
    return int(every_processor[8]) / os.sysconf("SC_CLK_TCK")


def measure_in_a_calm_moment(scene: Scene, peer: Peer) -> list[float]:
    """Measure; where other machines took too much meanwhile, measure again, but not for ever."""
    end = time.monotonic() + CALM_SECONDS
    while True:
        started, before = time.monotonic(), stolen()
        figures = measure(scene, peer)
        now = time.monotonic()
        if stolen() - before <= MOST_STOLEN * (now - started) or now >= end:
            return figures


def measure_with_patience(scene: Scene, peer: Peer, tries: int) -> list[float]:
    """Measure, so many times at the most, until there is a figure for each row."""
    for _ in range(tries - 1):
        figures = measure_in_a_calm_moment(scene, peer)
        if all(value == value for value in figures):
            return figures
    return measure_in_a_calm_moment(scene, peer)


def figures_of(scene: Scene, servers: list[Peer], rounds: int, tries: int = 1) -> Figures:
    """Measure all in turn, so many times, and return the medians; who fails so many `tries` is left alone."""
    taken: dict[str, list[list[float]]] = {peer.name: [] for peer in servers}
    for _ in range(rounds):
        for peer in servers:
            if all(value == value for values in taken[peer.name] for value in values):
                taken[peer.name].append(measure_with_patience(scene, peer, tries))
    return {
        (row.name, name): statistics.median(values) if all(value == value for value in values) else NONE
        for name, measured in taken.items()
        for row, values in zip(scene.rows, zip(*measured, strict=True), strict=True)
    }
