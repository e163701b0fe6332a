"""The clusters that can grade a class, each by a library of its own, which is asked for only where it is meant."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grading.course import KIT
from grading.klass.elsewhere import Answer, Elsewhere, Futures, does
from grading.results.values import Versions
from grading.results.visible import shown
from grading.submission.values import BadSubmission

DASK, SLURM, LOCAL = "dask://", "slurm", "local"  # what can be typed; the last one is for trying the one before it
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
IN_A_JOB = 50  # submissions, where starting a job takes long
LOOK_SECONDS = 1.0  # between looks at whether a job has ended
FINDING_SECONDS = 10  # until a scheduler must have answered
SPARE = 2  # times the deadline of all its submissions that a job may take, since some are graded more than once


@contextmanager
def elsewhere(where: str, folder: Path, deadline: float, versions: Versions) -> Iterator[Elsewhere]:
    """Give graders on a cluster; BadSubmission with a sentence where there is none."""
    if where.startswith(DASK):
        with _dask(where.removeprefix(DASK)) as executor:

            def submits(jobs: list[list[bytes]], seconds: float) -> Futures:
                return [executor.submit(does, job, seconds) for job in jobs]

            yield Elsewhere(submits, 1, deadline, versions)
    elif where in (SLURM, LOCAL):
        submitted = _Submitted(_needed("submitit"), where, folder)
        yield Elsewhere(submitted.submits, IN_A_JOB, deadline, versions)
    else:
        raise BadSubmission(f"--on {where} is none of {DASK}HOST:PORT, {SLURM} and {LOCAL}.")


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        typed = f"{sys.executable} -m pip install -r {REQUIREMENTS}"
        raise BadSubmission(f"This needs {module}, which is not installed. Type: {typed}") from None


@contextmanager
def _dask(address: str) -> Iterator[Any]:
    distributed = _needed("distributed")
    try:
        client = distributed.Client(f"tcp://{address}", timeout=FINDING_SECONDS)
    except (OSError, ValueError) as error:
        raise BadSubmission(f"There is no Dask scheduler at {address}: {error}.") from None
    with client, client.get_executor(pure=False) as executor:
        yield executor


class _Submitted:
    """Jobs of submitit, as futures."""

    def __init__(self, submitit: Any, cluster: str, folder: Path) -> None:
        try:
            self._executor = submitit.AutoExecutor(folder / ".jobs", cluster=cluster)
        except RuntimeError as error:
            raise BadSubmission(f"There is no {cluster} here: {shown(str(error))}") from None

    def submits(self, jobs: list[list[bytes]], deadline: float) -> Futures:
        """Hand jobs in, as one array."""
        paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        if str(KIT) not in paths:  # its workers import us; they forget it at once
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(KIT), *paths]))
        minutes = int(SPARE * deadline * IN_A_JOB / 60) + 1
        self._executor.update_parameters(timeout_min=minutes, cpus_per_task=1, mem_gb=2)
        with self._executor.batch():
            submitted = [self._executor.submit(does, job, deadline) for job in jobs]
        futures: Futures = [Future() for _ in jobs]
        threading.Thread(target=_follow, args=(submitted, futures), daemon=True).start()
        return futures


def _follow(jobs: list[Any], futures: list[Future[list[Answer]]]) -> None:
    """Let each future have what its job came to."""
    running = list(zip(jobs, futures, strict=True))
    while running:
        for job, future in [pair for pair in running if pair[0].done()]:
            running.remove((job, future))
            try:
                future.set_result(job.result())
            except Exception as error:  # whatever became of the job
                future.set_exception(error)
        time.sleep(LOOK_SECONDS)
