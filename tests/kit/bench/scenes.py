"""What is measured: the scenes that a crowd plays with each server, and the figures that are taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from grading.system.processes import kilobytes
from tests.kit.bench.crowd import PATIENCE, Crowd, flood, pace, percentile, stuff, talk

SECONDS = 2.0  # of talking in each measurement
STUFFING = 8_000_000  # bytes said to a stalled reader: more than the system keeps for it
RATE = 50  # lines a second, where delays are measured

Measure = Callable[[Crowd, int], float]  # of a crowd and the process id of the server


@dataclass(frozen=True)
class Row:
    """One figure, and whether more is better."""

    name: str
    unit: str
    measure: Measure
    more_is_better: bool = False


@dataclass(frozen=True)
class Scene:
    """So many clients, and what is measured with them, one after the other."""

    clients: int
    rows: tuple[Row, ...]


def milliseconds_of_delay(part: float) -> Measure:
    """Return a measure of how long `part` of all lines take at the most; for all such measures, lines are said once."""

    def measure(crowd: Crowd, pid: int) -> float:
        if crowd.delays is None:
            crowd.delays = pace(crowd, RATE, SECONDS)
        return 1000 * percentile(crowd.delays, part)

    return measure


def delay_beside_a_stalled_reader(crowd: Crowd, pid: int) -> float:
    """Return how many times longer a line takes once somebody reads nothing of a few megabytes."""
    before = percentile(pace(crowd, RATE, SECONDS), 0.99)
    crowd.stops_reading(crowd.members[-1])
    stuff(crowd, STUFFING)
    return percentile(pace(crowd, RATE, SECONDS), 0.99) / before


def milliseconds_until_resets_are_told(crowd: Crowd, pid: int) -> float:
    """Break half of all connections at once; return how long it takes until everyone left has heard of each."""
    leavers, stayers = crowd.members[: len(crowd.members) // 2], crowd.members[len(crowd.members) // 2 :]
    left = dict.fromkeys((member.name for member in stayers), 0)
    for member in stayers:
        member.on_data = lambda data, name=member.name: left.update({name: left[name] + crowd.dialect.count_left(data)})
    started = time.monotonic()
    crowd.resets(leavers)
    crowd.serve(until=lambda: min(left.values()) >= len(leavers), seconds=PATIENCE)
    taken = 1000 * (time.monotonic() - started)
    return taken if min(left.values()) >= len(leavers) else float("nan")


def kilobytes_of_a_client(crowd: Crowd, pid: int) -> float:
    return (kilobytes(pid, "VmRSS") - crowd.memory_before) / len(crowd.members)


def flood_by(speakers: int, sends: int = 1) -> Measure:
    return lambda crowd, pid: flood(crowd, speakers, SECONDS, sends)


def talk_by_all(crowd: Crowd, pid: int) -> float:
    return talk(crowd, SECONDS * max(1.0, len(crowd.members) / 1000))


def seconds_to_join(crowd: Crowd, pid: int) -> float:
    return crowd.seconds_to_come


SCENES = [
    *[Scene(n, (Row(f"flood, 1 to {n}", "lines/s", flood_by(1), True),)) for n in (10, 100, 500)],
    *[Scene(n, (Row(f"flood, 10 to {n}", "lines/s", flood_by(10), True),)) for n in (100, 500)],
    *[Scene(n, (Row(f"talk, {n}", "lines/s", talk_by_all, True),)) for n in (100, 500)],
    Scene(
        100,
        (
            Row("delay, median", "ms", milliseconds_of_delay(0.5)),
            Row("delay, p99", "ms", milliseconds_of_delay(0.99)),
        ),
    ),
    Scene(20, (Row("stalled reader", "times", delay_beside_a_stalled_reader),)),
    Scene(400, (Row("200 of 400 reset", "ms", milliseconds_until_resets_are_told),)),
    Scene(2000, (Row("join, 2000", "s", seconds_to_join), Row("memory, idle", "kB", kilobytes_of_a_client))),
    Scene(5000, (Row("join, 5000", "s", seconds_to_join), Row("talk, 5000", "lines/s", talk_by_all, True))),
]
LEGEND = """
flood: so many people say as much as they can to so many. talk: everybody speaks, and again once it came back.
delay: of a line to each of 100, at 50 lines a second. stalled reader: by what factor one who stops reading changes
the p99 of the others. reset: until all know that half of them broke off. join: until so many are in.
memory: of the server for each of 2000 idle clients. –: not all could join in time, or the server stood still.
"""
