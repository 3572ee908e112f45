"""Reports: a check's outcome in the formats of a table, each written by the module it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.declarations.source import text_of

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One way to print a report: ``function``, as ``module:name``, takes a report and the path it is for.

    ``suffixes`` are the file name endings it may be written under.
    """

    name: str
    suffixes: tuple[str, ...]
    function: str
    printable: bool = True


FORMATS: Mapping[str, ReportFormat] = {
    report_format.name: report_format
    for report_format in (
        ReportFormat("text", (".txt", ".log"), "xlperf.outputs.text_report:render"),
        ReportFormat("json", (".json",), "xlperf.outputs.machine_reports:render_json"),
        ReportFormat("html", (".html", ".htm"), "xlperf.outputs.html_report:render"),
        ReportFormat("sarif", (".sarif", ".json"), "xlperf.outputs.machine_reports:render_sarif"),
        ReportFormat("junit", (".xml",), "xlperf.outputs.machine_reports:render_junit"),
        ReportFormat("xlsx", (".xlsx",), "xlperf.outputs.problem_workbook:render", printable=False),
        ReportFormat("docx", (".docx",), "xlperf.outputs.word_report:render", printable=False),
    )
}


def format_of(path: str | Path) -> ReportFormat:
    """The first format with the suffix of ``path``; InputError for an unknown one."""
    suffix = Path(path).suffix.lower()
    for report_format in FORMATS.values():
        if suffix in report_format.suffixes:
            return report_format
    known = "、".join(
        dict.fromkeys(suffix for report_format in FORMATS.values() for suffix in report_format.suffixes)
    )
    raise InputError(text_of("reports", "unknown_suffix", name=Path(path).name, known=known))


def render(report: "Report", name: str, target: str | Path | None = None) -> bytes:
    """The report in the format ``name``.

    ``target`` is where the bytes will lie: links to the checked files start from its folder.
    Raises InputError for an unknown format.
    """
    if name not in FORMATS:
        raise InputError(text_of("reports", "unknown_format", name=name, known="、".join(FORMATS)))
    module, _, function = FORMATS[name].function.partition(":")
    content: bytes = getattr(import_module(module), function)(report, Path(target) if target else None)
    return content


def write(report: "Report", path: str | Path, name: str = "") -> None:
    """Write the report to ``path``, whole or not at all; without ``name`` the suffix decides.

    Raises InputError for an unknown suffix or format, OutputError when the file cannot be written.
    """
    atomic_write(path, render(report, name or format_of(path).name, path))
