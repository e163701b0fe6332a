"""A student's client at a desk: someone types and looks at the screen; the server on the wire is ours."""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.accusing import shown_astray
from grading.people.eyes import Eyes
from grading.people.listener import Listener
from grading.people.wire_side import KNOCKING, WireSide
from grading.people.wording import times
from grading.process import real_start
from grading.process.patience import (
    FIRST_QUESTION,
    GLANCE_SECONDS,
    GRACE,
    KNOCK,
    NOTICE,
    PATIENCE,
    PATIENCE_FOR_END,
    PATIENCE_FOR_START,
    SILENCE_KEPT,
)
from grading.process.production import Production
from grading.process.program import Program
from grading.protocol.seen import Seen
from grading.protocol.typed import Typed
from grading.results.causes import Cause
from grading.results.events import CLOSE, SEGMENT, SHOWN, SILENCE, TYPED
from grading.results.unmet import CannotTell, Unmet, expect
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system import wire
from grading.system.addresses import meet, told
from grading.telling import diagnosis, silence, stacks

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

MOST_SHOWN, MOST_TOLD = 4, 3  # lines that are on the screen instead
FEWEST_GONE = 3  # lines that were shown, from which one sees that it is not by chance
LOST = "Connection lost"
FENCE = "marker"  # said by our server behind what one waits for
RETYPES = 5  # times that a person types a name until it is understood as one
NEVER_MEET = Cause("never-meet", "Both were started without --host and --port: their defaults do not agree.")


class Desk(WireSide):
    """One run of a student's client: the keyboard and the screen before it, and the wire behind it."""

    expects = staticmethod(expect)

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__()
        for text in (KNOCKING, FENCE):
            self.minutes.keeps_inner(text, text)
        self.production = production
        self.program = exercise.program("client")
        self.dialect = exercise.dialect
        self._eyes: Eyes | None = None
        self._typed: Counter[str] = Counter()
        self._last_typed = ""
        self._has_looked = False  # at the screen; where nobody does, a check may end before the client has shown all
        self._step = len(exercise.ladder)
        self._explains = Typed(self._step)

    # Starting

    @property
    def eyes(self) -> Eyes:
        """Those of whoever sits there."""
        assert self._eyes, "sits_down comes first"
        return self._eyes

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part."""
        return [self._client] if self._client else []

    def sits_down(self, *args: str, name: str = "Alice", knock: bool = True, **options: Unpack[Options]) -> None:
        """Start the client and wait for its connection, after typing `name` unless `args` give one.

        `options` are those of the stage.
        """
        before = len(self.minutes.events)
        self._starts(args, name, options)
        self._accept(name if not args else "")
        if self.dialect.joins:
            self.wire_hears(f"JOIN:{name}", quietly=True)
        typed = [os.path.basename(word) if os.path.isabs(word) else word for word in args]
        self.minutes.remark(name, f"starts the client{' with ' + ' '.join(typed) if typed else ''}")
        self.minutes.puts_last_at(before)  # it came before all that was said meanwhile
        if knock:
            self._explains.knocks(KNOCKING)
            self._puts_in(KNOCKING, quietly=True)
            if not self._is_sent(f"MESSAGE:{KNOCKING}", KNOCK):  # half a line that it sent may be seen later
                self.minutes.line(name, "client", KNOCKING, TYPED)
                self._puts_down_strays()

    def _starts(self, args: tuple[str, ...], name: str, options: Options) -> None:
        self.name = name
        self.seen = Seen(bool(self.dialect.joins), name)
        options["connect"] = self._listen()
        self._client = Program(self.production, self.program, args, **options)
        self._eyes = Eyes(self._client, name)
        self._explains.names(name)

    def sits_down_in_vain(self) -> None:
        """Start the client once more, before a server that closes the connection instead of answering JOIN."""
        self.gets_up()
        self.goes_at_join = True
        self.sits_down(knock=False)
        self.minutes.remark("the server", "closes the connection instead of answering JOIN", CLOSE)

    def gets_up(self) -> None:
        """End the client and our server, before both are started once more."""
        self.close()
        Listener.__init__(self)  # nothing has been said yet
        self.sock = None
        self.goes_at_join = False
        self._listeners.clear()
        self._typed.clear()
        self._explains = Typed(self._step)

    def is_asked_for_a_name(self, name: str = "Alice") -> None:
        """Start the client, and wait until it asks for the name of who sits there: before it connects, or after."""
        self._starts((), name, {})
        self.minutes.remark(name, "starts the client, and types no name yet")
        for seconds in self.client.patience(PATIENCE_FOR_START):
            self._lets_in(min(seconds, GLANCE_SECONDS))
            if self.sock or self.printed.strip():  # else it is still about to begin
                break
        self.client.passes(FIRST_QUESTION)  # what is shown first need not be the question

    def _has_gone(self) -> bool:
        """Take in what came; tell whether the client has hung up, or ended."""
        self.takes_in_what_came()
        return bool(self.closed) or not self.client.running

    def _why_it_is_silent(self, wanted: str = "", news: Sequence[str] = ()) -> Cause | None:
        """Return why the client shows `news` and not what is `wanted`, as far as its threads give it away."""
        client = self.client
        threads, is_read, ended = client.threads(), self._is_read(), client.ended()
        if cause := silence.told_client(threads, client.has_helpers, is_read, ended, client.unstarted()):
            return cause
        if not (is_read and news and self._came_behind(news[-1], wanted)):
            return None
        return silence.told_unshown(threads, ended) if ended else silence.told_rest(threads)

    def _what_is_unshown(self) -> Cause | None:
        """Tell that what our server said last, after all that was typed, has been read: not where nothing was said."""
        deeds = [event for event in self.minutes.events if event.kind in (SEGMENT, TYPED)]
        is_said = deeds and deeds[-1].kind == SEGMENT and deeds[-1].source == "server"
        is_unshown = is_said and self._is_read()
        return silence.told_unshown(self.client.threads(), self.client.ended()) if is_unshown else None

    def _came_behind(self, shown_last: str, wanted: str) -> bool:
        """Tell whether our server has sent what is `wanted` in one segment, behind the line that is shown last."""
        pieces = (event.data.split("\n")[:-1] for event in self.minutes.events if event.kind == SEGMENT)
        pairs = itertools.chain.from_iterable(map(itertools.pairwise, pieces))
        return any(line == wanted and before in shown_last for before, line in pairs)

    def _is_read(self) -> bool:
        """Tell whether the client has read all that our server sent, as far as one can tell."""
        try:
            return self.sock is not None and wire.is_read(self.sock.getpeername()[1], self.sock.getsockname()[1])
        except OSError:  # the connection has ended
            return False

    def nobody_says_anything(self) -> None:
        """Let nothing come and nothing be typed for longer than a client that is in a hurry waits."""
        self.client.passes(SILENCE_KEPT, self._has_gone)  # what comes after that does not matter
        self.minutes.remark("everybody", "says nothing for a long time")
        if self.closed or not self.client.running:
            got = "it has closed the connection" if self.client.running else "it has ended"
            why = None if self.client.exceptions else diagnosis.LOST_PATIENCE
            raise Unmet("the client to wait until somebody says something", got, why)

    def starts_for_real(self) -> None:
        """Fail unless the client starts just as a person starts it, too, and goes where its server listens."""
        self.sits_down(knock=False)
        asked = self.client.where_it_connected()
        self.client.close()
        if not asked:
            return
        listens = real_start.where_it_listens(self.production)
        if listens and not any(meet(asked, address) for address in listens):
            expected = f"the client to connect to {told(listens[0])}, where the server beside it listens"
            raise Unmet(expected, f"it connects to {told(asked)}", NEVER_MEET, missing=False)
        real_start.try_client(self.production, asked)

    def _accept(self, name: str) -> None:
        """Wait for the connection, and type `name` once asked for it, which may be before or after."""
        for seconds in self.client.patience(PATIENCE_FOR_START):
            if name and self.client.keyboard.is_asked():
                self.client.keyboard.types(name)
                name = ""
            if self.sock is None:
                self._lets_in(min(seconds, GLANCE_SECONDS) if name else seconds)
            elif name:
                time.sleep(GLANCE_SECONDS)
            if self.sock and not name:
                self.client.out.begins()
                return
            if self.client.floods:
                break
        if self.sock:
            return
        expected = "the client to connect to the server"
        status = self.client.wait_for_end(0)
        if status is None:
            floods = self.client.floods
            got = "it prints without end, and does not connect" if floods else "it runs, but does not connect"
            raise Unmet(expected, got, self.client.where_it_stands(), late=not floods)
        raise Unmet(expected, f"it ended with exit status {status} before it connected")

    # The keyboard and the screen

    def types(self, text: str, quietly: bool = False) -> None:
        """Type `text` and Enter, once the client had the chance to ask for it."""
        self._explains.types(text)
        self._puts_in(text, quietly)

    def _puts_in(self, text: str, quietly: bool) -> None:
        self.is_asked()
        if not quietly:
            self._notices()
            self.minutes.line(self.name, "client", text, TYPED)
        self._typed[text] += 1
        self._last_typed = text
        self._explains.may_join_again = bool(self.refused)
        self.client.keyboard.types(text)

    def is_asked(self) -> None:
        """Wait until the client had the chance to ask for something: nobody types before."""
        for _ in self.client.patience(PATIENCE):
            self.takes_in_what_came()
            if self.client.keyboard.is_asked():
                return
            time.sleep(GLANCE_SECONDS)

    def _were_typed_before(self, lines: list[str]) -> bool:
        texts = [line.removeprefix("MESSAGE:") for line in lines]
        if texts[-1] == self._last_typed:  # it has come to that, and makes something else of it
            return False
        return all(0 < self.heard.count(f"MESSAGE:{text}") <= self._typed[text] for text in texts)

    def _is_never_typed(self, line: str) -> bool:
        text = line.removeprefix("MESSAGE:").strip()
        is_message = bool(text) and text != line and len(self._typed) > 1
        return is_message and self.heard.count(line) > 1 and not any(text in typed for typed in self._typed)

    def ends_the_input(self) -> None:
        """Press Ctrl+D."""
        self.is_asked()
        self.minutes.remark(self.name, "ends the input (Ctrl+D)")
        self.client.process.terminal.ends_the_input()

    def interrupts(self) -> None:
        """Press Ctrl+C, once the client waits: no Python notices what comes a moment before it begins to read."""
        self.is_asked()
        self.client.comes_to_rest()
        self.minutes.remark(self.name, "presses Ctrl+C")
        if not self.client.interrupt():
            raise CannotTell("A program that reads the keyboard past sys.stdin gets Ctrl+C only from a person here.")

    def _notices(self) -> None:
        if self._eyes:
            self._eyes.remember()

    @property
    def printed(self) -> str:
        """All that the client has printed, as it came, with everything that moves the cursor."""
        return self.client.out.text

    @property
    def screen(self) -> str:
        """All that stands on the client's screen, and what has scrolled out above it."""
        return "\n".join(self.eyes.lines)

    def sees(self, text: str, count: int = 1) -> None:
        """Wait until so many lines of the screen are `text`, whatever prompt or frame stands around it."""
        self.finds(lambda: self.eyes.see(text, count), text, count)

    def sees_any(self, text: str) -> None:
        """Wait until `text` is anywhere on the screen."""
        self.finds(lambda: text in self.screen, f"… {text} …")

    def finds(self, seen: Callable[[], bool], in_words: str, count: int = 1) -> None:
        """Wait until `seen()` of the screen; `in_words` says what that is, and `count` how often it is to be there."""
        self._has_looked = True
        if self.client.wait_for_screen(seen, PATIENCE):
            self.minutes.line("client", self.name, in_words, SHOWN)
            return
        news = self.eyes.news()
        for line in news[-MOST_SHOWN:]:
            self.minutes.line("client", self.name, line, SHOWN)
        if news:
            got = "; ".join(map(shown, news[-MOST_TOLD:]))
        else:
            got = "nothing: the client has ended" if self.client.wait_for_end(0) is not None else "nothing new"
            self.minutes.remark(self.name, "sees nothing new", SILENCE)
        if 0 < (seen_now := self.eyes.count(in_words)) < count and seen_now == self.screen.count(in_words):
            expected = f"{self.name} to see {shown(in_words)} {times(count)}"
            cause = diagnosis.PRINTED_OVER if self._is_printed_over() else diagnosis.EQUAL_LINES
            raise Unmet(expected, times(seen_now), late=True, perhaps=cause)
        perhaps = diagnosis.of_shown(in_words, [self.eyes.bare(line) for line in news])
        perhaps = perhaps or self._why_it_is_silent(in_words, news)
        if not news:
            perhaps = perhaps or diagnosis.of_hidden(in_words, self.name, self._shown_so_far())
            perhaps = perhaps or self._what_is_unshown()
        raise Unmet(f"{self.name} to see {shown(in_words)}", got, late=True, perhaps=perhaps)

    def _is_printed_over(self) -> bool:
        """Tell whether lines that one saw are gone from the screen, and from above it."""
        screen = self.screen
        return sum(text.isprintable() and text not in screen for text in self._shown_so_far()) >= FEWEST_GONE

    def _shown_so_far(self) -> list[str]:
        """Return what one waited for, and saw."""
        return [event.data for event in self.minutes.events if event.kind == SHOWN]

    def fence(self) -> None:
        """Let our server say a marker, and wait until it is on the screen: what it said before is, too."""
        self.wire_says(f"Zoe: {FENCE}\n", quietly=True)
        self.finds(lambda: FENCE in self.printed, f"Zoe: {FENCE}")

    # The end

    def ends(self) -> int:
        """Wait until the client ends by itself; return its exit status."""
        ended = None
        for seconds in self.client.patience(PATIENCE_FOR_END):
            self.takes_in_what_came()
            ended = self.client.process.wait(seconds)
            if ended is not None:
                break
        if ended is None:
            stands = stacks.told_lingering(self.client.threads())
            raise Unmet("the client to end by itself", "it still runs", late=True, perhaps=stands)
        self.client.hear_last_words()
        self._has_looked = True
        self.takes_in_what_came()
        self.minutes.remark("the client", f"ends with exit status {ended}")
        return ended

    def ends_well(self, status: int, last_words: str) -> None:
        """Fail unless the client ends by itself, with exit status `status` and `last_words` on the screen."""
        ended = self.ends()
        if self.eyes.see_a_crash():
            raise Unmet("the client to end without a traceback", self.eyes.error())
        self.expects(last_words in self.screen, f"{self.name} to see {last_words}", self.eyes.last_line() or "nothing")
        if status == 0:
            self.expects(LOST not in self.screen, f"{self.name}, who left, not to see {LOST}", LOST)
        self.expects(ended == status, f"the client to end with exit status {status}", f"exit status {ended}")

    def says_goodbye(self) -> None:
        """Fail unless the client sends QUIT, says that it is disconnected, and ends well."""
        self.wire_hears("QUIT")
        self.ends_well(0, "Disconnected")

    def says_goodbye_in_haste(self, who_waits: bool = False) -> bool:
        """The same, where our server has hung up before the thread that sent QUIT can do anything else.

        Return whether another thread than the main one has sent it, as far as one can tell. The client must have been
        started with `hold_after="QUIT"`, and with `hold_main=True` where it is the main thread `who_waits`.
        """
        self.in_haste = True
        self.wire_hears("QUIT")
        self.minutes.remark("the server", "hangs up at once", CLOSE)
        for seconds in self.client.patience(NOTICE):
            if self.client.process.wait(seconds) is not None:
                break
        self.client.ask({"do": "settle"})
        is_another = not self.client.ask({"do": "sender"})
        self.client.ask({"do": "go on"})
        try:
            self.ends_well(0, "Disconnected")
        except Unmet as unmet:
            too_quick = diagnosis.TOO_QUICK_FOR_MAIN if who_waits else diagnosis.TOO_QUICK
            unmet.cause = unmet.cause or (too_quick if LOST in self.screen else None)
            raise
        return is_another

    def is_lost(self) -> None:
        """Fail unless the client says that it lost the connection, and ends by itself."""
        self.ends_well(1, LOST)

    def joins_as_or_ends(self, name: str) -> None:
        """Fail unless the client asks the server for `name`, which was typed, or ends without a traceback.

        A client that had not understood the refusal yet may take the name for a message: it is typed again then.
        """
        typed = 1
        for seconds in self.client.patience(PATIENCE_FOR_END):
            self.takes_in_what_came()
            if self.asks_again:
                raise Unmet(f"the client to send JOIN:{name}, or to end", f"JOIN:{self.name} again", missing=False)
            if f"JOIN:{name}" in self.heard or self.client.process.wait(seconds) is not None:
                break
            if typed < RETYPES and self.heard.count(f"MESSAGE:{name}") == typed:
                self.types(name, quietly=True)
                typed += 1
        else:
            got = " and ".join(dict.fromkeys(self.lines_ahead)) or "neither"
            raise Unmet(f"the client to send JOIN:{name}, or to end", got, late=True)
        if f"JOIN:{name}" in self.lines_ahead:
            self._looks(lambda line: line == f"JOIN:{name}", self._strays)
        if self.client.wait_for_end(0) is not None and self.eyes.see_a_crash():
            raise Unmet("the client to ask again or to end", self.eyes.error())

    def talks_as(self, name: str) -> None:
        """Fail unless the client, where it still runs, has joined as `name`, and talks."""
        if self.client.running:
            self.sees(f"Joined as: {name}")
            self.types("Nobody asked me.")
            self.wire_hears("MESSAGE:Nobody asked me.")
            self.wire_says(f"{name}: Nobody asked me.\n")
            self.sees(f"{name}: Nobody asked me.")

    def adds_up(self) -> None:
        """Fail if the client has sent what nobody typed, or shows what nobody said; each of them once, too."""
        if not self._client:
            return
        for _ in range(2):  # who sends something twice does it at once
            self.client.is_awake()
            self.takes_in_what_came()
        self._sent_no_line_again()
        if (line := self._explains.unexplained(self.heard)) is not None:
            self.minutes.line("client", "server", line)
            expected = "the client to send what was typed, and nothing else"
            raise Unmet(expected, shown(line), diagnosis.NOBODY_TYPED, missing=False)
        self._shows_what_was_said()

    def _shows_what_was_said(self) -> None:
        """Fail if the screen, once somebody has looked at it, shows a line that our server did not say, or not so."""
        if not self.seen or not self._has_looked:
            return
        if not (astray := self.seen.astray(self.eyes.rows_told, self.eyes.bare)):
            return
        for seconds in self.client.patience(GRACE):  # it may be about to draw the rest of it
            time.sleep(seconds)
            if not (astray := self.seen.astray(self.eyes.rows_told, self.eyes.bare)):
                return
        self.minutes.line("client", self.name, astray.line, SHOWN)
        raise shown_astray(self.name, astray)

    def _sent_no_line_again(self) -> None:
        """Fail if the client has sent again what was typed once."""
        for line, count in sorted(Counter(self.heard).items(), key=lambda sent: KNOCKING in sent[0]):
            command, _, text = line.partition(":")
            typed = self._typed[text] + self._typed[f"/{text}"]
            if command == "MESSAGE" and count > typed > 0:
                self.minutes.line("client", "server", line)
                cause = diagnosis.SENT_AGAIN
                raise Unmet(f"the client to send {shown(line)} {times(typed)}", times(count), cause, missing=False)

    def close(self) -> None:
        """End the client and our server."""
        if self._client:
            self._client.close()
        self.hangs_up()
