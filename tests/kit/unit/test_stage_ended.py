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


MAKES = """
class Handler(threading.Thread):
    def __init__(self):
        super().__init__()

    def run(self):
        pass

def makes(target):
    return threading.Thread(target=target)

class Client:
    def __init__(self):
        self.thread = threading.Thread(target=Server().deliver)

def makes_both():
    return Handler(), Handler()
"""


@pytest.mark.parametrize(
    ("does", "functions"),
    [
        ("made = makes(Server().deliver)", ["makes"]),
        ("makes(Server().deliver)", ["makes"]),
        ("makes(Server().deliver).start", ["makes"]),
        ("goes(makes(Server().deliver))", []),
        ("goes(makes(Server().deliver)); makes(Server().deliver)", []),
        ("makes(Server().deliver); goes(makes(Server().deliver))", []),
        ("makes(print)", []),
        ("makes_both()", ["makes_both"]),
        ("Client()", ["__init__"]),
        ("one, two = makes_both(); goes(two)", []),
        ("makes(Server().deliver); ended._begins_anew()", []),
    ],
)
def test_what_a_thread_was_made_for_and_none_has_run_is_known(does: str, functions: list[str]) -> None:
    program = PROGRAM.replace("ended.ended()", "ended.unstarted()").format(MAKES + does)
    done = subprocess.run([sys.executable, "-c", program], cwd=KIT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(functions)
