"""Every cause has a name to be counted by, and a hint that helps, or leaves that to the check."""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Iterator

import pytest

from grading.course import KIT
from grading.drawing.text import MOST, WIDTH
from grading.results import values
from grading.results.causes import Cause
from grading.results.values import FAILED, TODO
from grading.telling.hints import KINDS, UNKNOWN, hint, kind
from tests.kit.conftest import finding

LONGEST_NAME = 60  # characters; it stands in a line with a count
READS_CAUSES = "json.py"  # makes causes of what it reads


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Yield the codes of all causes that a module makes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cause":
            yield from _values(node.args[0], tree)


def _values(expression: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yield the texts that an expression may be: its own constants, and what its names are made of."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and hasattr(values, node.id):
            yield str(getattr(values, node.id))
        elif isinstance(node, ast.Name):
            yield from _made_in(node.id, tree)


def _made_in(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            yield from _texts(node)
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for one in ast.walk(node):
                if isinstance(one, ast.Return):
                    yield from _texts(one)


def _texts(node: ast.AST) -> Iterator[str]:
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    yield from (text for text in texts if isinstance(text, str) and text in KINDS)


@functools.cache
def used() -> frozenset[str]:
    """Return the codes of all causes that the grader makes."""
    sources = {path: path.read_text("utf-8") for path in (KIT / "grading").rglob("*.py") if path.name != READS_CAUSES}
    trees = {path: ast.parse(text) for path, text in sources.items() if "Cause(" in text}
    proofs = _made_in("PROOFS", trees[KIT / "grading" / "telling" / "exceptions.py"])
    return frozenset({code for tree in trees.values() for code in codes_in(tree)}.union(proofs))


def test_every_cause_that_the_grader_makes_has_a_name() -> None:
    assert used() - set(KINDS) == set()


def test_every_name_is_that_of_a_cause_that_the_grader_makes() -> None:
    assert set(KINDS) - used() == set()


def test_no_two_causes_are_counted_under_one_name() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("code", KINDS)
def test_a_name_and_a_hint_fit_their_places(code: str) -> None:
    assert 0 < len(KINDS[code].name) <= LONGEST_NAME
    assert KINDS[code].name[-1] != "."
    assert len(textwrap.wrap(KINDS[code].hint, WIDTH - 12)) <= MOST["hint"]
    assert not KINDS[code].hint or KINDS[code].hint[-1] in ".?"


def test_the_hint_is_that_of_the_cause() -> None:
    told = finding("step1/server/x", "A title.", "The hint of the check.", 3, FAILED, cause=Cause("removed-twice", ""))
    assert hint(told) == KINDS["removed-twice"].hint


@pytest.mark.parametrize("cause", [None, Cause("ended", "It ended."), Cause("race", "They met."), Cause("unheard", "")])
def test_where_the_cause_says_nothing_of_the_mistake_the_hint_is_that_of_the_check(cause: Cause | None) -> None:
    told = finding("step1/server/x", "A title.", "The hint of the check.", 3, FAILED, cause=cause)
    assert hint(told) == "The hint of the check."


def test_what_only_seems_to_be_the_cause_explains_nothing_under_stress() -> None:
    for code, own in (("nobody-hears", False), ("removed-twice", True)):
        told = finding("step1/server/x", "A title.", "Of the check.", 3, FAILED, cause=Cause(code, ""), stress=True)
        assert hint(told) == (KINDS[code].hint if own else "Of the check.")


def test_who_reads_of_a_todo_needs_no_hint() -> None:
    assert hint(finding("step1/server/x", "A title.", "A hint.", 3, FAILED, cause=Cause(TODO, ""))) == ""


def test_a_cause_of_which_nothing_is_known_proves_nothing() -> None:
    assert kind(None) is UNKNOWN
    assert not kind(Cause("unheard-of", "")).is_certain


def test_what_makes_other_checks_fail_is_certain() -> None:
    assert [code for code, kind in KINDS.items() if kind.spreads and not kind.is_certain] == []
