"""The screen of somebody who watches: the latest story stays, and one line below it says what happens now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from rich.live import Live
from rich.text import Text

from grading.home.memory import Changes
from grading.results.values import CheckResult, Grade
from grading.results.visible import visible
from grading.showing.terminal import CROSS, NOTE, TICK, Report
from grading.telling.choice import other_reasons, to_tell
from grading.telling.depths import Hint

HELP = (("h", "hint"), ("a", "all"), ("n", "next"), ("w", "talk"), ("o", "page"), ("r", "run again"), ("q", "quit"))
WATCHING, ALL = "watching", "all that fails"  # what stands before the keys
NONE, ONE, SAME = "nothing fails", "nothing else fails", "the others fail for the same reason"  # where there is no more
WITHOUT_KEYS = "watching; Ctrl+C ends it"


class Watched:
    """What is shown of one grading after another."""

    def __init__(
        self,
        report: Report,
        title: str,
        advice: Callable[[Grade], list[str]],
        opens: Callable[[CheckResult], Hint],
        section: Callable[[CheckResult], tuple[str, list[str]]],
    ) -> None:
        self.has_keys = False
        self._opens = opens  # one depth more of the hints
        self._section = section  # of the page, about a failure
        self._more = ""  # the key by which more than the story is shown
        self._report = report
        self._title = title
        self._advice = advice
        self._grade: Grade | None = None
        self._changes = Changes()
        self._state = WATCHING
        self._turn = 0  # which failure is told; 0 is the one that tells most
        self._count = 0  # checks done
        self._is_grading = False
        self._said = ""  # in the last line
        self._line = Live(
            console=report.console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> Watched:
        self._report.hints = not self._moves
        self._report.says(self._title, "bold")
        if self._moves:
            self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()

    @property
    def _moves(self) -> bool:
        return self._report.console.is_terminal and not self._report.console.is_dumb_terminal

    def grades_again(self, again: bool) -> None:
        """Say that a grading begins; what is on the screen stays there."""
        self._count = 0
        self._is_grading = True
        self._now(f"{NOTE} grading{' again' * again}")

    def hears(self, result: CheckResult, is_told: bool) -> None:
        """Tell the first thing that is known: of the check that is worked on, or of any that fails."""
        mark = TICK if result.is_fine else CROSS
        if is_told or not self._said.startswith((TICK, CROSS)):
            self._now(f"{mark} {'now true' if result.is_fine else 'not yet'}: {result.title}")

    def counts(self, more: int) -> None:
        """Show that more checks are done."""
        self._count += more
        if self._moves and not self._said.startswith((TICK, CROSS)):
            self._now(f"{NOTE} grading: {self._count}")

    def refuses(self, why: str) -> None:
        """Say why nothing can be graded just now."""
        self._is_grading = False
        self._now(f"{CROSS} {why}")

    def shows(self, grade: Grade, changes: Changes) -> None:
        """Show a whole grade."""
        self._grade, self._changes, self._turn, self._more = grade, changes, 0, ""
        self._is_grading, self._state = False, WATCHING
        self._report.whole = False
        self._report.hints = not self._moves
        self._paints()

    def obeys(self, key: str) -> None:
        """Do what a key asks for, if it is one of ours and there is something to show."""
        if not self._grade or key not in ("h", "a", "n", "w", "o"):
            return
        self._changes = Changes()  # they have been read
        self._more = "" if key in "an" or (key in "wo" and key == self._more) else key
        others = len(other_reasons(self._grade))
        if key == "a":
            self._report.whole = not self._report.whole
        elif key == "n":
            self._turn = (self._turn + 1) % (1 + others)
            self._report.whole = False
        self._state = self._state_after(key, others, len(self._grade.failures))
        self._paints()

    def _state_after(self, key: str, others: int, failures: int) -> str:
        """Return what stands before the keys, so that none looks dead: why there is no more, or what is shown."""
        if key in "an" and failures < 2:
            return ONE if failures else NONE
        if key == "n" and not others:
            return SAME
        return ALL if key == "a" and self._report.whole else WATCHING

    def _paints(self) -> None:
        assert self._grade
        said = self._said
        self._report.measures()
        if self._moves:
            self._line.update(Text(""), refresh=True)
            self._line.stop()
            self._report.console.clear()
        self._report.says(self._title, "bold")
        ways = self._ways(self._told())
        next(filter(self._fits, ways), ways[-1])()
        if self._moves:
            self._line.start()
        self._now(said if self._is_grading else self._help())

    def _ways(self, told: CheckResult | None) -> list[Callable[[], None]]:
        """Return how what is asked for can be shown: as much of it as possible first, and the least of it last."""
        assert self._grade
        grade, report = self._grade, self._report
        if told and self._more == "w":
            return [lambda: report.tells_all(told)]
        if told and self._more == "o":
            return [lambda: report.quotes(*self._section(told))]
        if told and self._more == "h":
            hint = self._opens(told)
            heads = (self._paints_story, lambda: report.recalls(told), lambda: report.recalls(told, facts=False))
            return [partial(self._paints_hint, hint, head) for head in heads]
        return [self._paints_story, *([lambda: report.lists(grade)] if report.whole else [])]

    def _paints_hint(self, hint: Hint, head: Callable[[], None]) -> None:
        head()
        self._report.shows_hint(hint)

    def _fits(self, way: Callable[[], None]) -> bool:
        """Tell whether all that is painted in this way is on the screen, with a line above it and one below it."""
        console = self._report.console
        with console.capture() as captured:
            way()
        return not self._moves or captured.get().count("\n") + 2 <= console.height

    def _paints_story(self) -> None:
        assert self._grade
        self._report.shows_changes(self._changes)
        told = other_reasons(self._grade)[self._turn - 1 :] if self._turn else self._grade.checks
        self._report.shows(self._grade, self._advice(replace(self._grade, checks=tuple(told))), self._turn)

    def _told(self) -> CheckResult | None:
        """Return the failure that is told."""
        assert self._grade
        return other_reasons(self._grade)[self._turn - 1] if self._turn else to_tell(self._grade)

    def _help(self) -> str:
        if not self.has_keys:
            return f"{NOTE} {WITHOUT_KEYS}"
        without = [(f"{NOTE} ", " ")] if self._state == WATCHING else []
        for before, between in ((f"{NOTE} {self._state}  ", "  "), (f"{NOTE} {self._state}  ", " "), *without):
            line = before + between.join(f"{key} {what}" for key, what in HELP)
            if len(line) < self._report.console.width:
                return line
        return f"{NOTE} {self._state if self._state != WATCHING else 'keys'}: " + " ".join(key for key, _ in HELP)

    def _now(self, line: str) -> None:
        """Say in the last line what happens now; where lines cannot change, each is one more."""
        self._said = line
        if not self._moves:
            self._report.says(line)
            return
        shown = Text(visible(line, self._report.console.encoding), style="bold", no_wrap=True, overflow="ellipsis")
        self._line.update(shown, refresh=True)
