"""What a process has includes what its children have; and who is to stand still does so in all threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grading.system import processes
from grading.system.processes import belongings, standing_still, state

if not Path("/proc/self/task").exists():
    pytest.skip("this system tells nothing of a process", allow_module_level=True)

STARTS_A_CHILD = """
import subprocess

child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
input(print("it runs", flush=True) or "")
child.communicate()
input(print("it has ended", flush=True) or "")
"""


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


def test_who_ends_while_one_looks_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    look = os.listdir

    def ends(path: str) -> list[str]:
        if "/proc/0/" in path:
            raise FileNotFoundError(path)
        return look(path)

    monkeypatch.setattr(os, "listdir", ends)
    monkeypatch.setattr(processes, "below", lambda pid: [0])
    assert min(belongings(os.getpid())) > 0


RUNNING = """
import threading

def runs():
    while True:
        sum(range(1000))

for _ in range(5):
    threading.Thread(target=runs, daemon=True).start()
print("ready", flush=True)
runs()
"""


def test_all_threads_of_a_process_have_stopped_before_anything_else_happens() -> None:
    with subprocess.Popen([sys.executable, "-c", RUNNING], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            for _ in range(20):
                with standing_still(process.pid):
                    assert {state(process.pid, thread) for thread in os.listdir(f"/proc/{process.pid}/task")} == {"T"}
        finally:
            process.kill()
