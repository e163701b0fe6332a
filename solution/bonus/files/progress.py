"""Says now and then how far a file is: with a bar where the package rich is there, in words where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable

TELL_SECONDS = 1.0  # at the least, between two lines about one file
WIDEST = 12  # columns of a name before a bar
LINES = 10  # at the most, about one file


def tell(name: str, done: int, size: int, seconds: float) -> None:
    """Print one line: so much of the file has travelled in so many seconds."""
    try:
        from rich.console import Console
        from rich.filesize import decimal
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
        from rich.table import Column
    except ImportError:
        print(f"{name}: {100 * done // size} % of {size:,} bytes", flush=True)
        return
    speed = TextColumn(f"{decimal(int(done / seconds))}/s", markup=False)
    what = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, max_width=WIDEST))
    bar = Progress(what, BarColumn(), DownloadColumn(), speed)
    bar.add_task(name, total=size, completed=done)
    Console(highlight=False).print(bar.get_renderable())


def told(name: str, size: int, sink: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Return a sink like `sink` that says now and then how many of `size` bytes it has got."""
    began = time.monotonic()
    done, next_line, next_done = 0, began + TELL_SECONDS, 0

    def counting(data: bytes) -> None:
        nonlocal done, next_line, next_done
        sink(data)
        done += len(data)
        if done >= next_done and (now := time.monotonic()) > next_line:
            tell(name, done, size, now - began)
            next_line, next_done = now + TELL_SECONDS, done + size // LINES

    return counting
