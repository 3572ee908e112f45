"""The processes of a running server → most memory at once, processor time, of itself and its workers."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

_MEGABYTE = 2**20
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PERIOD = 0.25


class Running(Protocol):
    """Something with a process that may be replaced by another."""

    process: object


class Processes:
    """Looks at the server and all below it a few times a second while the block lasts."""

    def __init__(self, server: Running) -> None:
        self._server, self._done = server, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._seconds: dict[tuple[str, int], float] = {}
        self._most = {"server": 0.0, "workers": 0.0, "LibreOffice": 0.0}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._done.set()
        self._thread.join()

    def table(self) -> str:
        """A row for each kind of process."""
        rows = []
        for kind, most in self._most.items():
            seconds = sum(spent for (of, _), spent in self._seconds.items() if of == kind)
            rows.append(f"| {kind} | {most:.0f} | {seconds:.0f} |")
        return "\n".join(rows)

    def _watch(self) -> None:
        while not self._done.wait(_PERIOD):
            now = dict.fromkeys(self._most, 0.0)
            for kind, pid in self._below():
                with suppress(OSError, IndexError):
                    now[kind] += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / _MEGABYTE
                    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    self._seconds[kind, pid] = (int(fields[11]) + int(fields[12])) / _TICKS
            for kind, memory in now.items():
                self._most[kind] = max(self._most[kind], memory)

    def _below(self) -> Iterator[tuple[str, int]]:
        """The server and its descendants by kind."""
        top = getattr(self._server.process, "pid", None)
        if top is None:
            return
        yield "server", top
        waiting = [top]
        while waiting:
            for pid in _children(waiting.pop()):
                waiting.append(pid)
                yield "LibreOffice" if "soffice" in _name(pid) else "workers", pid


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
