"""What all that is typed has in common: a wrong word is told in one line."""

from __future__ import annotations

import argparse
from typing import NoReturn

from grading.results.visible import visible
from grading.showing import terminal
from grading.start.ending import UNUSABLE


class Parser(argparse.ArgumentParser):
    """Reads arguments; ends with the status of a wrong usage where it cannot."""

    def error(self, message: str) -> NoReturn:
        """End with a line on what is wrong."""
        end = "" if message.endswith("?") else "."
        self.exit(UNUSABLE, f"{visible(message)}{end} `{terminal.command('--help')}` shows what can be typed.\n")
