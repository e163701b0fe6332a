"""Windows has no process groups; a Job Object holds a program and all that it starts, and ends with whoever made it."""

from __future__ import annotations

import sys

assert sys.platform == "win32"  # for mypy: nobody imports this elsewhere

import ctypes  # noqa: E402
from ctypes import wintypes  # noqa: E402

EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
KILL_ON_JOB_CLOSE = 0x2000  # when its last handle is closed, as the system does for a process that ends
SET_QUOTA, TERMINATE = 0x0100, 0x0001  # what we may do to a process

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
for _name in ("CreateJobObjectW", "OpenProcess"):
    getattr(_kernel, _name).restype = wintypes.HANDLE


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("per_process_and_job_user_time", ctypes.c_int64 * 2),
        ("flags", wintypes.DWORD),
        ("working_set_sizes", ctypes.c_size_t * 2),
        ("active_processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority_and_scheduling", wintypes.DWORD * 2),
        ("io_counters", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    ]


class Job:
    """Holds the process `pid`, which has only just begun, and all that it will start."""

    def __init__(self, pid: int) -> None:
        self._job = wintypes.HANDLE(_kernel.CreateJobObjectW(None, None))
        limits = _Limits(flags=KILL_ON_JOB_CLOSE)
        _kernel.SetInformationJobObject(self._job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        self._process = wintypes.HANDLE(_kernel.OpenProcess(SET_QUOTA | TERMINATE, False, pid))
        _kernel.AssignProcessToJobObject(self._job, self._process)

    def kill(self) -> None:
        """End all that is in here, now. It does no harm to do it twice."""
        _kernel.TerminateJobObject(self._job, 1)
        _kernel.TerminateProcess(self._process, 1)  # where it could not be put in here
        for handle in (self._process, self._job):
            _kernel.CloseHandle(handle)
            handle.value = None
