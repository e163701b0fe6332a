"""Says now and then how far a file is: with a bar where the package rich is there, in words where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable

TELL_SECONDS = 1.0  # between two lines about one file


def tell(name: str, done: int, size: int, seconds: float) -> None:
    """Print one line: so much of the file has travelled in so many seconds."""
    try:
        from rich.console import Console
        from rich.filesize import decimal
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
    except ImportError:
        print(f"{name}: {100 * done // size} % of {size:,} bytes", flush=True)
        return
    speed = TextColumn(f"{decimal(int(done / seconds))}/s", markup=False)
    bar = Progress(TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), speed)
    bar.add_task(name, total=size, completed=done)
    Console(highlight=False).print(bar.get_renderable())


def told(name: str, size: int, sink: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Return a sink like `sink` that says, once a second, how many of `size` bytes it has got."""
    began = time.monotonic()
    done, next_line = 0, began + TELL_SECONDS

    def counting(data: bytes) -> None:
        nonlocal done, next_line
        sink(data)
        done += len(data)
        if (now := time.monotonic()) > next_line:
            tell(name, done, size, now - began)
            next_line = now + TELL_SECONDS

    return counting
