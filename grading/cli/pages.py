"""What can be typed for a page, `--html`: what it needs, where it leads, how it is opened."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from grading.course import EXERCISES
from grading.start.installed import PAGES, missing


def lacking() -> str:
    """Return a line that says what to type where pages cannot be made; nothing where they can."""
    names = [line.partition(">")[0] for line in missing([PAGES])]
    if not names:
        return ""
    from grading.start import venvs

    return f"A page needs {' and '.join(names)}. Type: {venvs.installing(names[0], '')}"


def links(page: Path) -> dict[str, str]:
    """Return where the texts of the exercises lie, seen from a page."""
    folders = {name: exercise.pages for name, exercise in EXERCISES.items() if exercise.pages}
    return {name: _link(page, folder / "README.md") for name, folder in folders.items()}


def _link(page: Path, file: Path) -> str:
    try:
        return quote(os.path.relpath(file, os.path.realpath(page.parent)).replace(os.sep, "/"))
    except ValueError:  # on another drive
        return file.as_uri()


def opens(page: Path) -> bool:
    """Show a page in the browser; tell whether there is one."""
    import webbrowser

    try:
        return webbrowser.open(Path(os.path.realpath(page)).as_uri())
    except webbrowser.Error:
        return False
