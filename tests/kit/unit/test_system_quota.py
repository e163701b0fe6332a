"""What a submission writes has so much room and no more, where a system can do that."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grading.course import KIT
from grading.submission.scratch import Place
from grading.system import quota

FILLS = """
from grading.process import jail
from grading.submission import scratch
jail.alone()
scratch.MOST_BYTES, scratch.MOST_FILES, scratch.SYSTEM_FILES = 1_000_000, 50, 10
place = scratch.Place()
if not place.is_limited:
    print("no limit")
    raise SystemExit
for fills in (lambda: (place.home / "big").write_bytes(bytes(2_000_000)), lambda: list(map(makes, range(100)))):
    def makes(number):
        (place.home / str(number)).mkdir()
    try:
        fills()
    except OSError as error:
        print(error.strerror)
for folder in place.of_system.values():
    try:
        [(folder / str(number)).touch() for number in range(100)]
    except OSError as error:
        print(error.strerror)
place.remove()
print(place.folders[0].parent.exists())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such folders")
def test_there_is_no_more_room_than_is_told() -> None:
    fills = [sys.executable, "-c", FILLS]
    said = subprocess.run(fills, cwd=KIT, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    if said == ["no limit"]:
        pytest.skip("this system lets us mount nothing")
    assert said == [*["No space left on device"] * 4, "False"]


def test_where_mounts_are_not_our_own_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "_own", [])  # another test of this run may have entered its own
    place = Place()
    assert not place.is_limited
    place.remove()
