"""Grade right programs again and again on a busy machine, and count the verdicts that are wrong.

python -m tests.kit.soak --rounds 7             the reference and every fair variant, seven times
python -m tests.kit.soak --rounds 50 --only reference
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

from grading.launcher import Launcher
from grading.results import PASSED
from grading.skeletons import finished
from tests.kit.killing import VARIANTS, run, submission

BURNER = "while True: pass"


def main() -> int:
    """Print a line per program and a summary; return 1 if a verdict was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="reference, or the name of a variant")
    parser.add_argument("--burners", type=int, default=os.cpu_count() or 1, help="processes that keep the cores busy")
    parser.add_argument("--nice", type=int, default=19, help="how far the grader stands back behind the burners")
    options = parser.parse_args()
    burners = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(options.burners)]
    if sys.platform != "win32":
        os.nice(options.nice)  # the burners come first, the grader last
    try:
        return soak(options.rounds, options.only)
    finally:
        for burner in burners:
            burner.kill()


def soak(rounds: int, only: str) -> int:
    """Grade every program `rounds` times."""
    names = ["reference", *sorted(path.name for path in VARIANTS.iterdir() if (path / "chat_server.py").exists())]
    checked = wrong = repeated = 0
    with tempfile.TemporaryDirectory() as folder:
        reference = submission(finished("advanced"), folder)
        for number in range(1, rounds + 1):
            for name in [name for name in names if only in ("", name)]:
                started = time.monotonic()
                with Launcher() as launcher:
                    results = run(reference if name == "reference" else VARIANTS / name, "advanced", launcher)
                checked += len(results)
                repeated += sum(result.repeated for result in results)
                failed = [result for result in results if result.outcome != PASSED]
                wrong += len(failed)
                print(f"round {number} {name}: {time.monotonic() - started:.1f} s", flush=True)
                for result in failed:
                    why = f"{result.expected} | {result.got} | {result.because}"
                    print(f"  WRONG {result.id} ({result.outcome}, {result.seconds:.1f} s): {why}", flush=True)
    print(f"{checked} check runs, {wrong} wrong verdicts, {repeated} repeated alone")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
