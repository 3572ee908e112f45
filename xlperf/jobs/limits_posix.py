"""A worker on Linux and macOS → one that ends with its parent and takes no more memory than it may."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule

if sys.platform != "win32":
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
