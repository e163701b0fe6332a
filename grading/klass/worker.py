"""A process that grades one submission after another: orders come in, and grades go out, a line each."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable
from typing import IO

from grading.course import GRADED
from grading.grade import How, grade
from grading.klass.parcel import Order, line
from grading.results.json import as_json
from grading.results.values import CheckResult
from grading.system import families


def serve(source: IO[bytes], out: IO[bytes], ends: Callable[[], object]) -> None:
    """Do what comes in. When nobody is there any more to give orders, end all that was started, and call `ends`."""
    families.adopts_orphans()
    orders: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(source, orders, ends), daemon=True).start()
    while True:
        _grade(orders.get(), out)


def _listen(source: IO[bytes], orders: queue.Queue[bytes], ends: Callable[[], object]) -> None:
    for order in source:
        orders.put(order)
    with contextlib.suppress(Exception):  # whatever else happens, this process must not stay
        families.end_descendants(os.getpid())
    ends()


def _grade(data: bytes, out: IO[bytes]) -> None:
    order = Order.from_line(data)
    done = 0

    def progresses(_: CheckResult, left: int) -> None:
        nonlocal done
        done += 1
        _say(out, line({"done": done, "left": left}))

    found = grade(order.submission, GRADED[order.exercise], How(progresses, order.seed, order.only))
    families.end_descendants(os.getpid())  # what it left behind would slow the next one down
    _say(out, line({"grade": as_json(found)}))


def _say(out: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[out.write(rest) :]
