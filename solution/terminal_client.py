"""The chat client for a real terminal: what arrives stands above the line that you are typing, which stays whole.

It is `chat_client.py` with another keyboard and another screen, both from prompt_toolkit
(python -m pip install -r solution/requirements.txt). One loop in the main thread looks after them;
the thread that reads from the network is the one that it has always been.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import queue
import sys
import threading

try:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.application import run_in_terminal
except ImportError:
    sys.exit("This client needs prompt_toolkit; chat_client.py does without. See solution/requirements.txt.")

import chat_client

MOST = 1000  # pieces of text that may wait for the terminal


class Above(io.TextIOBase):
    """The screen above the line being typed. Whoever prints faster than the terminal shows it, waits."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.printed: queue.Queue[str] = queue.Queue(MOST)
        self.came = asyncio.Event()
        self.rest = ""  # the beginning of a line that is not over yet

    def write(self, text: str) -> int:
        """Take `text` from the thread that reads."""
        self.printed.put(text)
        self.loop.call_soon_threadsafe(self.came.set)
        return len(text)

    async def show(self) -> None:
        """Show what was printed, all that there is at once, for ever."""
        while await self.came.wait():
            self.came.clear()
            await run_in_terminal(self.catch_up)

    def catch_up(self) -> None:
        """Write the whole lines among what was printed."""
        text = self.rest + "".join(self.printed.get_nowait() for _ in range(self.printed.qsize()))
        lines, newline, self.rest = text.rpartition("\n")
        print(lines, end=newline, file=sys.__stdout__, flush=True)


class TerminalClient(chat_client.ChatClient):
    """The conversation of one person, who sits at a terminal."""

    loop: asyncio.AbstractEventLoop | None = None
    typing: asyncio.Task[None]
    gone = False  # whether the server is

    def talk(self) -> None:
        """Send what the person types, line by line, until it is `quit`."""
        asyncio.run(self.type_and_read())

    async def type_and_read(self) -> None:
        """Look after the keyboard and the screen. Raises ConnectionError once the server is gone."""
        loop = asyncio.get_running_loop()
        session: PromptSession[str] = PromptSession()  # made here, where stdout is still the terminal
        self.typing = asyncio.create_task(self.type(session))
        self.loop = loop  # from now on, the other thread may cancel the typing
        if self.gone:
            self.typing.cancel()
        above = Above(loop)
        showing = asyncio.create_task(above.show())
        try:
            with contextlib.redirect_stdout(above):
                await self.typing
        except asyncio.CancelledError:
            if self.gone:
                raise ConnectionError from None
            raise
        finally:
            showing.cancel()
            above.catch_up()

    async def type(self, session: PromptSession[str]) -> None:
        """Ask for lines, and send them. Many lines that were pasted come as one text."""
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            while True:
                for line in (await session.prompt_async("> ")).splitlines():
                    if line == "quit":
                        return
                    if line:  # sending may take its time; what comes meanwhile is shown all the same
                        await asyncio.to_thread(self.send_message, line)

    def lost(self) -> None:
        """End the typing, which leaves the terminal as it was; the main thread then says why, and ends the program."""
        if threading.current_thread() is threading.main_thread():
            super().lost()
        self.gone = True
        if self.loop:
            with contextlib.suppress(RuntimeError):  # the typing is over already
                self.loop.call_soon_threadsafe(self.typing.cancel)


if __name__ == "__main__":
    sys.exit(chat_client.main(TerminalClient))
