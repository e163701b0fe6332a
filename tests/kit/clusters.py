"""Grade a class in parts, on a real Dask scheduler of which one worker is killed half-way, and by submitit.

`python -m tests.kit.clusters` needs `grading/klass/requirements.txt`. Each way must come to the bytes of an undisturbed
batch, with nothing lost and nothing counted twice.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grading.course import EXERCISES, KIT
from tests.kit.disturbed import command, decided, graded, klass, tells

STARTING_SECONDS = 120.0
LOOK_SECONDS = 0.2
PARTS = 3
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(KIT)}


@contextlib.contextmanager
def dask(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers, a process each; yield its address, and the workers."""
    file = folder / "scheduler.json"
    module = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    processes = [_quiet([*module, "--no-dashboard", "--scheduler-file", str(file)])]
    try:
        address = _waits_for(file)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
        workers = [_quiet([*worker, "--no-dashboard", "--local-directory", str(folder)]) for _ in range(2)]
        processes += workers
        yield address.removeprefix("tcp://"), workers
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _quiet(words: list[str]) -> subprocess.Popen[bytes]:
    nothing = subprocess.DEVNULL
    return subprocess.Popen(words, cwd=KIT, env=ENVIRONMENT, stdout=nothing, stderr=nothing)


def _waits_for(file: Path) -> str:
    ends_at = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends_at:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return str(json.loads(file.read_bytes())["address"])
        time.sleep(LOOK_SECONDS)
    raise SystemExit("the scheduler does not start")


def _kills_half_way(out: Path, count: int, worker: subprocess.Popen[bytes]) -> None:
    while len(list((out / "results").glob("*.json"))) < count:
        time.sleep(LOOK_SECONDS)
    worker.kill()


def _is_whole(out: Path, count: int) -> bool:
    """Tell whether the log names everybody once, with points; print it otherwise."""
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    times = Counter(line["who"] for line in lines)
    fine = len(times) == count and set(times.values()) == {1} and all(line["state"] == "graded" for line in lines)
    if not fine:
        print(f"{out.name}: the log says {dict(times)}")
    return fine


def main() -> int:
    """Print a line for each way; return 1 if one lost something, or came to other bytes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--step", choices=EXERCISES, default="step1")
    parser.add_argument("--count", type=int, default=5, help="wrong programs in the class")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        submissions = klass(folder / "class", options.step, options.count, random.Random(1))
        count = len(list(submissions.iterdir()))
        outs = {way: folder / way for way in ("undisturbed", "parts", "dask", "submitit")}
        words = {way: command(options.step, submissions, out, 2) for way, out in outs.items()}
        graded(words["undisturbed"])
        for number in range(1, PARTS + 1):
            subprocess.run([*words["parts"], "--shard", f"{number}/{PARTS}"], cwd=KIT, check=True)
        graded(words["parts"])
        with dask(folder) as (address, workers):
            killer = threading.Thread(target=_kills_half_way, args=(outs["dask"], count // 2, workers[0]), daemon=True)
            killer.start()
            graded([*words["dask"], "--on", f"dask://{address}"])
        print(f"one worker of two was killed half-way: {workers[0].returncode}")
        graded([*words["submitit"], "--on", "local"])
        wanted = decided(outs["undisturbed"])
        fine = [tells(way, decided(out), wanted) and _is_whole(out, count) for way, out in outs.items()]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
