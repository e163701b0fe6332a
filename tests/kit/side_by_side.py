"""Grade two submissions at once in one process, again and again: `python -m tests.kit.side_by_side [ROUNDS]`.

Whatever is decided about each of them must be the same, byte for byte, as when it is graded alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from grading.course import STEP2, Exercise
from grading.grade import grade
from grading.results.json import canonical
from grading.skeletons import finished
from grading.submission.folder import from_folder
from grading.submission.values import Submission

ROUNDS = 50


def rounds(count: int, step: Exercise = STEP2) -> Iterator[list[bool]]:
    """Yield for each round whether a right submission and one that has just begun were graded as they are alone."""

    def graded(submission: Submission) -> bytes:
        return canonical(grade(submission, step))

    right = Submission({name: text.encode() for name, text in finished(step.name).items()})
    assert step.pages
    both = [right, from_folder(step.pages)]
    alone = list(map(graded, both))
    assert len(set(alone)) == len(both)
    for _ in range(count):
        with ThreadPoolExecutor(len(both)) as pool:
            together = list(pool.map(graded, both))
        yield [one == other for one, other in zip(alone, together, strict=True)]


def main() -> int:
    """Print each round; return 1 if one was not as it should be."""
    wrong = 0
    for number, same in enumerate(rounds(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), 1):
        wrong += not all(same)
        print(f"{number}: {'the same as alone' if all(same) else 'DIFFERENT'}", flush=True)
    print(f"{wrong} rounds were different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
