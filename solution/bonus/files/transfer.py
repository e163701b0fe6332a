"""How the bytes of a file travel: exactly as many as were promised, a piece at a time."""

from __future__ import annotations

import io
from collections.abc import Callable

AT_ONCE = 256 * 1024  # bytes in memory at a time, however long the file is


def pass_on(source: io.BufferedIOBase, sink: Callable[[bytes], object], size: int) -> None:
    """Give `size` bytes of `source` to `sink`, as they come. Raises ConnectionError where there are fewer."""
    # STEP bonus: Take a piece after the other with `source.read1`, which waits for some bytes and then
    # returns what is there, and call `sink` with each. Ask for no more than AT_ONCE, and for no more
    # than are still wanted: what comes after the last byte belongs to somebody else. Where nothing
    # comes, the source has ended: raise ConnectionError.
    wanted = size
    while wanted:
        data = source.read1(min(wanted, AT_ONCE))
        if not data:
            raise ConnectionError(f"{wanted} of {size} bytes are missing")
        sink(data)
        wanted -= len(data)
