"""What a submission takes together is held to a limit, too."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from grading.process import guard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what belongs together")
FAMILY = """
import os, signal
for _ in range(5):
    if not os.fork():
        signal.pause()
print("there", flush=True)
for _ in range(5):
    os.wait()
"""


def test_too_many_processes_are_all_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_PROCESSES", 4)
    monkeypatch.setattr(guard, "LOOKING_SECONDS", 0.01)
    ended = threading.Event()
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE) as head:
        assert head.stdout
        head.stdout.readline()
        looks = threading.Thread(target=guard.watch, args=(lambda: head.pid, ended))
        looks.start()
        try:
            assert head.wait() == 0  # it has waited for all five
        finally:
            ended.set()
            looks.join()


def test_whoever_takes_too_much_memory_is_ended_and_it_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES", 1)
    monkeypatch.setattr(guard, "LOOKING_SECONDS", 0.01)
    ended, why = threading.Event(), dict[int, str]()
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE) as head:
        assert head.stdout
        head.stdout.readline()
        looks = threading.Thread(target=guard.watch, args=(lambda: head.pid, ended, why))
        looks.start()
        try:
            assert head.wait() == 0
        finally:
            ended.set()
            looks.join()
    assert len(why) >= 5
    assert all("memory" in sentence for sentence in why.values())


def test_few_processes_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Semaphore(0)

    def root() -> int:
        looked.release()
        return os.getpid()

    monkeypatch.setattr(guard, "LOOKING_SECONDS", 0.01)
    ended = threading.Event()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    looks = threading.Thread(target=guard.watch, args=(root, ended))
    looks.start()
    for _ in range(3):
        looked.acquire()
    ended.set()
    looks.join()
    assert child.poll() is None
    child.communicate()
