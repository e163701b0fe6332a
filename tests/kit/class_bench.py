"""How fast a class is graded, how much memory that takes, and how soon one that has not changed is graded again.

python -m tests.kit.class_bench               classes of 20 and of 200, and one of 1,000 again: an hour
python -m tests.kit.class_bench --counts 20   a class of 20: five minutes
python -m tests.kit.class_bench --long        a class of 2,000 as well: five hours

Wrong programs, right ones unlike ours and hostile ones are mixed in a class, no two of them the same, and graded as
`grader.py batch` does it. What that is compared with is one pytest process for each submission, one after the other,
with the same checks, on some that are not hostile; half of these before all classes, and half after. On a busy machine,
trust the ratios only.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, replace
from pathlib import Path

from grading.course import EXERCISES, KIT
from grading.klass.intake import arrived
from grading.klass.store import Store
from grading.results.values import FAILED, PASSED
from grading.system import families
from grading.system.processes import kilobytes
from tests.kit.hostile.cases import cases, make
from tests.kit.killing import PREPARE, VARIANTS, submission
from tests.kit.mutants import MUTANTS
from tests.kit.seeded_class import STEP, at_the_step, grades

COUNTS, LONG = (20, 200), 2_000
UNCHANGED = 1_000  # submissions in the class that is graded again
ROUND = 20  # submissions, of which always as many are of each kind
HOSTILE = 3  # in each round; the same ones, since they take so differently long
VARIED = 4  # right programs unlike ours, in each round
SAMPLE = 4  # submissions for pytest
SEED = 4
LOOK_SECONDS = 0.5  # between two looks at memory
WORKERS = 2
NOWHERE = {  # where hostile programs of a class look for what is not theirs
    **dict.fromkeys(("HOME", "TMP", "NEIGHBOUR", "KIT"), "/nonexistent"), "SECRET": "unknown", "PORT": "9",
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What grading some submissions took."""

    count: int
    seconds: float
    checks: int  # which passed or failed; the others were not tried
    batch_megabytes: float = 0  # of the process that grades the class, at most
    all_megabytes: float = 0  # of all processes together, at most

    @property
    def speed(self) -> float:
        """Return checks in a second."""
        return self.checks / self.seconds

    @property
    def each(self) -> float:
        """Return seconds for each submission."""
        return self.seconds / self.count


def people(folder: Path, count: int) -> list[str]:
    """Make a class in a folder; return those in it who are not hostile."""
    rng, fair = random.Random(SEED), []
    hostile = rng.sample([case for case in cases() if case.is_for_any_step], HOSTILE)
    shuffled = itertools.cycle(rng.sample(MUTANTS, len(MUTANTS)))
    wrong = (mutant for one in shuffled if (mutant := at_the_step(one)))
    for number in range(count):
        who, place = f"p{number:04}", number % ROUND
        own = folder / who
        own.mkdir(parents=True)
        if place < HOSTILE:
            make(hostile[place], own, NOWHERE, STEP)
        elif place < HOSTILE + VARIED:
            shutil.copytree(rng.choice(_unlike_ours()), own, dirs_exist_ok=True)
        else:
            submission(next(wrong).sources(), str(own))
        if place >= HOSTILE:
            fair.append(who)
        (own / "author.txt").write_text(who)  # no two submissions are the same
    return fair


def _unlike_ours() -> list[Path]:
    """Return the folders of right programs that need no preparation."""
    variants = sorted(path.parent for path in VARIANTS.glob("*/chat_server.py"))
    return [variant for variant in variants if not (variant / PREPARE).exists()]


def batch(folder: Path, out: Path) -> Measured:
    """Grade a class, and look at memory meanwhile."""
    started, own, together = time.monotonic(), 0.0, 0.0
    with subprocess.Popen(_batch(folder, out), cwd=KIT, stdout=subprocess.DEVNULL) as grader:
        while grader.poll() is None:
            own = max(own, kilobytes(grader.pid, "VmHWM") / 1_000)
            together = max(together, own + sum(one.bytes for one in families.members(grader.pid)) / 1_000_000)
            time.sleep(LOOK_SECONDS)
    seconds, found = time.monotonic() - started, list(grades(out))
    checks = sum(check.outcome in (PASSED, FAILED) for _, grade in found for check in grade.checks)
    return Measured(len(found), seconds, checks, own, together)


def _batch(folder: Path, out: Path) -> list[str]:
    return [sys.executable, "grader.py", "batch", STEP, str(folder), "--out", str(out), "--workers", str(WORKERS)]


def by_pytest(works: list[Path]) -> Measured:
    """Make the same checks on some submissions, with one process of pytest for each."""
    started, checks = time.monotonic(), 0
    suites = [str(one.suite) for one in EXERCISES[STEP].ladder]
    for work in works:
        report = work.with_name(f"{work.name}.xml")
        words = ["pytest", *suites, "--work", str(work), "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run([sys.executable, "-m", *words], cwd=KIT, stdout=subprocess.DEVNULL, check=False)
        for suite in ElementTree.parse(report).iter("testsuite"):
            checks += int(suite.attrib["tests"]) - int(suite.attrib["skipped"])
    return Measured(len(works), time.monotonic() - started, checks)


def again(known: Path, folder: Path, count: int) -> tuple[str, float]:
    """Grade a class that has not changed; return what is said at the end, and how long it took.

    What its submissions get is taken from grades that are `known`: only their bytes are new.
    """
    people(folder / "class", count)
    found, store = itertools.cycle([grade for _, grade in grades(known)]), Store(folder / "results")
    for one in arrived(folder / "class", None, EXERCISES[STEP]).arrivals:
        if one.submission:
            store.keep(replace(next(found), submission=one.submission.digest))
    words = _batch(folder / "class", folder / "results")
    subprocess.run(words, cwd=KIT, stdout=subprocess.DEVNULL, check=False)
    started = time.monotonic()
    done = subprocess.run(words, cwd=KIT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    return " ".join(done.stdout.split()), time.monotonic() - started


def bench(folder: Path, options: argparse.Namespace) -> None:
    """Print each figure as soon as it is known."""
    fair = [folder / "sample" / who for who in people(folder / "sample", ROUND)]
    chosen = random.Random(SEED).sample(fair, options.sample)
    half = len(chosen) // 2
    alone = [by_pytest(chosen[:half])]
    found = []
    for count in options.counts:
        people(folder / f"class-{count}", count)
        found.append(batch(folder / f"class-{count}", folder / f"results-{count}"))
        _tell(f"batch, {count} submissions", found[-1])
    alone.append(by_pytest(chosen[half:]))
    total = Measured(*(sum(getattr(one, name) for one in alone) for name in ("count", "seconds", "checks")))
    _tell(f"pytest, {total.count} submissions", total)
    for one in found:
        print(f"{one.count} submissions: {one.speed / total.speed:.1f} times as many checks in a second", flush=True)
    known = folder / f"results-{options.counts[-1]}"
    said, seconds = again(known, folder / "again", options.unchanged)
    print(f"{options.unchanged} submissions again, unchanged: {seconds:.1f} s ({said})")


def _tell(what: str, one: Measured) -> None:
    memory = f"; {one.batch_megabytes:.0f} MB, {one.all_megabytes:.0f} MB with all workers and programs"
    figures = f"{one.speed:.2f} checks/s ({one.checks} in {one.seconds:.0f} s), {one.each:.1f} s each"
    print(f"{what}: {figures}{memory * bool(one.all_megabytes)}", flush=True)


def main() -> None:
    """Make classes, grade them, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.kit.class_bench")
    parser.add_argument(
        "--counts", type=int, nargs="+", default=list(COUNTS), metavar="N", help="submissions in a class"
    )
    parser.add_argument("--long", dest="counts", action="store_const", const=[*COUNTS, LONG], help=f"{LONG} as well")
    parser.add_argument("--sample", type=int, default=SAMPLE, metavar="N", help="graded by pytest")
    parser.add_argument(
        "--unchanged", type=int, default=UNCHANGED, metavar="N", help="submissions that are graded again"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        bench(Path(folder), options)


if __name__ == "__main__":
    main()
