"""Grade a class undisturbed, with 1, 2 and 8 workers, and killed at ten random moments: it comes to the same bytes.

`python -m tests.kit.disturbed` takes some minutes. `--seed N` repeats the class and the moments.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grading.course import EXERCISES, KIT
from grading.results.json import canonical, from_text
from grading.skeletons import finished
from tests.kit.mutants import MUTANTS

WORKERS = (1, 2, 8)
KILLS = 10
WRONG = 8  # programs in the class, beside three others
EARLIEST_SECONDS = 0.5  # until a batch has begun
Bytes = dict[str, bytes]  # what was decided, by the name of a file


def klass(folder: Path, step: str, count: int, chance: random.Random) -> Path:
    """Write a class into a folder: a right program, two that do not start, and wrong ones."""
    right = finished(step)
    people = {"right": right, "empty": {**right, "chat_server.py": ""}, "ends": {**right, "chat_client.py": "1 / 0"}}
    fitting = [mutant for mutant in MUTANTS if mutant.step == step and mutant.base == "solution"]
    people.update({mutant.name: mutant.sources() for mutant in chance.sample(fitting, min(count, len(fitting)))})
    for who, files in people.items():
        (folder / who).mkdir(parents=True)
        for name, text in files.items():
            (folder / who / name).write_text(text, "utf-8")
    return folder


def decided(out: Path) -> Bytes:
    """Return what is the same however often a class is graded, and the table that the instructor opens."""
    found = {path.name: canonical(from_text(path.read_text("utf-8"))) for path in (out / "results").glob("*.json")}
    return {**found, **{path.name: path.read_bytes() for path in out.glob("*.csv")}}


def command(step: str, submissions: Path, out: Path, workers: int) -> list[str]:
    """Return what is typed to grade a class."""
    words = ["batch", step, str(submissions), "--out", str(out), "--workers", str(workers)]
    return [sys.executable, "grader.py", *words]


def graded(words: list[str]) -> float:
    """Grade to the end; return how many seconds that took."""
    started = time.monotonic()
    done = subprocess.run(words, cwd=KIT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return time.monotonic() - started


def killed(words: list[str], seconds: float) -> bool:
    """Kill a batch after some time; return whether it was still at work."""
    with subprocess.Popen(words, cwd=KIT, stdout=subprocess.DEVNULL) as batch:
        try:
            batch.wait(seconds)
        except subprocess.TimeoutExpired:
            batch.kill()  # SIGKILL, on POSIX
            return True
    return False


def tells(words: str, found: Bytes, wanted: Bytes) -> bool:
    """Print whether the bytes are those that are wanted; return it."""
    others = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    print(f"{words}: {f'OTHERS: {others}' if others else f'the same {len(wanted)} files, byte for byte'}", flush=True)
    return not others


def main() -> int:
    """Print a line for each grading; return 1 if one came to other bytes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=random.randrange(1000))
    parser.add_argument("--step", choices=EXERCISES, default="step2")
    parser.add_argument("--count", type=int, default=WRONG, help="wrong programs in the class")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"--seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        submissions = klass(Path(folder) / "class", options.step, options.count, chance)
        return 0 if _all_the_same(Path(folder), options.step, submissions, chance) else 1


def _all_the_same(folder: Path, step: str, submissions: Path, chance: random.Random) -> bool:
    outs = {count: folder / f"with-{count}" for count in WORKERS}
    seconds = {count: graded(command(step, submissions, out, count)) for count, out in outs.items()}
    wanted = decided(outs[1])
    fine = [tells(f"{count} workers, {seconds[count]:.0f} s", decided(out), wanted) for count, out in outs.items()]
    kills = 0
    while kills < KILLS:
        out = folder / f"killed-{kills}"
        words = command(step, submissions, out, 2)
        before = kills
        while kills < KILLS and killed(words, chance.uniform(EARLIEST_SECONDS, seconds[2] / 3)):
            kills += 1
        graded(words)
        fine.append(tells(f"killed {kills - before} times, then resumed", decided(out), wanted))
    return all(fine)


if __name__ == "__main__":
    sys.exit(main())
