"""What arrives as a submission: a folder, a zip, or a single file."""

from __future__ import annotations

import os
from pathlib import Path

from grading.results.visible import shown
from grading.submission import budget
from grading.submission.archive import from_zip
from grading.submission.folder import from_folder, read_file, why_not
from grading.submission.values import BadSubmission, Submission


def arrived(path: Path) -> Submission:
    """Return what lies at `path` as a submission; BadSubmission or TooBig where it cannot be one."""
    if os.path.isdir(path):
        return from_folder(path)
    if not os.path.isfile(path):
        raise BadSubmission(f"There is no folder {shown(str(path))}.")
    real = os.path.realpath(path)
    try:
        size = os.path.getsize(real)
        budget.weigh("The work", {path.name: size})
        data = read_file(real, size)
    except OSError as error:
        raise BadSubmission(f"{shown(path.name)} {why_not(error)}.") from None
    return from_zip(data, path.name) if path.suffix.lower() == ".zip" else Submission({path.name: data})
