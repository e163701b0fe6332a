"""A class of 300 whose mistakes are known: how many stand in the group of theirs, on the page of the class?

python -m tests.kit.seeded_class FOLDER     makes the class, grades it with `batch` (an hour; it goes on where it was
                                            stopped), and tells; `--file` also puts ten of its grades on file, which
                                            the tests read

The mistakes are those of our mutants, drawn with a seed: a few are common and many are rare, as in any class. No two
submissions are the same: lines stand elsewhere, and whatever is up to chance has its chance. A mistake belongs to the
group in which most of those stand who made it, and a group to the mistake that most of it made: who stands in the group
of their mistake, and in no other one, stands right.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from grading.course import EXERCISES, KIT
from grading.klass.batch import LINES
from grading.pages.grouping import Failing, Group, failing, grouped
from grading.results.json import as_json, from_json
from grading.results.values import Grade
from grading.skeletons import finished
from grading.telling.choice import to_tell
from tests.kit.conftest import GOLDEN
from tests.kit.killing import Mutant
from tests.kit.mutants import MUTANTS

STEP, SEED = "step4", 300
COUNT, RIGHT = 300, 30  # submissions in all, and those of them that are right
ENOUGH = 0.8  # share of those who fail that has to stand right
TEN = GOLDEN / "ten-of-a-class.json"
ON_FILE = {  # whose grades are put there, and how many of each
    "no_name_may_be_a_command": 1,
    "strangers_listen": 2,
    "loops_over_the_list_itself": 2,
    "twelve_hours": 1,
    "no_colon_after_the_time": 1,
    "round_brackets": 1,
    "client_sends_the_text_up_to_a_colon": 1,
    "a_reset_is_no_news": 1,
}


def drawn() -> list[Mutant | None]:
    """Return what each one in the class did wrong; None is a right program."""
    rng = random.Random(SEED)
    usable = [mutant for one in MUTANTS if (mutant := at_the_step(one))]
    rng.shuffle(usable)
    rare = [1 / rank for rank in range(1, len(usable) + 1)]
    found: list[Mutant | None] = [None] * RIGHT
    found += rng.choices(usable, rare, k=COUNT - RIGHT)
    rng.shuffle(found)
    return found


def at_the_step(mutant: Mutant) -> Mutant | None:
    """Return the same mistake in a program of our step; None where it cannot be made, or is not seen there."""
    ladder = [exercise.name for exercise in EXERCISES[STEP].ladder]
    if mutant.base != "solution" or any(id.split("/")[0] not in ladder for id in mutant.caught_by):
        return None
    mutant = replace(mutant, step=STEP)
    try:
        mutant.sources()
    except ValueError:
        return None
    return mutant


def hand_in(folder: Path) -> dict[str, str]:
    """Write what the class hands in; return the mistake of each one who made one."""
    mistakes = {}
    for number, mutant in enumerate(drawn()):
        who = f"s{number:03}"
        (folder / who).mkdir(parents=True, exist_ok=True)
        for name, text in (mutant.sources() if mutant else finished(STEP)).items():
            (folder / who / name).write_text(f"# {who}\n" + "\n" * (number % 5) + text, "utf-8")
        if mutant:
            mistakes[who] = mutant.name
    return mistakes


def grades(results: Path) -> Iterator[tuple[str, Grade]]:
    """Yield who got what in a class that is graded."""
    with open(results / LINES, encoding="utf-8") as lines:
        for line in lines:
            whole = json.loads(line)
            yield whole["identity"], from_json(whole)


def right(groups: list[Group], mistakes: Mapping[str, str]) -> list[str]:
    """Return who stands in the group of their mistake."""
    homes: dict[str, Counter[int]] = defaultdict(Counter)
    for number, group in enumerate(groups):
        for member in group.members:
            homes[mistakes.get(member.who, "none")][number] += 1
    found = []
    for number, group in enumerate(groups):
        made = Counter(mistakes.get(member.who, "none") for member in group.members).most_common(1)[0][0]
        if homes[made].most_common(1)[0][0] == number:
            found += [member.who for member in group.members if mistakes.get(member.who) == made]
    return found


def tell(people: list[Failing], mistakes: Mapping[str, str]) -> bool:
    """Print each group, and how many stand right; tell whether that is enough."""
    groups = grouped(people)
    for group in groups:
        made = Counter(mistakes.get(member.who, "none") for member in group.members)
        print(f"{group.size:4}  {group.name}  ({', '.join(f'{name} {count}' for name, count in made.most_common())})")
    count, kinds = len(right(groups, mistakes)), len({mistakes.get(one.who) for one in people})
    share = count / len(people)
    print(f"{count} of {len(people)} ({100 * share:.0f} %) stand right: {kinds} mistakes in {len(groups)} groups.")
    return share >= ENOUGH


def put_on_file(found: Iterable[tuple[str, Grade]], mistakes: Mapping[str, str]) -> None:
    """Write the failures of ten of the class, with the one story that is told of each."""
    missing, kept = dict(ON_FILE), []
    for who, grade in found:
        name, told = mistakes.get(who, ""), to_tell(grade)
        if told and missing.get(name):
            missing[name] -= 1
            checks = (check if check is told else replace(check, events=()) for check in grade.failures)
            kept.append([name, as_json(replace(grade, checks=tuple(checks)))])
    TEN.write_text(json.dumps(kept, indent=1) + "\n", "utf-8", newline="\n")


def main() -> int:
    """Make the class, grade it, and tell; return 1 if too few stand right."""
    parser = argparse.ArgumentParser(prog="python -m tests.kit.seeded_class")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--workers", default="1", metavar="N")
    parser.add_argument("--file", action="store_true", help="put ten of the grades on file")
    options = parser.parse_args()
    mistakes, results = hand_in(options.folder / "class"), options.folder / "results"
    words = ["batch", STEP, str(options.folder / "class"), "--out", str(results), "--workers", options.workers]
    words += ["--html", str(options.folder / "class.html")]
    subprocess.run([sys.executable, "grader.py", *words], cwd=KIT, check=False)
    if options.file:
        put_on_file(grades(results), mistakes)
    people = [one for who, grade in grades(results) if (one := failing(who, grade))]
    return 0 if tell(people, mistakes) else 1


if __name__ == "__main__":
    sys.exit(main())
