"""Hunt with conversations that nobody wrote: right programs that the model accuses, wrong ones that it lets pass.

python -m tests.kit.conversations 1000              the finished reference of every step
python -m tests.kit.conversations 1000 --variants   every fair variant, too
python -m tests.kit.conversations 200 --mutants     every mutant of a server of the steps: who is caught, and by what
python -m tests.kit.conversations --work my_server --step 3 a submission
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grading.course import EXERCISES, STEPS
from grading.people.playing import Companies, Finding
from grading.people.room import Room, knows_join
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.protocol.conversations import Conversation, told
from grading.protocol.inventing import invent
from grading.results.unmet import Unmet
from grading.skeletons import finished, number
from grading.submission.folder import from_folder
from tests.kit.killing import REFERENCE, Mutant, right_program, right_programs, submission
from tests.kit.mutants import MUTANTS

MOST_FINDINGS = 3  # of one program: the rest is mostly the same
MOST_TRIES = 60  # of shrinking
AT_ONCE = 2  # programs
NEW = 10**9  # seeds to begin with


@dataclass
class Hunt:
    """What was found in one program."""

    name: str
    step: int
    count: int = 0
    acts: int = 0
    seconds: float = 0.0
    stories: list[list[str]] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)  # by which something was found


@contextmanager
def companies(work: Path, step: int, launcher: Launcher) -> Iterator[Companies]:
    """Yield the companies that play before a submission."""
    exercise = EXERCISES[STEPS[step - 1]]
    production = Production(launcher, from_folder(work), exercise)
    room = Room(production, exercise)
    companies = Companies(room)
    try:
        yield companies
    finally:
        companies.close()
        room.close()
        production.close()


def hunt(name: str, work: Path, step: int, seeds: range, launcher: Launcher, most: int, shrink: bool = True) -> Hunt:
    """Play the conversations of `seeds`, up to `most` that find something, and shrink those."""
    hunt = Hunt(name, step)
    with companies(work, step, launcher) as server:
        joins = step > 1 or server.room.production.once(knows_join)
        for seed in seeds:
            conversation = invent(step, seed, joins)
            started = time.monotonic()
            found = server.plays(conversation)
            hunt.seconds += time.monotonic() - started
            hunt.count += 1
            hunt.acts += len(conversation)
            if found:
                hunt.seeds.append(seed)
                hunt.stories.append(story(server, conversation, found, shrink))
                if len(hunt.seeds) >= most:
                    break
    return hunt


def story(server: Companies, conversation: Conversation, found: Finding | Unmet, shrink: bool) -> list[str]:
    """Return how the shortest conversation that fails is told, and what was wrong."""
    shortest = conversation[: found.played] if isinstance(found, Finding) else conversation
    if shrink:
        shortest, found = server.shrinks(shortest, MOST_TRIES) or (shortest, found)
    return [*told(shortest), f"=> {in_words(found)}"]


def in_words(found: Finding | Unmet) -> str:
    """Say in a line what was found."""
    if isinstance(found, Unmet):
        return str(found)
    wrong = found.wrong
    line = f" {wrong.line!r}" if wrong.line else ""
    first = f" ({wrong.first!r})" if wrong.first else ""
    return f"{wrong.person}:{line}: {wrong.kind.value}{first}"


Hunts = dict[str, list[Callable[[], Hunt]]]  # by the name of the program


def right_hunts(seeds: range, launcher: Launcher, variants: bool) -> Hunts:
    """Return the hunts through right programs, by name: the reference at each step, the variants at the last one."""

    def through(name: str, step: int) -> Hunt:
        with tempfile.TemporaryDirectory() as folder:
            is_ours = name == REFERENCE
            work = submission(finished(STEPS[step - 1]), folder) if is_ours else right_program(name, folder)
            return hunt(name, work, step, seeds, launcher, MOST_FINDINGS)

    last = len(STEPS)
    hunts: Hunts = {REFERENCE: [partial(through, REFERENCE, step) for step in range(1, last + 1)]}
    for name in right_programs() if variants else ():
        hunts.setdefault(name, [partial(through, name, last)])
    return hunts


def wrong_hunts(seeds: range, launcher: Launcher, shrink: bool) -> Hunts:
    """Return the hunts through the mutants of servers, by name, each until something is found."""
    mutants = [mutant for mutant in MUTANTS if mutant.program == "server" and mutant.step in STEPS]
    return {mutant.name: [partial(_through_mutant, mutant, seeds, launcher, shrink)] for mutant in mutants}


def _through_mutant(mutant: Mutant, seeds: range, launcher: Launcher, shrink: bool) -> Hunt:
    with tempfile.TemporaryDirectory() as folder:
        work = submission(mutant.sources(), folder)
        return hunt(mutant.name, work, number(mutant.step), seeds, launcher, 1, shrink)


def show(hunt: Hunt) -> None:
    """Print what one hunt found."""
    speed = hunt.count / hunt.seconds if hunt.seconds else 0
    print(
        f"{hunt.name}, step {hunt.step}: {hunt.count} conversations, {speed:.0f} per second, {len(hunt.seeds)} findings"
    )
    for seed, lines in zip(hunt.seeds, hunt.stories, strict=True):
        print(f"  seed {seed}:")
        for line in lines:
            print(f"    {line}")
    sys.stdout.flush()


def main() -> int:
    """Print what is found; return 1 if a right program was accused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, nargs="?", default=200, help="conversations for each program")
    parser.add_argument(
        "--first", type=int, default=random.randrange(NEW), help="the first seed: another one each time"
    )
    parser.add_argument("--step", default=STEPS[-1], help="of the submission in --work")
    parser.add_argument("--only", default="", help="the names of some programs, with commas between them")
    parser.add_argument("--work", type=Path, help="a submission")
    parser.add_argument("--variants", action="store_true", help="also the fair variants")
    parser.add_argument("--mutants", action="store_true", help="the mutants instead of right programs")
    parser.add_argument("--as-they-are", action="store_true", help="do not shrink what was found")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.count)
    print(f"seeds {seeds.start} to {seeds.stop - 1}")
    with Launcher() as launcher, ThreadPoolExecutor(AT_ONCE) as pool:
        if options.work:
            show(hunt(str(options.work), options.work, number(options.step), seeds, launcher, MOST_FINDINGS))
            return 0
        if options.mutants:
            hunts = wrong_hunts(seeds, launcher, not options.as_they_are)
        else:
            hunts = right_hunts(seeds, launcher, options.variants)
        done = []
        names = options.only.split(",") if options.only else hunts
        for future in [pool.submit(one) for name in names for one in hunts[name]]:
            done.append(future.result())
            show(done[-1])
    caught = sum(bool(hunt.seeds) for hunt in done)
    print(f"{caught} of {len(done)} programs fail, after {sum(hunt.count for hunt in done)} conversations")
    if options.mutants:
        print("not caught:", ", ".join(hunt.name for hunt in done if not hunt.seeds))
    return int(bool(caught) and not options.mutants)


if __name__ == "__main__":
    sys.exit(main())
