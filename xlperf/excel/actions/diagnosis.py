"""诊断: what ``xlperf doctor`` finds on this machine, shown in Excel."""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from xlperf.excel.actions.host import Host
from xlperf.excel.actions.wording import text


class Examined(Protocol):
    """One thing looked at: whether it is well, what it is, what was found, and the cure."""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""

    @property
    def title(self) -> str:
        """What was looked at."""

    @property
    def found(self) -> str:
        """What is there."""

    @property
    def cure(self) -> str:
        """What to do, "" when it is well."""


def doctor(host: Host) -> None:
    """Examine this machine and say what is well, what is not, and what to do."""
    results: Sequence[Examined] = import_module("xlperf.excel.doctor").examine()
    bad = [one for one in results if not one.ok]
    head = text("ill", count=len(bad)) if bad else text("well", count=len(results))
    lines = [text("examined_bad", title=one.title, found=one.found, cure=one.cure) for one in bad]
    lines += [text("examined_good", title=one.title, found=one.found) for one in results if one.ok]
    host.say("\n".join([head, *lines]), bad=bool(bad))
