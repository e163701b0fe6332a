"""`python -m tests.kit.hostile.inside RIVAL HOME NAME`: in a sandbox, let a rival grade one hostile submission.

This process is the first one there, which nobody can end or stop, and which adopts all that is left behind.
"""

from __future__ import annotations

import ctypes
import resource
import sys
from functools import partial
from pathlib import Path

from tests.kit.hostile import one, sandbox
from tests.kit.hostile.cases import VERDICTS, Case
from tests.kit.hostile.neighbour import neighbour
from tests.kit.hostile.rivals import RIVALS, Rival, There

FILE_BYTES = 100_000_000  # that a rival, or what it runs, may write into a file
DUMPABLE = 4  # PR_SET_DUMPABLE, see prctl(2): whether others in the same account may read our memory


def main(rival: str, home: str, name: str) -> None:
    """Grade one case, and say what became of it."""
    ctypes.CDLL(None).prctl(DUMPABLE, 0, 0, 0, 0)
    with neighbour() as port:
        one.main(name, str(port), partial(_grades, RIVALS[rival], Path(home)))


def _grades(rival: Rival, home: Path, case: Case, work: Path, there: There) -> tuple[int, str]:
    """Grade a case, anew where there was no verdict: a busy machine may be why."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, sandbox.LIMITS["RLIMIT_FSIZE"]))
    for _ in range(one.ATTEMPTS):
        status, said = rival.grades(home, case, work, there)
        if status in VERDICTS["any"]:
            break
    return status, said


if __name__ == "__main__":
    main(*sys.argv[1:])
