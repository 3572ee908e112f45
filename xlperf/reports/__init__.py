"""Reports: a check's outcome in the formats of a table, each written by the module it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from xlperf.errors import InputError
from xlperf.files import atomic_write
from xlperf.reports.model import CheckedFile, CodeText, Report, UnitRatios, in_order

__all__ = [
    "FORMATS",
    "CheckedFile",
    "CodeText",
    "Format",
    "Report",
    "UnitRatios",
    "format_of",
    "in_order",
    "render",
    "write",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to print a report. The first of ``suffixes`` that names it decides by file name."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str
    printable: bool = True


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("text", "纯文本，按文件分组", (".txt",), "xlperf.reports.text"),
        Format("json", "JSON，供程序读取", (".json",), "xlperf.reports.json"),
        Format("html", "单个网页，可筛选、打印", (".html", ".htm"), "xlperf.reports.html"),
        Format("sarif", "SARIF 2.1.0，供代码评审平台", (".sarif",), "xlperf.reports.sarif"),
        Format("junit", "JUnit XML，供持续集成", (".xml",), "xlperf.reports.junit"),
        Format("xlsx", "问题清单工作簿", (".xlsx",), "xlperf.reports.xlsx", printable=False),
    )
}


def format_of(path: str | Path) -> Format | None:
    """The format that the suffix of ``path`` stands for, None for an unknown suffix."""
    suffix = Path(path).suffix.lower()
    return next((one for one in FORMATS.values() if suffix in one.suffixes), None)


def render(
    report: Report,
    name: str,
    catalogue: Mapping[str, CodeText] | None = None,
    target: str | Path | None = None,
) -> bytes:
    """The report in the format ``name``.

    ``catalogue`` gives the names of codes; ``target`` is where the bytes will lie, from which
    links to the checked files are drawn. Raises InputError for an unknown format.
    """
    if name not in FORMATS:
        raise InputError(f"没有“{name}”这种报告格式，可用：{'、'.join(FORMATS)}。")
    module = import_module(FORMATS[name].module)
    content: bytes = module.render(report, catalogue or {}, Path(target) if target is not None else None)
    return content


def write(
    report: Report, path: str | Path, name: str | None = None, catalogue: Mapping[str, CodeText] | None = None
) -> None:
    """Write the report to ``path``, whole or not at all; without ``name`` the suffix decides.

    Raises InputError for an unknown suffix or format, OutputError when the file cannot be written.
    """
    chosen = format_of(path)
    if name is None and chosen is None:
        known = "、".join(suffix for one in FORMATS.values() for suffix in one.suffixes)
        raise InputError(f"从文件名“{Path(path).name}”看不出报告格式，请用这些后缀之一：{known}。")
    atomic_write(path, render(report, name or (chosen.name if chosen else ""), catalogue, path))
