"""What makes a test function a check: the points it is worth, and the hint that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Terms:
    """What a check is worth.

    If a `gate` fails, the program's other checks are not run. If one with a `veto` fails, which runs beside them, they
    count for nothing. A `slow` one puts the program under stress; like an `early` one, which waits for a clock or for
    another process, it starts before the others.
    """

    points: int
    hint: str
    gate: bool = False
    veto: bool = False
    slow: bool = False
    early: bool = False


def check(points: int, hint: str, **kind: bool) -> Callable[[Function], Function]:
    """Make the function below a check, of a `kind` that Terms knows; its docstring is what the student reads."""

    def mark(function: Function) -> Function:
        setattr(function, "terms", Terms(points, hint, **kind))
        return function

    return mark
