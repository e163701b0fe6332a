"""The story that a student reads about each mistake, on file: when its words change, somebody reads them again.

A story of which a reader said that it does not lead to the mistake has a question mark before its name.
Where chance decides what happens, a story may have several endings, with `or` between them; of a race under stress,
one of many endings is on file, to be read.
"""

from __future__ import annotations

import re

from grading.results.values import CheckResult
from grading.telling.story import tell
from tests.kit.conftest import GOLDEN
from tests.kit.killing import Mutant
from tests.kit.mutants import BY_TOPIC

FOLDER = GOLDEN / "stories"
LEADS_NOWHERE = "? "
OR = "\nor\n"
VARYING = re.compile(r"twice|\d+( times)?")
PEOPLE = re.compile(r"\b(Ann|Bob|Cyd|Tim|Tom|Vic|Vid|Zed)\b")
NEWER = re.compile(r"(?<=too many values to unpack \(expected #), got #")  # so from Python 3.14 on
PROMPTS = re.compile(r"(?<!\w)(> )+")


def told(mutant: Mutant, result: CheckResult) -> str:
    """Return what the story says, without the numbers that are others each time."""
    facts = (("told by", result.id), *tell(result).facts)
    lines = [f"{label:9} {line}" for label, text in facts for line in text.splitlines()]
    lines = [NEWER.sub("", VARYING.sub("#", PROMPTS.sub("", line))) for line in lines]
    if result.stress:  # a race
        lines = [PEOPLE.sub("Somebody", line) for line in lines]
    return "\n".join([f"{mutant.name}: {mutant.mistake}", *lines])


def is_told(mutant: Mutant, result: CheckResult, filed: str) -> bool:
    """Tell whether the story on file is this one, or has it among its endings; of a race, who tells it is enough."""
    head, *endings = filed.removeprefix(LEADS_NOWHERE).split(OR)
    title = f"{mutant.name}: {mutant.mistake}\n"
    if result.stress:
        teller = f"{title}{told(mutant, result).splitlines()[1]}\n"
        return any(story.startswith(teller) for story in (head, *(title + ending for ending in endings)))
    return told(mutant, result) in (head, *(title + ending for ending in endings))


def on_file() -> dict[str, str]:
    """Return the stories on file by the names of their mutants, question marks included."""
    blocks = [block for path in sorted(FOLDER.glob("*.txt")) for block in path.read_text("utf-8").strip().split("\n\n")]
    return {block.removeprefix(LEADS_NOWHERE).partition(":")[0]: block for block in blocks}


def put_on_file(stories: dict[str, str]) -> None:
    """Write `stories`, and keep those of other mutants."""
    known = {**on_file(), **stories}
    FOLDER.mkdir(exist_ok=True)
    for topic, mutants in BY_TOPIC.items():
        blocks = [known[mutant.name] for mutant in mutants if mutant.name in known]
        path = FOLDER / f"{re.sub('[^a-z]+', '_', topic)}.txt"
        path.write_text("\n\n".join(blocks) + "\n", "utf-8", newline="\n")
