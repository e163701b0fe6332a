"""What tasks of asyncio have raised that nobody has asked for yet, and perhaps nobody ever does."""

from __future__ import annotations

import gc
import sys
from typing import Any


def unretrieved() -> list[BaseException]:
    """Return the exceptions with which tasks have ended.

    Each of them is told to the program's log once its task is forgotten, and that may be never. We leave no trace: who
    asks for an exception as usual is taken for somebody who deals with it.
    """
    task: Any = getattr(sys.modules.get("asyncio"), "Task", None)
    if task is None:
        return []
    found = (one for one in gc.get_objects() if issubclass(type(one), task))
    return [one._exception for one in found if one.done() and getattr(one, "_log_traceback", False) and one._exception]
