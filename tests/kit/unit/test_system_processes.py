"""What a process has includes what its children have, as long as they run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grading.system.processes import belongings

STARTS_A_CHILD = """
import subprocess

child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
input(print("it runs", flush=True) or "")
child.communicate()
input(print("it has ended", flush=True) or "")
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system tells nothing of a process")
def test_what_a_child_has_counts_until_it_has_ended() -> None:
    command = [sys.executable, "-c", STARTS_A_CHILD]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin and program.stdout
        program.stdout.readline()
        threads, descriptors = belongings(program.pid)
        print(file=program.stdin, flush=True)
        program.stdout.readline()
        fewer_threads, fewer_descriptors = belongings(program.pid)
        program.communicate("\n")
    assert (threads, fewer_threads) == (2, 1)
    assert descriptors >= fewer_descriptors + 3
