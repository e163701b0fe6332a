"""A file beside a program may have the name of a module of Python's own: then that one is not found any more."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator


def hidden(names: Iterable[str], words: str) -> Iterator[str]:
    """Tell of what lies beside a program and hides a module, if the words of an exception are about that one."""
    for name in names:
        module = os.path.splitext(name)[0]
        if module in sys.stdlib_module_names and re.search(rf"\b(?:module|from|named) '{module}['.]", words):
            yield f"{name} beside it hides Python's own {module}: give it another name."
