"""How long anybody waits for anything: all of it is here.

What a program must do is waited for in heartbeats, not in seconds: where the machine is too busy to run the program,
its heart beats slowly, and the patience lasts longer. What a program that is started by hand must do, where no heart
can be heard, and what only the grader or the system must do, is waited for in seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from typing import Protocol

# Looks at what is awaited, in seconds from one to the next
SLICE = 0.05  # also the time of one heartbeat
AT_ONCE_SECONDS = 0.01  # for which one waits before the first heartbeat is asked for: most answers come sooner
GLANCE_SECONDS = 0.01  # at a screen, for a prompt; at a program that was started by hand
PEEK_SECONDS = SLICE / 20  # at what the system knows

# A server or a client, in heartbeats
PATIENCE = 40  # until something that does not come is missed
PATIENCE_FOR_START = 100 if hasattr(os, "fork") else 300  # without fork, what a program starts takes its time, too
PATIENCE_FOR_END = 80  # the protocol page allows 3 seconds, which are 60
PATIENCE_FOR_PAGE = 120  # until something that does not come to a page is missed: it may wait before it tries again
PATIENCE_FOR_AN_ANSWER = 160  # of a client in a hurry: the protocol page allows a minute, which is a second then
GRACE = 16  # for the right thing to come once a wrong one has
HUSH = PATIENCE  # in which nobody in a conversation hears anything, until what does not come is missed
HOPE = 10  # for something to come although there is proof that it cannot, or although nothing like it ever did
KNOCK = 10  # for the echo by which a newcomer knows that the server counts it in
FRONT_DOOR = 10  # for a server that listens somewhere to listen at the port of the page, too; less where it rests
FIRST_QUESTION = 30  # for a client to come to its first question, once it has shown something; less where it rests
SILENCE_KEPT = 24  # for a program that is in a hurry to lose its patience with those who say nothing
BETWEEN_TRIES = 3  # from one look at what is to become true to the next, unless the program rests sooner
NOTICE = 4  # for a client to notice that our server has hung up; for an echo where none has come yet
GOING_ON = 2  # after which a server that listens, or that refused somebody, will not end by itself
WORD_FROM_STAGE = 4  # for what the stage told before the program went on

# A program under stress, in heartbeats
HELD_UP = 8  # without a line, after which a broadcast stands still
MOST_SERVED = 160  # more than patience, while one line comes after the other, for what comes behind them
MANY_SERVED = 100  # lines in the time of HELD_UP, or of patience: more than that, and it is not slow
SLOW_TALK = 2 * PATIENCE  # for a line of a talk that fills buffers
SLOW_READING = 200  # for a server to read a few megabytes
A_MOMENT = 3  # over which one looks whether a thread rests

# What a program does without being asked, in seconds
PROMPT_SECONDS = 0.03  # of quiet behind a prompt that we see for the first time: it may be about to say more
QUIET_SECONDS = 0.25  # after which a program that shows no prompt will not show one
QUESTION_SECONDS = 1.5  # after which it has asked its first question, although it is not seen to wait for an answer
NOTICING_SECONDS = 0.4  # after which a server should know that a second has passed
BY_HAND_SECONDS = 30.0  # until a program started by hand must have done what it did in no time on the stage
QUIET_START = 30  # glances, after which such a program has started, where nothing else shows it

# What is not the program's to do, in seconds
CHROMIUM_SECONDS = 30.0  # until a Chromium must have started, or its page must have answered
CONNECTING_SECONDS = 10.0  # until the system must have connected us with a server that listens
ANSWER_SECONDS = 5.0  # until the stage must have answered
STACKS_SECONDS = 1.0  # until it must have answered where the threads stand: that only explains
LAST_REPORT_SECONDS = 0.1  # for an exception that may still be on its way to us
LAST_WORDS_SECONDS = 5.0  # for what a program that has ended printed to reach us; a child of its may hold the screen
STUCK_SECONDS = 30.0  # without a heartbeat: then the process is stopped or its interpreter is blocked
HELD_SECONDS = 8.0  # the same, not counted for how long it wanted a processor and got none, where the system tells
HELD_AGAIN_SECONDS = 2.0  # the same, once that is known of a submission
SUSPICIOUS_SECONDS = 1.0  # without a heartbeat, from which one looks at that
STUCK_AGAIN_SECONDS = 2.0  # the same, once that is known of a submission
MOST_STUCK = 3  # runs of a submission, after which it is known
OUTPUT_CHARACTERS = 20_000_000  # of a run, after which its screen is taken away
OUTPUT_AGAIN_CHARACTERS = 3_000_000  # the same, once it is known that a submission prints without end
GRADING_SECONDS = 400.0  # for one submission, after which no more is begun, and what runs is ended
CALM_SECONDS = 0.25  # up to which it is no excuse, where something did not come in heartbeats that were all felt
BUSY_SECONDS = 1.0  # by which a wait exceeded its heartbeats, or for which threads got no core: that is the machine
ENOUGH_SECONDS = 10.0  # of a processor in one run: who had as much, and needs more, is not held up by others
CONVERSING_SECONDS = 6.0  # after which no more conversations are begun; only a slow program does not hold them all
ONE_CONVERSATION_SECONDS = 20.0  # after which it is not gone on with; only a very slow program comes to that
CROWD_SECONDS = 20.0  # after which no more of a crowd come in; the same
GUESTS_SECONDS = 4.0  # after which no more guests come; only a slow program does not receive all of them
SHRINKING_SECONDS = 0.8  # for which one looks for a shorter conversation that fails
SHAKING_SECONDS = 12.0  # after which no more schedules are tried; only a program that takes its time needs so many


class Pulse(Protocol):
    """What a heart beats in: a process that can be asked for a sign of life."""

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""

    def asks_for_beat(self, number: int) -> bool:
        """Ask for the heartbeat with this number; False where nobody is there to answer."""

    def felt_beat(self) -> int | None:
        """Take in what has come; return the number of the latest heartbeat."""

    def longest_kept_waiting(self) -> float | None:
        """Return for how many seconds a thread of it wanted a processor and got none; None where nobody can tell."""


class Allowance:
    """How long the runs of one submission may hold the grader up: whoever does it again and again is given less."""

    def __init__(self) -> None:
        self.stuck = 0  # runs in which nothing stirred
        self.held = 0  # those of them in which the program could have gone on
        self.endless = 0  # runs that printed more than anybody reads
        self._began = time.monotonic()

    @property
    def stuck_seconds(self) -> float:
        """How long one waits for a heartbeat, and for how long a wait may exceed its heartbeats."""
        return STUCK_SECONDS if self.stuck < MOST_STUCK else STUCK_AGAIN_SECONDS

    @property
    def held_seconds(self) -> float:
        """How long one waits for a heartbeat of a program that could go on."""
        return HELD_AGAIN_SECONDS if self.held else HELD_SECONDS

    @property
    def characters(self) -> int:
        """How much a run may print."""
        return OUTPUT_CHARACTERS if self.endless < MOST_STUCK else OUTPUT_AGAIN_CHARACTERS

    @property
    def passed(self) -> float:
        """Seconds since grading began."""
        return time.monotonic() - self._began

    @property
    def is_over(self) -> bool:
        """Whether there is no more time for this submission."""
        return self.passed > GRADING_SECONDS


class Heart:
    """Counts the heartbeats of a process: questions that it answered, one per SLICE at the most."""

    def __init__(self, pulse: Pulse, allowance: Allowance | None = None) -> None:
        self.behind = 0.0  # seconds by which the slowest wait so far exceeded its heartbeats
        self.was_held = False  # it could have answered for a long time, and did not: that is not the machine
        self._pulse = pulse
        self._asked = 0
        self._allowance = allowance or Allowance()

    def beats(
        self,
        count: int,
        is_hopeless: Callable[[], bool] = lambda: False,
        rests: Callable[[], bool] = lambda: False,
    ) -> Iterator[float]:
        """Yield how many seconds to wait next, until the process had `count` heartbeats to do its work.

        After each of them, whether it `rests` is asked; after a few, too, whether it `is_hopeless` to wait on.
        """
        started = time.monotonic()
        for counted in range(1, count + 1):
            if not self._pulse.running or self._allowance.is_over:
                yield SLICE  # its last words may still be on the way
                return
            stuck = yield from self._one_beat()
            behind = time.monotonic() - started - counted * SLICE
            if stuck or behind > self._allowance.stuck_seconds:
                self._allowance.stuck += 1
                return
            self.behind = max(self.behind, behind)
            if rests():
                yield SLICE  # what it said last is there, but a thread of ours may still have it in its hands
                return
            if counted >= HOPE and is_hopeless():
                return

    def _one_beat(self) -> Generator[float, None, bool]:
        """Yield how many seconds to wait next, until a heartbeat is over; return whether it never came."""
        self._asked += 1
        asked = time.monotonic()
        is_held = _Suspicion(self._pulse, self._allowance.held_seconds)
        is_over = not self._pulse.asks_for_beat(self._asked)
        while not is_over or time.monotonic() < asked + SLICE:
            yield max(0.001, min(SLICE, asked + SLICE - time.monotonic()))
            is_over = self._pulse.felt_beat() == self._asked or is_over or not self._pulse.running
            if is_held():
                self.was_held = True
                self._allowance.held += 1
                return True
            if time.monotonic() > asked + self._allowance.stuck_seconds:
                return True
        return False


class _Suspicion:
    """Tells whether a process could have answered for a long time, and did not."""

    def __init__(self, pulse: Pulse, seconds: float) -> None:
        self._pulse, self._seconds = pulse, seconds
        self._began = time.monotonic() + SUSPICIOUS_SECONDS
        self._waited: float | None = None  # the process for a processor, before we looked for the first time

    def __call__(self) -> bool:
        passed = time.monotonic() - self._began
        if passed < 0 or (waited := self._pulse.longest_kept_waiting()) is None:
            return False
        if self._waited is None:
            self._began, self._waited = time.monotonic(), waited
            return False
        return passed - max(0.0, waited - self._waited) > self._seconds


def seconds_by_hand() -> Iterator[None]:
    """Go on as long as a program that was started by hand may take, with a pause after each look."""
    end = time.monotonic() + BY_HAND_SECONDS
    while time.monotonic() < end:
        yield
        time.sleep(GLANCE_SECONDS)
