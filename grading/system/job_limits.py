"""The limits of a Job Object of Windows, as the structure that says them; it can be looked at on every system."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

WORD, TIME, SIZE = ctypes.c_uint32, ctypes.c_int64, ctypes.c_size_t  # DWORD, LARGE_INTEGER, SIZE_T
PROCESS_TIME, ACTIVE_PROCESSES, PROCESS_MEMORY, JOB_MEMORY = 0x2, 0x8, 0x100, 0x200
NO_DIALOG, KILL_ON_JOB_CLOSE = 0x400, 0x2000  # when something crashes; when the last handle is closed
TICKS_PER_SECOND = 10_000_000  # of 100 nanoseconds
NO_DESKTOP = 0x08 | 0x10 | 0x40 | 0x80  # nobody in a job changes settings, the screen or desktops, or ends Windows


class Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = [
        ("process_time", TIME),
        ("job_time", TIME),
        ("flags", WORD),
        ("working_set_sizes", SIZE * 2),
        ("active_processes", WORD),
        ("affinity", SIZE),
        ("priority_class", WORD),
        ("scheduling_class", WORD),
    ]


class Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", Basic),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", SIZE),
        ("job_memory", SIZE),
        ("peak_process_memory", SIZE),
        ("peak_job_memory", SIZE),
    ]


def extended(limits: Mapping[str, int | None]) -> Extended:
    """Return the structure for limits with the names of `process/jail.py`; what is None is not limited."""
    made = Extended()
    made.basic.flags = NO_DIALOG | KILL_ON_JOB_CLOSE
    if seconds := limits.get("processor_seconds"):
        made.basic.flags |= PROCESS_TIME
        made.basic.process_time = seconds * TICKS_PER_SECOND
    if processes := limits.get("processes"):
        made.basic.flags |= ACTIVE_PROCESSES
        made.basic.active_processes = processes
    if memory := limits.get("memory_bytes"):
        made.basic.flags |= PROCESS_MEMORY | JOB_MEMORY  # of one, and of all together
        made.process_memory = made.job_memory = memory
    return made
