"""Windows has no process groups; a Job Object holds a program and all that it starts, and ends with whoever made it."""

from __future__ import annotations

import sys

assert sys.platform == "win32"  # for mypy: nobody imports this elsewhere

import ctypes  # noqa: E402
import functools  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from ctypes import wintypes  # noqa: E402

from grading.system import job_limits  # noqa: E402

EXTENDED_LIMITS, INTERFACE = 9, 4  # JobObjectExtendedLimitInformation, JobObjectBasicUIRestrictions
SET_QUOTA, TERMINATE = 0x0100, 0x0001  # what we may do to a process

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
for _name in ("CreateJobObjectW", "OpenProcess"):
    getattr(_kernel, _name).restype = wintypes.HANDLE


class Job:
    """Holds the process `pid`, which has only just begun, and all that it will start, to some limits."""

    def __init__(self, pid: int, limits: Mapping[str, int | None] | None = None) -> None:
        self._job = wintypes.HANDLE(_kernel.CreateJobObjectW(None, None))
        _set(self._job, limits or {})
        self._process = wintypes.HANDLE(_kernel.OpenProcess(SET_QUOTA | TERMINATE, False, pid))
        _kernel.AssignProcessToJobObject(self._job, self._process)

    def kill(self) -> None:
        """End all that is in here, now. It does no harm to do it twice."""
        _kernel.TerminateJobObject(self._job, 1)
        _kernel.TerminateProcess(self._process, 1)  # where it could not be put in here
        for handle in (self._process, self._job):
            _kernel.CloseHandle(handle)
            handle.value = None


@functools.cache
def can_limit() -> bool:
    """Tell whether this system holds programs to limits: it takes them, and says that it has them."""
    job = wintypes.HANDLE(_kernel.CreateJobObjectW(None, None))
    asked = {"processor_seconds": 1, "processes": 1, "memory_bytes": 1 << 24}
    found = job_limits.Extended()
    is_set = _set(job, asked)
    told = _kernel.QueryInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(found), ctypes.sizeof(found), None)
    _kernel.CloseHandle(job)
    return bool(is_set and told and found.basic.flags == job_limits.extended(asked).basic.flags)


def _set(job: wintypes.HANDLE, limits: Mapping[str, int | None]) -> bool:
    wanted, interface = job_limits.extended(limits), wintypes.DWORD(job_limits.NO_DESKTOP)
    _kernel.SetInformationJobObject(job, INTERFACE, ctypes.byref(interface), ctypes.sizeof(interface))
    return bool(_kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(wanted), ctypes.sizeof(wanted)))
