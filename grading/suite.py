"""The suites: what makes a function a check, and all checks of an exercise, collected once."""

from __future__ import annotations

import functools
import importlib.util
import sys
import threading
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from grading.course import Exercise, Role
from grading.process.production import Production
from grading.process.program import Program
from grading.results.events import Minutes
from grading.results.values import CheckResult

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Terms:
    """What a check is worth.

    If a `gate` fails, the program's other checks are not run. If one with a `veto` fails, which runs beside them, they
    count for nothing. One of `stress` puts the program under stress, and starts before the others. An `early` one takes
    longest, as it waits for a clock, or says much, and starts beside the gates. It `rests` on sentences of the protocol
    page, by their names.
    """

    points: int
    hint: str
    gate: bool = False
    veto: bool = False
    stress: bool = False
    early: bool = False
    rests: tuple[str, ...] = ()


def check(points: int, hint: str, rests: tuple[str, ...] = (), **kind: bool) -> Callable[[Function], Function]:
    """Make the function below a check, of a `kind` that Terms knows; its docstring is what the student reads.

    What it is called with is made from the annotation of its parameter, which must be a Venue.
    """

    def mark(function: Function) -> Function:
        setattr(function, "terms", Terms(points, hint, rests=rests, **kind))
        return function

    return mark


class Venue(Protocol):
    """Where a check takes place: made with a Production and an Exercise, and closed once the check is over."""

    minutes: Minutes

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part, the latest one last."""

    def adds_up(self) -> None:
        """Fail if something is left over that nothing explains: the last thing that is asked of a check that passed."""

    def close(self) -> None:
        """End the programs."""


@dataclass(frozen=True)
class Check:
    """A test function of a suite."""

    exercise: Exercise  # to which it belongs
    role: Role
    function: Callable[..., None]

    @property
    def terms(self) -> Terms:
        """What it is worth."""
        terms: Terms = getattr(self.function, "terms")
        return terms

    @property
    def name(self) -> str:
        """What it is called within its suite."""
        return self.function.__name__.removeprefix("test_")

    @property
    def id(self) -> str:
        """Its name among all checks: `step1/server/the_order_is_kept`."""
        return f"{self.exercise.name}/{self.role.name}/{self.name}"

    @property
    def is_first(self) -> bool:
        """Whether it starts before the others."""
        return self.terms.veto or self.terms.stress or self.terms.early

    def opens(self, production: Production) -> Venue:
        """Return what its function is to be called with."""
        hints = typing.get_type_hints(self.function)
        venue: Venue = next(iter(hints.values()))(production, self.exercise)
        return venue

    def untried(self) -> CheckResult:
        """Return its result before it was run."""
        title = " ".join((self.function.__doc__ or self.name).split())
        place = self.exercise.name, self.role.name, self.role.program, self.name
        return CheckResult(*place, title, self.terms.hint, self.terms.points, stress=self.terms.stress)


_importing = threading.Lock()  # each file is imported once, whoever asks first


def collect(exercise: Exercise) -> tuple[Check, ...]:
    """Return the checks of an exercise and of all that it builds on, the first ones first."""
    with _importing:
        return _collect(exercise)


@functools.cache
def _collect(exercise: Exercise) -> tuple[Check, ...]:
    return tuple(check for one in exercise.ladder for role in one.roles for check in _checks(one, role))


@functools.cache
def _checks(exercise: Exercise, role: Role) -> tuple[Check, ...]:
    """Import one file of a suite; return its checks in the order in which they stand there."""
    path = exercise.checks_of(role)
    spec = importlib.util.spec_from_file_location(f"{exercise.name.replace('/', '_')}_{path.stem}", path)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    members = vars(module).items()
    marked = [member for name, member in members if name.startswith("test_") and hasattr(member, "terms")]
    return tuple(Check(exercise, role, function) for function in marked)
