"""Which threads do nothing by themselves although a clock wakes them."""

from __future__ import annotations

import threading
from _thread import get_native_id
from socketserver import BaseServer
from types import FrameType

from grading.stage.threads import native, others_frames


def loops() -> list[int]:
    """Return the numbers of this thread, and of those in which a server waits for its next connection.

    Such a server looks up every half a second. One with `service_actions` of its own does something each time.
    """
    frames = others_frames()
    waiting = [thread for thread in threading.enumerate() if _waits(frames.get(thread.ident or 0))]
    return [get_native_id(), *map(native, waiting)]


def _waits(frame: FrameType | None) -> bool:
    caller = frame.f_back if frame and frame.f_code.co_name == "select" else None
    if caller is None or caller.f_code is not BaseServer.serve_forever.__code__:
        return False
    return type(caller.f_locals["self"]).service_actions is BaseServer.service_actions
