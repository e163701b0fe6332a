"""What Windows is told of limits has the layout that it expects, as far as that can be seen without Windows."""

from __future__ import annotations

import ctypes
from dataclasses import asdict

import pytest

from grading.process.jail import Limits
from grading.system import job_limits
from grading.system.job_limits import Basic, Extended, extended

wide = pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the layout is that of 64 bits")


@wide
def test_the_layout_is_that_of_winnt_h() -> None:
    assert (ctypes.sizeof(Basic), ctypes.sizeof(Extended)) == (64, 144)
    basic = {name: getattr(Basic, name).offset for name in ("flags", "working_set_sizes", "active_processes")}
    assert basic == {"flags": 16, "working_set_sizes": 24, "active_processes": 40}
    assert (Extended.process_memory.offset, Extended.job_memory.offset) == (112, 120)


def test_each_limit_is_named_by_its_flag() -> None:
    made = extended(asdict(Limits(processor_seconds=90, memory_bytes=4_000_000_000, processes=2_000)))
    assert made.basic.flags == 0x2 | 0x8 | 0x100 | 0x200 | 0x400 | 0x2000
    assert made.basic.process_time == 900_000_000  # of 100 nanoseconds
    assert made.basic.active_processes == 2_000
    assert made.process_memory == made.job_memory == 4_000_000_000


def test_what_is_not_limited_is_not_named() -> None:
    made = extended(asdict(Limits(processor_seconds=None, memory_bytes=None, processes=None)))
    assert made.basic.flags == job_limits.NO_DIALOG | job_limits.KILL_ON_JOB_CLOSE
