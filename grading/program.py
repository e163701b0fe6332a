"""A student's program as the grader sees it: its port, its screen, its end, and what its stage reports."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading import stacks
from grading.copies import Copies
from grading.keyboard import Keyboard
from grading.launcher import Launcher, Process
from grading.machine import kept_waiting
from grading.output import Output
from grading.scratch import make_scratch
from grading.stage_line import STUCK_SECONDS, StageLine
from grading.zones import offset_where_it_is, zone

SLICE = 0.05  # seconds between two looks at whatever is awaited; also the time of one heartbeat
PATIENCE = 40  # heartbeats (see Program.patience) until something that does not come is missed
PATIENCE_FOR_START = 100 if hasattr(os, "fork") else 300  # without fork, what a program starts takes its time, too
PATIENCE_FOR_END = 80  # the protocol page allows 3 seconds, which are 60
WORD_FROM_STAGE = 4  # for what the stage told before the program went on
GRACE = 16  # heartbeats for the right thing to come once a wrong one has
BUSY_SECONDS = 1.0  # by which a wait exceeded its heartbeats, or for which threads got no core: that is the machine
LAST_WORDS_SECONDS = 5.0  # for what a program that has ended printed to reach us; a child of its may hold the screen
CLOCK = "15:33:41"  # what a program's clock shows as it starts: what is told does not depend on the time of day


class Unmet(AssertionError):
    """What a check expected did not come about."""

    def __init__(
        self, expected: str, got: str, because: str = "", late: bool = False, perhaps: str = "", missing: bool = True
    ) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.because = because
        self.perhaps = perhaps  # a reason that holds unless the program gave a better one
        self.late = late  # it may only have been too slow
        self.missing = missing  # something did not come; otherwise something came that was wrong


class CannotTell(Exception):
    """This system cannot try what a check is about: it counts for nothing. The message is a sentence that says why."""


@dataclass
class Production:
    """What all programs of one grading have in common. TooBig where there is too much in the work to be copied."""

    launcher: Launcher
    work: Path
    step: int  # of the grading: 1 to 5
    joins: bool = True  # whether this server knows JOIN
    seed: int | None = None  # of the one schedule to repeat, where races are looked for
    notes: list[str] = field(default_factory=list)  # on what could not be done as usual
    prompts: dict[str, set[str]] = field(default_factory=dict)  # that a program is known to show, by its name

    def __post_init__(self) -> None:
        self.scratch = make_scratch(self.work)
        try:
            self._copies = Copies(self.work, self.scratch)
        except BaseException:
            self.close()
            raise
        self.notes += self._copies.notes

    def copy_of_work(self) -> Path:
        """Return a fresh copy of the submission, so that no run sees what another one wrote."""
        return self._copies.fresh()

    def close(self) -> None:
        """Remove the copies."""
        shutil.rmtree(self.scratch, ignore_errors=True)


class Program:
    """One run of `chat_server.py` or `chat_client.py`."""

    def __init__(
        self, production: Production, name: str, args: tuple[str, ...] = (), clock: str = CLOCK, **settings: Any
    ) -> None:
        self.name = name
        self.production = production
        self.offset = offset_where_it_is(clock)  # seconds by which the program's local time is ahead of UTC
        self.starved = 0.0  # seconds by which the slowest wait so far exceeded its heartbeats
        self._pings = 0
        self.stage = StageLine()
        work = production.copy_of_work()
        self.process: Process = production.launcher.start(
            {
                "program": name,
                "args": args,
                "work": str(work),
                "source": str(work / name),
                "control": self.stage.port,
                "token": self.stage.token,
                "zone": zone(self.offset),
                **settings,
            }
        )
        self.changed = threading.Condition()
        self.out = Output(self.process.terminal, self.changed)
        prompts = production.prompts.setdefault(name, set())
        self.keyboard = Keyboard(self.process.terminal, self.out, prompts, lambda: self.ask("ping", number=-1))

    @property
    def exceptions(self) -> list[dict[str, Any]]:
        """What the stage reported about exceptions."""
        return self.stage.exceptions

    @property
    def listening(self) -> list[tuple[int, int]]:
        """Address families and ports at which the program listens."""
        return self.stage.listening

    # What the stage reports

    def listen_to_stage(self, seconds: float = 0.0) -> None:
        """Take in whatever the stage has said; wait up to `seconds` for something."""
        if self.stage.was_open and not self.stage.is_open:
            time.sleep(seconds)
        else:
            self.stage.listen(seconds)

    def ask(self, what: str, seconds: float = 5.0, **details: Any) -> Any:
        """Ask the stage something and return its answer, or None if it does not answer."""
        self.stage.replies.pop(what, None)
        if not self.stage.send(what, **details):
            return None
        deadline = time.monotonic() + seconds
        while what not in self.stage.replies and time.monotonic() < deadline and self.running:
            self.listen_to_stage(SLICE)
        return self.stage.replies.get(what)

    # Waiting

    @property
    def running(self) -> bool:
        return self.process.wait(0) is None

    @property
    def is_starved(self) -> bool:
        """Tell whether the machine was too busy for this run of the program to be blamed where it came too late."""
        return self.starved >= BUSY_SECONDS or kept_waiting(self.process.pid) >= BUSY_SECONDS

    def patience(self, beats: int) -> Iterator[float]:
        """Yield how many seconds to wait next, until the program had `beats` heartbeats to do its work.

        A heartbeat is a question that the program's process answered, one per SLICE at the most: where the
        machine is too busy to run the program, its heart beats slowly and the patience lasts longer.
        """
        self._wait_for_stage()  # where each interpreter starts afresh, that takes its time on a busy machine
        counted = 0
        started = time.monotonic()
        while counted < beats:
            if not self.running:
                yield SLICE  # its last words may still be on the way
                return
            self._pings += 1
            asked = time.monotonic()
            silent = not self.stage.send("ping", number=self._pings)
            answered = False
            while not answered or time.monotonic() < asked + SLICE:
                yield max(0.001, min(SLICE, asked + SLICE - time.monotonic()))
                self.listen_to_stage()
                answered = silent or self.stage.replies.get("ping") == self._pings or not self.running
                if time.monotonic() > asked + STUCK_SECONDS:
                    return
            counted += 1
            starved = time.monotonic() - started - counted * SLICE
            self.starved = max(self.starved, starved)

    def wait_for_screen(self, seen: Callable[[], bool], beats: int) -> bool:
        """Wait until `seen()`; False if it never was."""
        for seconds in self.patience(beats):
            with self.changed:
                if self.changed.wait_for(seen, seconds):
                    return True
        return seen()

    def wait_for_port(self, beats: int) -> tuple[int, int]:
        """Return address family and port as soon as the program listens; Unmet if it never does."""
        for seconds in self.patience(beats):
            self.listen_to_stage(0 if self.listening else seconds)
            if self.listening:
                return self.listening[0]
        expected = "the server to listen for connections"
        status = self.wait_for_end(0)
        if status is None:
            raise Unmet(expected, "it runs, but does not listen", self.where_it_stands(), late=True)
        if self.exceptions:
            raise Unmet(expected, "it crashed before it listened")
        raise Unmet(expected, f"it ended with exit status {status} before it listened")

    def where_it_connected(self) -> tuple[str, int] | None:
        """Return for which host and port the program asked when it connected last, if its stage tells."""
        for seconds in self.patience(WORD_FROM_STAGE):
            if self.stage.connecting:
                return self.stage.connecting[-1]
            self.listen_to_stage(seconds)
        return None

    def _wait_for_stage(self) -> None:
        deadline = time.monotonic() + 2 * STUCK_SECONDS
        while not self.stage.was_open and self.running and time.monotonic() < deadline:
            self.listen_to_stage(SLICE)

    def wait_for_end(self, beats: int) -> int | None:
        """Return the exit status once the program has ended by itself, or None."""
        for seconds in self.patience(beats):
            if self.process.wait(seconds) is not None:
                break
        status = self.process.wait(0)
        if status is not None:
            self.hear_last_words()
        return status

    def hear_last_words(self) -> None:
        """Take in what the program said on its way out."""
        self.out.wait_for_end(LAST_WORDS_SECONDS)
        for _ in range(3):
            self.listen_to_stage()

    def interrupt(self) -> bool:
        """Press Ctrl+C; return whether that would wake the program if it waits for what is typed."""
        self.process.terminal.interrupts()
        return self.process.terminal.has_keys or self.ask("interrupt") is not False

    def where_it_stands(self) -> str:
        """Say where the program's threads stand, as far as the student can make use of it."""
        main_first = self.name == "chat_client.py" or not self.listening
        return stacks.told(self._stacks(), main_first)

    def where_it_lingers(self) -> str:
        """Say what keeps the program from ending: its main thread, or the others if that has come to its end."""
        return stacks.told_lingering(self._stacks())

    def where_it_hangs(self) -> str:
        """Say which threads wait for a lock, if any do."""
        return stacks.told([entry for entry in self._stacks() if "waits_for" in entry])

    def each_thread(self) -> list[str]:
        """Say where every thread of the program stands, a line each."""
        return stacks.each_thread(self._stacks())

    def _stacks(self) -> list[dict[str, Any]]:
        return self.ask("stacks", seconds=1.0) or []

    def close(self) -> None:
        """End the program, whatever it is doing."""
        self.production.launcher.end(self.process)
        self.stage.close()
