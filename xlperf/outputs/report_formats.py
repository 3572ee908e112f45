"""Reports: a check's outcome in the formats of a table, each written by the module it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_stream, atomic_write
from xlperf.declarations.source import text_of

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.stored_findings import Spread


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One way to print a report: ``function``, as ``module:name``, takes a report and the path it is for.

    ``suffixes`` are the file name endings it may be written under. ``stream`` is a function that takes a
    stream between the two, and writes what ``function`` returns without having it in memory at once.
    """

    name: str
    suffixes: tuple[str, ...]
    function: str
    printable: bool = True
    stream: str = ""


_MODULES = "xlperf.outputs"
_TEXT, _HTML, _TOOLS = f"{_MODULES}.text_report", f"{_MODULES}.html_report", f"{_MODULES}.tool_reports"
_JSON, _WORKBOOK = f"{_MODULES}.machine_reports", f"{_MODULES}.problem_workbook"
FORMATS: Mapping[str, ReportFormat] = {
    report_format.name: report_format
    for report_format in (
        ReportFormat("text", (".txt", ".log"), f"{_TEXT}:render", stream=f"{_TEXT}:write"),
        ReportFormat("json", (".json",), f"{_JSON}:render_json", stream=f"{_JSON}:write_json"),
        ReportFormat("html", (".html", ".htm"), f"{_HTML}:render", stream=f"{_HTML}:write"),
        ReportFormat("sarif", (".sarif", ".json"), f"{_TOOLS}:render_sarif", stream=f"{_TOOLS}:write_sarif"),
        ReportFormat("junit", (".xml",), f"{_TOOLS}:render_junit", stream=f"{_TOOLS}:write_junit"),
        ReportFormat("docx", (".docx",), f"{_MODULES}.word_report:render", printable=False),
        ReportFormat("xlsx", (".xlsx",), f"{_WORKBOOK}:render", printable=False, stream=f"{_WORKBOOK}:write"),
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
    content: bytes = _called(FORMATS[name].function)(report, Path(target) if target else None)
    return content


def _called(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def write(report: "Report", path: str | Path, name: str = "", spread: "Spread | None" = None) -> None:
    """Write the report to ``path``, whole or not at all; without ``name`` the suffix decides.

    ``spread`` makes the calls that print findings, several at a time. Raises InputError for an unknown suffix
    or format, OutputError when the file cannot be written.
    """
    chosen = FORMATS.get(name) if name else format_of(path)
    if chosen and chosen.stream:
        with atomic_stream(path) as stream:
            _called(chosen.stream)(report, stream, Path(path), spread)
    else:
        atomic_write(path, render(report, name or format_of(path).name, path))
