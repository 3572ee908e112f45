"""Reports: a check's outcome in the formats of a table, each written by the module it names."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_stream
from xlperf.declarations.source import text_of

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.stored_findings import Spread


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One way to print a report, under a file name that ends in one of ``suffixes``.

    ``function``, as ``module:name`` of this package, takes a report, a stream to write to, the path that the
    file is for (or None) and what makes the calls that print findings (or None).
    """

    name: str
    suffixes: tuple[str, ...]
    function: str
    printable: bool = True


FORMATS: Mapping[str, ReportFormat] = {
    report_format.name: report_format
    for report_format in (
        ReportFormat("text", (".txt", ".log"), "text_report:write"),
        ReportFormat("json", (".json",), "machine_reports:write_json"),
        ReportFormat("html", (".html", ".htm"), "html_report:write"),
        ReportFormat("sarif", (".sarif", ".json"), "tool_reports:write_sarif"),
        ReportFormat("junit", (".xml",), "tool_reports:write_junit"),
        ReportFormat("docx", (".docx",), "word_report:write", printable=False),
        ReportFormat("xlsx", (".xlsx",), "problem_workbook:write", printable=False),
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
    stream = io.BytesIO()
    _called(_known(name).function)(report, stream, Path(target) if target else None)
    return stream.getvalue()


def _known(name: str) -> ReportFormat:
    if name not in FORMATS:
        raise InputError(text_of("reports", "unknown_format", name=name, known="、".join(FORMATS)))
    return FORMATS[name]


def _called(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"xlperf.outputs.{module}"), function)
    return found


def write(report: "Report", path: str | Path, name: str = "", spread: "Spread | None" = None) -> None:
    """Write the report to ``path``, whole or not at all; without ``name`` the suffix decides.

    ``spread`` makes the calls that print findings, several at a time. Raises InputError for an unknown suffix
    or format, OutputError when the file cannot be written.
    """
    chosen = _known(name) if name else format_of(path)
    with atomic_stream(path) as stream:
        _called(chosen.function)(report, stream, Path(path), spread)
