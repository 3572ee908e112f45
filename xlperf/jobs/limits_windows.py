"""A worker process on Windows → one in a job object: it ends with its parent, within a limit of memory.

The system ends all processes of a job when its last handle is closed, however the parent ends.
"""

import sys

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
