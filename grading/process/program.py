"""A student's program as the grader sees it: its port, its screen, its end, and what its stage reports."""

from __future__ import annotations

import errno
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grading.process import reports
from grading.process.forking import CannotStart
from grading.process.hope import Doubt
from grading.process.keyboard import Keyboard
from grading.process.output import Output
from grading.process.patience import (
    ANSWER_SECONDS,
    AT_ONCE_SECONDS,
    BETWEEN_TRIES,
    BUSY_SECONDS,
    CALM_SECONDS,
    CONNECTING_SECONDS,
    ENOUGH_SECONDS,
    FRONT_DOOR,
    GOING_ON,
    LAST_WORDS_SECONDS,
    NOTICE,
    PATIENCE,
    PATIENCE_FOR_END,
    PEEK_SECONDS,
    SLICE,
    STACKS_SECONDS,
    WORD_FROM_STAGE,
    Heart,
)
from grading.process.production import Production
from grading.process.rest import Rest
from grading.process.stage_line import StageLine
from grading.process.started import Process
from grading.results.causes import Cause, Place, Raised, Thread
from grading.results.unmet import Unmet
from grading.stage.messages import Options, Request, Settings
from grading.system import blocked, families, wire
from grading.system.machine import has_run, kept_waiting, knows_waiting, times_of_threads
from grading.system.zones import offset_where_it_is, zone
from grading.telling import stacks

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

FULL = {getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT")}
NO_BEAT = -1  # the number of a heartbeat that nobody counts
TO_LISTEN = "the server to listen for connections"
CRASHED = "it crashed before anybody could come"
CLOCK = "15:33:41"  # what a program's clock shows as it starts: what is told does not depend on the time of day


class Program:
    """One run of a student's program."""

    stands_alone = True  # nothing but the grader and the program itself makes it do anything
    rested = False  # the latest wait for it came to its end because it does nothing more by itself
    is_interrupted = False  # by Ctrl+C
    _was_reached = False  # by a connection

    def __init__(
        self,
        production: Production,
        name: str,
        args: tuple[str, ...] = (),
        clock: str = CLOCK,
        **options: Unpack[Options],
    ) -> None:
        self.name = name
        self.production = production
        self.offset = offset_where_it_is(clock)  # seconds by which the program's local time is ahead of UTC
        self.heart = Heart(self, production.allowance)
        self._busy = kept_waiting(os.getpid())
        self.stage = StageLine()
        self._work, self._place = self._copies()
        self.process: Process = self._start(self._settings(args, options))
        self.changed = threading.Condition()
        self.out = Output(self.process.terminal, self.changed, production.allowance)
        prompts = production.prompts.setdefault(name, set())
        self.keyboard = Keyboard(self.process.terminal, self.out, prompts, self.is_awake, self.listens)

    def _copies(self) -> tuple[Path, dict[str, str]]:
        """Return a folder to run in, and a home; Unmet if the runs before have left no room for one."""
        try:
            return self.production.copy_of_work(), self.production.place_of_a_run()
        except OSError as error:
            if error.errno not in FULL or not self.production.launcher.place.is_limited:
                raise
            self.stage.close()
            raise Unmet(f"{self.name} to leave room on the disk", "all that it may fill is full") from None

    def _settings(self, args: tuple[str, ...], options: Options) -> Settings:
        """Return what the stage is told."""
        return {
            "program": self.name,
            "args": args,
            "work": str(self._work),
            "source": str(self._work / self.name),
            "control": self.stage.port,
            "token": self.stage.token,
            "zone": zone(self.offset, options.get("summer")),
            **options,
            "environ": {**self._place, **options.get("environ", {})},
        }

    def _start(self, settings: Settings) -> Process:
        try:
            return self.production.launcher.start(settings)
        except CannotStart as error:
            self.stage.close()
            raise Unmet(f"{self.name} to start", f"the system refuses: {error}") from None

    @property
    def exceptions(self) -> list[Raised]:
        """What the stage reported about exceptions."""
        return self.stage.exceptions

    @property
    def pid(self) -> int:
        """The number of its process in the system."""
        return self.process.pid

    @property
    def listening(self) -> list[tuple[int, int]]:
        """Address families and ports at which the program listens."""
        return self.stage.listening

    def connects(self, receive_bytes: int = 0, segment_bytes: int = 0) -> socket.socket:
        """Return a connection to where the program listens; OSError if it is refused, Unmet if it crashed at once.

        Its receive buffer holds so many bytes, if that is not 0: a server finds out sooner that nobody reads. And its
        segments are no longer than so many, if that is not 0 and the system knows how.
        """
        family, port = self.listening[0]
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            if receive_bytes:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            if segment_bytes:
                wire.keep_segments_short(sock, segment_bytes)
            sock.settimeout(CONNECTING_SECONDS)
            sock.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            sock.close()
            if not self._was_reached and self.wait_for_end(GOING_ON) is not None and self.exceptions:
                raise Unmet(TO_LISTEN, CRASHED) from None
            raise
        self._was_reached = True
        return sock

    # What the stage reports

    def listen_to_stage(self, seconds: float = 0.0) -> None:
        """Take in whatever the stage has said; wait up to `seconds` for something."""
        self.stage.listen(seconds)

    def is_awake(self) -> bool:
        """Wait until the program's process answers us; False if it does not."""
        return self.ask({"do": "ping", "number": NO_BEAT}) is not None

    def listens(self) -> bool | None:
        """Tell whether it waits for something to be typed, or to come; None if nobody can tell."""
        known = self.loops()
        return blocked.listens(self.pid, known[:1]) if known else None

    def comes_to_rest(self) -> None:
        """Wait until its threads do nothing any more, as far as its system can tell; not for those that never rest."""
        self.ask({"do": "rest"})

    def ask(self, request: Request, seconds: float = ANSWER_SECONDS) -> Any:
        """Ask the stage something and return its answer, or None if it does not answer."""
        what = request["do"]
        self.stage.replies.pop(what, None)
        if not self.stage.send(request):
            return None
        if self.heart.was_held:  # who could not answer for many seconds will hardly do so now
            seconds = SLICE
        deadline = time.monotonic() + min(seconds, self.production.allowance.stuck_seconds)
        while what not in self.stage.replies and time.monotonic() < deadline and self.running:
            self.listen_to_stage(SLICE)
        return self.stage.replies.get(what)

    # Waiting

    @property
    def running(self) -> bool:
        return self.process.wait(0) is None

    @property
    def floods(self) -> bool:
        """Whether it prints and prints, although nothing that anybody says to it can be so much."""
        return self.out.is_endless and not self.listening

    @property
    def is_calm(self) -> bool:
        """Tell whether the program, which runs, had all the time that it was given: only where the system knows."""
        if self.rested or self.heart.was_held:
            return True
        waited = times_of_threads(self.process.pid)
        behind = max(self.heart.behind, sum(seconds for _, seconds in waited.values()))
        return bool(waited) and behind < CALM_SECONDS

    @property
    def is_starved(self) -> bool:
        """Tell whether the machine was too busy for this run of the program to be blamed where it came too late."""
        if self.heart.was_held or self.floods or has_run(self.process.pid) >= ENOUGH_SECONDS:
            return False
        if kept_waiting(self.process.pid) >= BUSY_SECONDS:
            return True
        own = not knows_waiting() or kept_waiting(os.getpid()) - self._busy >= BUSY_SECONDS
        return own and self.heart.behind >= BUSY_SECONDS  # else it is the program that takes its time

    def patience(self, beats: int) -> Iterator[float]:
        """Yield how many seconds to wait next, until the program had `beats` heartbeats to do its work.

        It ends sooner if there is proof that nothing more can come.
        """
        self.rested = False
        return self._beats(beats)

    def _beats(self, beats: int) -> Iterator[float]:
        self._wait_for_stage()  # where each interpreter starts afresh, that takes its time on a busy machine
        rest = Rest(self)
        if beats in (PATIENCE, PATIENCE_FOR_END):
            yield from self.heart.beats(beats, Doubt(self), rest)
        else:
            yield from self.heart.beats(beats, lambda: self.floods, rest)
        self.rested = rest.is_proven

    def passes(self, beats: int, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Let so many heartbeats of the program go by, or fewer where it `is_enough` after one."""
        for seconds in self.patience(beats):
            time.sleep(seconds)
            if is_enough():
                return

    def leaps(self, seconds: float) -> None:
        """Let its clocks, which it was started with so that they can leap, go on by so many seconds at once."""
        self.ask({"do": "leap", "seconds": seconds})
        self.passes(NOTICE)  # somebody may have waited for that

    def tries(self, beats: int) -> Iterator[None]:
        """Yield at once, and as often as it makes sense to look for what is to become true within `beats` heartbeats.

        After the program has come to rest, that is once more: nothing changes any more.
        """
        yield
        for _ in range(0, beats, BETWEEN_TRIES):
            self.passes(BETWEEN_TRIES)
            has_rested = self.rested
            yield
            if has_rested:
                self.rested = True  # it has answered meanwhile
                break

    def asks_for_beat(self, number: int) -> bool:
        """Ask the stage for the heartbeat with this number; False where nobody is there to answer."""
        return self.stage.send({"do": "ping", "number": number})

    def felt_beat(self) -> int | None:
        """Take in what the stage has said; return the number of the latest heartbeat."""
        self.listen_to_stage()
        beat: int | None = self.stage.replies.get("ping")
        return beat

    def longest_kept_waiting(self) -> float | None:
        """Return for how many seconds a thread of it wanted a processor and got none; None where nobody can tell."""
        return max((waited for _, waited in times_of_threads(self.process.pid).values()), default=None)

    def wait_for_screen(self, seen: Callable[[], bool], beats: int) -> bool:
        """Wait until `seen()`; False if it never was."""
        for seconds in itertools.chain((AT_ONCE_SECONDS,), self.patience(beats)):
            with self.changed:
                if self.changed.wait_for(seen, seconds):
                    return True
            if self.floods:  # what one waits for has scrolled out of sight, if it ever was there
                break
        return seen()

    def wait_for_port(self, beats: int) -> tuple[int, int]:
        """Return address family and port as soon as the program listens; Unmet if it never does."""
        has_waited = False
        for seconds in self.patience(beats):
            self.listen_to_stage(0 if self.listening else seconds)
            if self.floods:
                break
            while self.listening:
                if not self.production.launcher.owns(self.process, port := self.listening[0][1]):
                    self.stage.does_not_listen(port)
                elif not has_waited and not self.stage.has_front_door:
                    has_waited = True
                    self.passes(FRONT_DOOR, lambda: self.stage.has_front_door)
                else:
                    self.production.mute.discard(self.name)
                    return self.listening[0]
        status = self.wait_for_end(0)
        if status is None:
            self.production.mute.add(self.name)
            stands = self.where_it_stands()
            if stands and stands.code == "stands-there":
                stands = Cause("does-not-listen", stands.sentence, stands.place)
            got = "it prints without end, and does not listen" if self.floods else "it runs, but does not listen"
            raise Unmet(TO_LISTEN, got, stands, late=not self.floods)
        if self.exceptions:
            raise Unmet(TO_LISTEN, CRASHED)
        raise Unmet(TO_LISTEN, f"it ended with exit status {status} before it listened")

    def reads(self, port: int, from_port: int, beats: int = PATIENCE) -> bool:
        """Wait until the program has read what came to its `port`, as far as this system can tell; tell if it has."""
        return self._comes_to(lambda: not wire.unread(port, from_port), beats)

    def lets_in_all(self) -> None:
        """Wait until the program has accepted all who came, as far as this system can tell."""
        port = self.listening[0][1]
        self._comes_to(lambda: not wire.at_the_door(port), PATIENCE)

    def _comes_to(self, is_so: Callable[[], bool], beats: int) -> bool:
        """Look often whether something is so, which nobody tells us; return whether it was in the end."""
        for seconds in self.patience(beats):
            if is_so():
                return True
            time.sleep(min(seconds, PEEK_SECONDS))
        return is_so()

    def where_it_connected(self) -> tuple[str, int] | None:
        """Return for which host and port the program asked when it connected last, if its stage tells."""
        for seconds in self.patience(WORD_FROM_STAGE):
            if self.stage.connecting:
                return self.stage.connecting[-1]
            self.listen_to_stage(seconds)
        return None

    def _wait_for_stage(self) -> None:
        deadline = time.monotonic() + 2 * self.production.allowance.stuck_seconds
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
        self.is_interrupted = True
        self.process.terminal.interrupts()
        return self.process.terminal.has_keys or self.ask({"do": "interrupt"}) is not False

    @property
    def is_at_desk(self) -> bool:
        """Whether it matters what is typed and shown there: a server need not even have a terminal, until Ctrl+C."""
        return self.is_interrupted or not self.listening

    @property
    def control_port(self) -> int:
        """The port of its stage's line to us."""
        return self.stage.port

    def loops(self) -> list[int]:
        """Return the stage's thread and those that do nothing although a clock wakes them, in the program's numbers."""
        return reports.numbers(self.ask({"do": "loops"}, seconds=STACKS_SECONDS))

    @property
    def has_helpers(self) -> bool:
        """Whether processes run that the program has started."""
        return bool(families.descendants(self.process.pid))

    def threads(self) -> list[Thread]:
        """Return where the program's threads stand, as far as the stage tells."""
        return reports.threads(self.ask({"do": "stacks"}, seconds=STACKS_SECONDS))

    def ended(self) -> list[Place]:
        """Return where the functions begin that threads of the program have run, and that none runs any more."""
        return reports.places(self.ask({"do": "ended"}, seconds=STACKS_SECONDS))

    def unstarted(self) -> list[Place]:
        """Return where threads of the program were made for functions that no thread has ever run."""
        return reports.places(self.ask({"do": "unstarted"}, seconds=STACKS_SECONDS))

    def where_it_stands(self) -> Cause | None:
        """Say where the program's threads stand, as far as the student can make use of it."""
        return stacks.told(self.threads(), main_first=not self.listening)

    def close(self) -> None:
        """End the program, whatever it is doing."""
        self.production.launcher.end(self.process)
        self.production.removes_copy(self._work)
        self.production.removes_place(self._place)
        self.stage.close()
