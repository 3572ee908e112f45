"""A worker process → one that ends with its parent and takes no more memory than it may.

On Windows it is in a job object: the system ends all processes of a job when its last handle is closed,
however the parent ends.
"""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _LIMITS = 9
    """JobObjectExtendedLimitInformation."""
    _PROCESS_MEMORY, _ENDS_WITH_HANDLE = 0x100, 0x2000
    _SET_QUOTA_AND_TERMINATE = 0x101

    class _Basic(ctypes.Structure):
        _fields_ = [
            ("per_process_time", wintypes.LARGE_INTEGER),
            ("per_job_time", wintypes.LARGE_INTEGER),
            ("flags", wintypes.DWORD),
            ("least_working_set", ctypes.c_size_t),
            ("most_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
        ]

    class _Extended(ctypes.Structure):
        _fields_ = [
            ("basic", _Basic),
            ("io_counters", ctypes.c_ulonglong * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("most_process_memory", ctypes.c_size_t),
            ("most_job_memory", ctypes.c_size_t),
        ]

    class Job:
        """A job object of its own for one worker and the processes that it starts."""

        def __init__(self, process: int, memory: int) -> None:
            """Put the process of the number ``process`` into it, each of its processes within ``memory``."""
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            for name in ("CreateJobObjectW", "OpenProcess"):
                getattr(self._kernel, name).restype = wintypes.HANDLE
            self._handle = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
            limits = _Extended(process_memory=memory)
            limits.basic.flags = _PROCESS_MEMORY | _ENDS_WITH_HANDLE
            self._kernel.SetInformationJobObject(
                self._handle, _LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            opened = wintypes.HANDLE(self._kernel.OpenProcess(_SET_QUOTA_AND_TERMINATE, False, process))
            self._kernel.AssignProcessToJobObject(self._handle, opened)
            self._kernel.CloseHandle(opened)

        def end(self) -> None:
            """Kill all processes of the job."""
            self._kernel.TerminateJobObject(self._handle, 1)
            self._kernel.CloseHandle(self._handle)

else:
    import fcntl

    if TYPE_CHECKING:
        import resource
    else:
        resource = LazyModule("resource")  # a browser has none

    def end_with_parent(lifeline: int) -> None:
        """Let the system end this process and those it starts when its parent has gone.

        ``lifeline`` is the reading end of a pipe of which only the parent has the other end: its closing
        sends SIGIO to the process group, which is not handled and therefore ends even a process that is
        busy inside a library and would not look at anything.
        """
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        if select.select([lifeline], [], [], 0)[0]:
            os._exit(1)

    def data_in_use() -> int:
        """Bytes of memory that this process can write to, those that it has from its parent among them."""
        try:
            with open("/proc/self/statm", "rb") as pages:
                return int(pages.read().split()[5]) * resource.getpagesize()
        except OSError:
            return 0

    @contextmanager
    def memory_within(size: int) -> Iterator[None]:
        """Let this process have ``size`` bytes and no more during the block; macOS does not see to it.

        What counts is memory that can be written: address space alone, of which threads reserve a lot on
        machines with many processors, costs nothing.
        """
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

    def most_memory() -> int:
        """The most bytes of memory that this process has used at any time."""
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used if sys.platform == "darwin" else used * 1024

    def end_group(leader: int) -> None:
        """Kill the process ``leader`` and those of its group, such as LibreOffice."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
