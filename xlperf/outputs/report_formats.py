"""Reports: a check's outcome in the formats of a table, each written by the module it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One way to print a report: ``module`` has ``render(report, names, target) -> bytes``.

    ``suffixes`` are the file name endings it may be written under.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str
    printable: bool = True


FORMATS: Mapping[str, ReportFormat] = {
    report_format.name: report_format
    for report_format in (
        ReportFormat("text", "纯文本，按文件分组", (".txt", ".log"), "xlperf.outputs.text_report"),
        ReportFormat("json", "JSON，供程序读取", (".json",), "xlperf.outputs.json_report"),
        ReportFormat("html", "单个网页，可筛选、打印", (".html", ".htm"), "xlperf.outputs.html"),
        ReportFormat("sarif", "SARIF 2.1.0，供代码评审平台", (".sarif", ".json"), "xlperf.outputs.sarif"),
        ReportFormat("junit", "JUnit XML，供持续集成", (".xml",), "xlperf.outputs.junit"),
        ReportFormat(
            "xlsx", "问题清单工作簿", (".xlsx",), "xlperf.outputs.problem_workbook", printable=False
        ),
    )
}


def format_of(path: str | Path) -> ReportFormat:
    """The first format that the suffix of ``path`` may stand for; InputError for an unknown one."""
    suffix = Path(path).suffix.lower()
    for report_format in FORMATS.values():
        if suffix in report_format.suffixes:
            return report_format
    known = "、".join(
        dict.fromkeys(suffix for report_format in FORMATS.values() for suffix in report_format.suffixes)
    )
    raise InputError(f"从文件名“{Path(path).name}”看不出报告格式，请用这些后缀之一：{known}。")


def render(report: "Report", name: str, target: str | Path | None = None) -> bytes:
    """The report in the format ``name``.

    ``target`` is where the bytes will lie: links to the checked files start from its folder.
    Raises InputError for an unknown format.
    """
    if name not in FORMATS:
        raise InputError(f"没有“{name}”这种报告格式，可用：{'、'.join(FORMATS)}。")
    content: bytes = import_module(FORMATS[name].module).render(report, Path(target) if target else None)
    return content


def write(report: "Report", path: str | Path, name: str = "") -> None:
    """Write the report to ``path``, whole or not at all; without ``name`` the suffix decides.

    Raises InputError for an unknown suffix or format, OutputError when the file cannot be written.
    """
    atomic_write(path, render(report, name or format_of(path).name, path))
