"""The verbs: what one can type instead of a step. Each has a file beside this one, with `add()` and `run()`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verb:
    """What can be done besides grading a step."""

    name: str  # of its file, too
    sentence: str
    needs: str = ""  # a folder of the kit that is left out of copies for students
    is_open: bool = False  # words that it does not know are kept as `options.rest`, for somebody else

    def module(self) -> Any:
        """Return its file, imported only where the verb was typed."""
        return importlib.import_module(f"grading.cli.{self.name}")


_TABLE = (
    Verb("check", "make the checks that speak of something, and show the talk: check colons step2"),
    Verb("hint", "open one hint more on the failure that was told last; there are four on each"),
    Verb("reset", "put back a program, or one function of it: reset step2 broadcast"),
    Verb("carry", "start the next step from your own programs: carry step2"),
    Verb("intake", "tell what a class handed in, and grade nothing: intake FOLDER"),
    Verb("batch", "grade a whole class; what is graded already is not graded again: batch step4 SUBMISSIONS"),
    Verb("talk", "try a conversation that you wrote, on the page, on mistakes, on your server: talk FILE step2"),
    Verb("pack", "make what a platform needs to grade a step: pack gradescope step4 OUT.zip"),
    Verb("similarity", "lay a class out for Dolos, JPlag and compare50: similarity step4 SUBMISSIONS OUT"),
    Verb("play", "let people talk to your server, and see each segment on its way"),
    Verb("tap", "see what passes between any two programs, while it passes"),
    Verb("kit", "test the kit itself", needs="tests/kit", is_open=True),
    Verb("bench", "measure the finished server beside others", needs="tests/kit", is_open=True),
)
VERBS = {verb.name: verb for verb in _TABLE}
