"""--select, --ignore and --exempt → the part of a report that was asked for, alike in every command."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from xlperf.cli.commands import told
from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    from xlperf.declarations import exemptions
    from xlperf.declarations.check_report import Report
    from xlperf.jobs.baseline import Baseline
else:
    exemptions = LazyModule("xlperf.declarations.exemptions")


class Wanted:
    """What is asked for; wrong codes and exemption files are told (InputError) before any work."""

    def __init__(self, select: Sequence[str], ignore: Sequence[str], exempt: str | None) -> None:
        from xlperf.declarations.explain import all_codes
        from xlperf.declarations.selection import Selection

        known = all_codes() if select or ignore or exempt else ()
        self._selection = Selection(select, ignore, known)
        self._exemptions = exemptions.read_exemptions(exempt) if exempt else []

    def of(self, report: "Report") -> "Report":
        """The report with what is asked for, exempted findings apart."""
        wanted = self._selection
        if not self._exemptions:
            return report.holding(wanted.of(report.findings), [])
        opened, exempted, extra = exemptions.apply(
            report.findings, self._exemptions, wanted.known, date.today()
        )
        return report.holding([*wanted.of(opened), *extra], wanted.of(exempted))

    def compared(self, report: "Report", earlier: "Baseline") -> "Report":
        """The report against what of the earlier result is still asked for."""
        from xlperf.jobs.baseline import compare

        if earlier.version != report.version:
            told(f"{earlier.path} 是 xlperf {earlier.version} 的结果，规则可能与 {report.version} 不尽相同。")
        wanted = self._selection.of
        before = replace(earlier, findings=wanted(earlier.findings), exempted=wanted(earlier.exempted))
        return compare(report, before)
