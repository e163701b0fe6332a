"""What makes a test function a check: the points it is worth, and the hint that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Terms:
    """What a check is worth. If a `gate` fails, the program's other checks are not run; a `slow` one starts first."""

    points: int
    hint: str
    gate: bool = False
    slow: bool = False


def check(points: int, hint: str, gate: bool = False, slow: bool = False) -> Callable[[Function], Function]:
    """Make the function below a check; its docstring is the sentence that the student reads."""

    def mark(function: Function) -> Function:
        setattr(function, "terms", Terms(points, hint, gate, slow))
        return function

    return mark
