"""Let a program that waits for a connection, with a time limit, lose its patience after a second."""

from __future__ import annotations

import select
import selectors
import socket
import sys
from typing import Any

from grading.stage.sockets import HURRIED_SECONDS, is_long

_select = select.select


def install() -> None:
    """Shorten the time limits of `select`, of selectors and of asyncio; `settimeout` knows by itself."""
    setattr(select, "select", select_soon)
    for name in ("SelectSelector", "PollSelector", "EpollSelector", "DevpollSelector", "KqueueSelector"):
        if selector := getattr(selectors, name, None):
            setattr(selector, "select", _losing_patience(selector.select))
    for name in ("listen", "connect"):
        setattr(socket.socket, name, _looking_for_asyncio(getattr(socket.socket, name)))


def select_soon(readers: Any, writers: Any, others: Any, seconds: float | None = None, /) -> Any:
    return _select(readers, writers, others, HURRIED_SECONDS if is_long(seconds) else seconds)


def _losing_patience(select: Any) -> Any:
    """Return `select` of a selector with time limits that are no longer than a second."""

    def select_soon_enough(self: Any, timeout: float | None = None) -> Any:
        return select(self, HURRIED_SECONDS if is_long(timeout) else timeout)

    return select_soon_enough


def _looking_for_asyncio(function: Any) -> Any:
    """Return `function`, before which one looks whether the program has asyncio: we import nothing in its stead."""

    def called(self: socket.socket, *args: Any) -> Any:
        if "asyncio" in sys.modules:
            _install_in_asyncio()
        return function(self, *args)

    return called


def _install_in_asyncio() -> None:
    from asyncio import base_events, futures

    if hasattr(base_events, "is_hurried"):
        return
    setattr(base_events, "is_hurried", True)
    call_at = base_events.BaseEventLoop.call_at
    end_of_sleep = getattr(futures, "_set_result_unless_cancelled", None)  # a pause is no time limit

    def call_soon_enough(self: Any, when: float, callback: Any, *args: Any, **options: Any) -> Any:
        now = self.time()
        if callback is not end_of_sleep and is_long(when - now):
            when = now + HURRIED_SECONDS
        return call_at(self, when, callback, *args, **options)

    setattr(base_events.BaseEventLoop, "call_at", call_soon_enough)
