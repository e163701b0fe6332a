"""What all that is typed has in common: a wrong word is told in one line."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn

from grading.home.slips import meant
from grading.results.visible import visible
from grading.showing import terminal
from grading.start.ending import UNUSABLE


class Parser(argparse.ArgumentParser):
    """Reads arguments; ends with the status of a wrong usage where it cannot."""

    def reads(self, words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
        """Return what was typed, in whatever order, and the words that nobody knows."""
        options, rest = self.parse_known_args(words)
        if rest and not any(word.startswith("-") for word in rest):  # they stand behind an option, and not before it
            options, rest = self.parse_known_intermixed_args(words)
        return options, rest

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Return what was typed; end with a line where it holds what nobody knows."""
        options, rest = self.reads(sys.argv[1:] if args is None else args)
        if rest:
            self.does_not_know(rest)
        return options

    def does_not_know(self, words: Sequence[str]) -> NoReturn:
        """End with a line on words that nobody knows, and on the option that the first one may be a slip for."""
        option = meant(words[0].partition("=")[0], self._option_string_actions)
        self.error(f"unknown: {' '.join(words)}{f'. Did you mean {option}?' if option else ''}")

    def error(self, message: str) -> NoReturn:
        """End with a line on what is wrong; a terminal gets it without a word that is torn apart."""
        end = "" if message.endswith("?") else "."
        verb = (self.prog or "").split()[1:]
        told = f"{visible(message)}{end} `{terminal.command(*verb, '--help')}` shows what can be typed."
        if sys.stderr.isatty():
            told = textwrap.fill(
                told, max(shutil.get_terminal_size().columns, terminal.NARROWEST), break_on_hyphens=False
            )
        self.exit(UNUSABLE, f"{told}\n")
