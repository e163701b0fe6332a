"""What no chat program asks for, the system refuses; all else goes on as before."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from grading.course import KIT
from grading.stage import refusing

HERE = refusing.ARCHITECTURES.get(platform.machine() if sys.platform == "linux" else "")
REFUSED = """
import os, subprocess, sys, threading
from grading.stage import refusing
before = os.memfd_create("m")
refusing.refuse()
try:
    os.memfd_create("m")
except PermissionError:
    print("refused")
thread = threading.Thread(target=print, args=("a thread",), kwargs={"flush": True})
thread.start()
thread.join()
inner = "import os\\ntry:\\n    os.memfd_create('m')\\nexcept PermissionError:\\n    print('refused there')"
subprocess.run([sys.executable, "-c", inner], check=True)
if not os.fork():
    os._exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.skipif(not HERE, reason="nothing is refused on this system")
def test_what_is_refused_is_refused_to_all_that_it_starts_and_nothing_else_is() -> None:
    try:
        done = subprocess.run([sys.executable, "-c", REFUSED], cwd=KIT, stdout=subprocess.PIPE, text=True, check=True)
    except subprocess.CalledProcessError as error:
        if "OSError" in str(error.stderr):
            pytest.skip("this system knows no such filters")
        raise
    assert done.stdout.splitlines() == ["refused", "a thread", "refused there", "3"]


def test_an_architecture_whose_calls_are_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "s390x")
    with pytest.raises(OSError, match="not known"):
        refusing.refuse()


@pytest.mark.parametrize(("column", "architecture"), refusing.ARCHITECTURES.values())
def test_whatever_is_refused_leads_to_the_same_last_word(column: int, architecture: int) -> None:
    made = refusing.instructions(column, architecture)
    numbers = {numbers[column] for numbers in refusing.REFUSED.values()}
    assert len(numbers) == len(refusing.REFUSED)
    for at, (what, then, _, number) in enumerate(made):
        if (what, number) == (refusing.HAS_ANY, refusing.NEW_NAMESPACES) or number in numbers:
            assert at + 1 + then == len(made) - 1
    assert made[-2:] == [(refusing.RETURN, 0, 0, refusing.ALLOW), (refusing.RETURN, 0, 0, refusing.REFUSE | 1)]
