"""Templates and what all pages have in common. Whatever a program or a person said is text in them, never markup."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grading.drawing.layout import layout
from grading.drawing.style import DARK, LIGHT, style
from grading.drawing.svg import svg
from grading.results.values import CheckResult
from grading.results.visible import visible
from grading.telling.story import tell

TEMPLATES = Path(__file__).parent / "templates"
HEIGHT = 24  # lines of text in a drawing, at the most
LANES = 6


def rendered(template: str, **values: object) -> str:
    """Return a page."""
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["looks"] = _looks()
    environment.filters["ticks"] = with_code
    return environment


def readable(value: object) -> object:
    """Return what a page may hold of a value: nothing that a browser or a screen obeys; markup of ours as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "\n".join(map(visible, value.split("\n")))


def with_code(text: str) -> Markup:
    """Return a sentence of ours as markup, in which what stands in ticks is code."""
    parts = [escape(readable(part)) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _looks() -> Markup:
    """Return the style sheet: our colours by name, light and dark, the page's shapes and those of drawings."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in set.items()) for set in (LIGHT, DARK))
    colours = f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    return Markup(colours + (TEMPLATES / "page.css").read_text("utf-8") + style())


def drawing(check: CheckResult, title: str, height: int = HEIGHT) -> Markup:
    """Return what was said in a check as a picture; nothing where nothing was."""
    story = tell(check)
    diagram = layout(story.events, story.centre, height, LANES)
    return Markup(svg(diagram, title, is_alone=False)) if diagram.lanes else Markup("")
