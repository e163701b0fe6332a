"""It is known which functions threads have run that none runs any more."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grading.course import KIT

PROGRAM = """
import functools, sys, threading
from grading.stage import ended, threads
threads.install("", "<string>")
ended.install()

class Postman(threading.Thread):
    def run(self):
        pass

class Server:
    def deliver(self, *what):
        pass

    def serve(self):
        gate.wait()

def goes(thread):
    thread.start()
    thread.join()

gate = threading.Event()
serving = threading.Thread(target=Server().serve)
serving.start()
{}
print([place["function"] for place in ended.ended()])
gate.set()
"""


@pytest.mark.parametrize(
    ("does", "functions"),
    [
        ("", []),
        ("goes(threading.Thread(target=Server().deliver))", ["deliver"]),
        ("goes(threading.Thread(target=functools.partial(Server().deliver, 1)))", ["deliver"]),
        ("goes(Postman())", ["run"]),
        ("goes(threading.Thread(target=print))", []),
        ("goes(threading.Thread(target=Server().deliver)); ended._noting.acquire(); ended._begins_anew()", []),
        ("goes(threading.Thread())", []),
        ("gate.set(); serving.join()", ["serve"]),
        ("gate.set(); serving.join(); del serving", ["serve"]),
    ],
)
def test_what_no_thread_runs_any_more_is_known(does: str, functions: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(does)], cwd=KIT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == str(functions)
