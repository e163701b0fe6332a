"""The line between the program's process and the grader; what goes over it is listed in `messages`.

A process that the program forks or starts has a line of its own.
"""

from __future__ import annotations

import _thread
import contextlib
import gc
import json
import logging
import os
import signal
import socketserver
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from grading.stage import confining, ended, holding, idling, keys, leaping, shaking, sockets, tasks, threads
from grading.stage.messages import Report, Request

ANSWERS = {  # to what asks for something, and has no details
    "stacks": threads.stacks,
    "ended": ended.ended,
    "unstarted": ended.unstarted,
    "loops": idling.loops,
    "settle": shaking.settle,
    "sender": holding.main_has_sent,
    "interrupt": keys.press_ctrl_c,
}
CALLERS = ("asyncio", "websockets.")  # libraries that log an exception of a handler, and go on: their loggers


class Control:
    """The stage's end of the line."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.token = token
        self._call()

    def _call(self) -> None:
        self.process = os.getpid()
        self.sending = _thread.allocate_lock()
        self.sock = sockets.connect_to_grader(self.port)
        self.tell({"hello": self.token})

    def tell(self, report: Report) -> None:
        """Say something. The grader may be gone; that must not hurt the program."""
        try:
            if self.process != os.getpid():  # the program forked
                self._call()
                self.serve()
            with self.sending:
                self.sock.sendall(json.dumps(report).encode() + b"\n")
        except OSError:
            pass

    def tells_of(self, error: BaseException) -> None:
        """Tell of an exception, if a line of the program's has raised it: else it is about who has called that."""
        raised = threads.describe(error, error.__traceback__)
        if raised["places"]:
            self.tell({"exception": raised})

    def serve(self) -> None:
        """Answer the grader until it hangs up, in a thread that the threading module does not list."""
        with _signals_left_to_the_program():
            _thread.start_new_thread(self._answer_all, ())

    def _answer_all(self) -> None:
        try:
            with self.sock.makefile("rb") as requests:
                for line in requests:
                    request: Request = json.loads(line)
                    self.tell({"to": request["do"], "reply": self._answer(request)})
        except OSError:
            pass

    def _answer(self, request: Request) -> object:
        if request["do"] == "ping":
            return request["number"]
        if answers := ANSWERS.get(request["do"]):
            return answers()
        if request["do"] == "shallow" and sockets.current:
            sockets.current.make_shallow(request["on"])
        elif request["do"] == "shake":
            shaking.begin(request["turn"], request["apart"])
        elif request["do"] == "disk":
            return confining.lets_files_grow(request["most_bytes"])
        elif request["do"] == "leap":
            leaping.leap(request["seconds"])
        elif request["do"] == "rest":
            shaking.wait_for_rest()
        elif request["do"] == "go on":
            holding.go_on()
        elif request["do"] == "collect" and "asyncio" in sys.modules:
            gc.collect()  # a task that nobody waits for tells what it has raised once it is forgotten
            for error in tasks.unretrieved():
                self.tells_of(error)
        return None


@contextlib.contextmanager
def _signals_left_to_the_program() -> Iterator[None]:
    """Let no signal come to a thread that is started here: a program may block Ctrl+C in all of its own."""
    if sys.platform == "win32":
        yield
        return
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def report_exceptions(control: Control) -> None:
    """Tell the grader about every exception that ends the program, a thread or a request handler."""
    print_it, print_thread, handle_error = sys.excepthook, threading.excepthook, socketserver.BaseServer.handle_error

    def tell(error: BaseException, traceback: TracebackType | None) -> None:
        control.tell({"exception": threads.describe(error, traceback)})

    def in_main(kind: Any, error: BaseException, traceback: TracebackType | None) -> None:
        while traceback and not threads.is_own(traceback.tb_frame.f_code.co_filename):
            traceback = traceback.tb_next
        tell(error, traceback)
        print_it(kind, error.with_traceback(traceback), traceback)

    def in_thread(details: Any) -> None:
        if details.exc_value is not None and details.exc_type is not SystemExit:
            tell(details.exc_value, details.exc_traceback)
        print_thread(details)

    def in_handler(self: Any, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            tell(error, error.__traceback__)
        handle_error(self, request, client_address)

    sys.excepthook = in_main
    threading.excepthook = in_thread
    setattr(socketserver.BaseServer, "handle_error", in_handler)
    _report_logged(control)


def _report_logged(control: Control) -> None:
    """Tell the grader what libraries log that call handlers of the program, if one of these has raised it."""
    handle = logging.Logger.handle

    def in_log(self: logging.Logger, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info and record.name.startswith(CALLERS) else None
        if error:
            control.tells_of(error)
        handle(self, record)

    setattr(logging.Logger, "handle", in_log)
