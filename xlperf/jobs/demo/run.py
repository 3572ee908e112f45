"""``xlperf demo``: a demo ledger → filled workbooks, a few spoilt ones, a working copy → a problem list.

A spoilt workbook has a mistake that units really make: only the bytes concerned change; every cached value
stays, as it does when a person edits in Excel.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.check_report import Report
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import Json, texts_of
from xlperf.jobs.check import check
from xlperf.jobs.demo.figures import message
from xlperf.jobs.demo.units import DEMO_LEDGERS, write_demo_ledger
from xlperf.jobs.fill import FillResult, fill
from xlperf.jobs.run_options import Progress, RunOptions
from xlperf.ledgers.ledger import Ledger, read_ledger
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.package_writing import Parts
from xlperf.ooxml.parts import WORKBOOK, open_zip, sheet_part
from xlperf.outputs.report_formats import write
from xlperf.workbooks.workbook_writer import writer_of


def spoil(
    workbook: bytes, spec: Json, form: Form | None, sheet_number: int, counts: Mapping[str, int]
) -> bytes:
    """``workbook`` with the mistake of ``spec`` (as in demo/spoilt.json).

    ``form`` is the form concerned, on the ``sheet_number``-th sheet (from 1), its tables having
    ``counts`` rows.
    """
    if "keep_bytes" in spec:
        return workbook[: int(len(workbook) * spec["keep_bytes"])]
    if form is None:
        return workbook
    if "rename" in spec:
        return _edit(workbook, WORKBOOK, lambda xml: _renamed(xml, form.sheet, spec["rename"]))
    cell = _address(form, spec["field"], counts)
    return _edit(workbook, sheet_part(sheet_number), lambda xml: _changed(xml, cell, spec))


def _address(form: Form, name: str, counts: Mapping[str, int]) -> str:
    placement = place(form, counts)
    if name in placement.fields:
        return placement.fields[name]
    table, _, column = name.partition("_")
    return placement.column_cell(table, 0, column)


def _renamed(xml: str, old: str, new: str) -> str:
    quoted = f"'{new}'!"
    return (
        xml.replace(f'name="{old}"', f'name="{new}"').replace(f"'{old}'!", quoted).replace(f"{old}!", quoted)
    )


def _changed(xml: str, cell: str, spec: Json) -> str:
    found = re.search(rf'<c r="{cell}"([^>]*?)(?:/>|>(.*?)</c>)', xml, re.DOTALL)
    if found is None:
        raise ValueError(f"no cell {cell}")
    style = re.sub(r' t="\w+"', "", found[1])
    if "cached" in spec:
        body = re.sub(r"<v>.*?</v>", "", found[2]) + f"<v>{spec['cached']}</v>"
    elif isinstance(spec["value"], str):
        style, body = f'{style} t="inlineStr"', f"<is><t>{escape(spec['value'])}</t></is>"
    else:
        body = f"<v>{spec['value']}</v>"
    return f'{xml[: found.start()]}<c r="{cell}"{style}>{body}</c>{xml[found.end() :]}'


def _edit(workbook: bytes, part: str, change: Callable[[str], str]) -> bytes:
    parts = Parts(open_zip("", workbook, LIMITS))
    parts.put(part, change(parts.read(part).decode()).encode())
    return parts.assemble()


PROFILE = "hunan-yueyang-2024"
PROBLEM_LIST = "问题清单.xlsx"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo made: the folder, both runs, one working copy, and what was spoilt on purpose."""

    folder: Path
    filled: FillResult
    report: Report
    working: Path
    spoilt: list[str]

    @property
    def summary(self) -> str:
        """What a person wants to read after the run."""
        report = self.report
        lines = [
            message("filled", files=len(self.filled.files), seconds=self.filled.seconds),
            message(
                "checked",
                files=len(report.files),
                seconds=report.seconds,
                errors=report.errors,
                warnings=report.warnings,
                notes=report.notes,
            ),
            *([message("spoilt")] if self.spoilt else []),
            *self.spoilt,
            message("list", path=self.folder / PROBLEM_LIST),
            message("working", path=self.working),
        ]
        return "\n".join(lines)


def run(folder: Path, units: int = 300, progress: Progress | None = None) -> DemoResult:
    """Fill ``units`` workbooks into ``folder``, spoil a few, check all and write the problem list."""
    profile = load_profile(PROFILE)
    plan = texts_of("demo/spoilt")
    filled, received, working = (folder / plan["folders"][key] for key in ("filled", "received", "working"))
    ensure_writable_dir(folder)
    if any(folder.iterdir()) and not filled.is_dir():
        raise OutputError(message("other_files", folder=folder))
    for path in (filled, received, working):
        ensure_writable_dir(path)
    source = _ledger(folder, profile, units)
    options = RunOptions(progress=progress)
    result = fill(source, PROFILE, filled, force=True, options=options)
    ledger = read_ledger(source, profile)
    working_copy = working / result.files[0].name
    atomic_write(working_copy, writer_of(profile).workbook(ledger.filings[0]))
    spoilt = _spoil_some(plan["files"], ledger, result, received, profile)
    spoilt_files = [received / path.name for path in spoilt]
    whole = [path for path in result.files if path.exists()]
    report = check([*whole, *spoilt_files], PROFILE, ledger=str(source), options=options)
    write(report, folder / PROBLEM_LIST, "xlsx")
    spoilings = [message("spoilt_file", file=path.name, what=what) for path, what in spoilt.items()]
    return DemoResult(folder, result, report, working_copy, spoilings)


def _ledger(folder: Path, profile: Profile, units: int) -> Path:
    name, size = DEMO_LEDGERS[profile.id]
    if units == size:
        return workbooks_dir() / name
    path = folder / name
    write_demo_ledger(path, profile, units)
    return path


def _spoil_some(
    plan: list[Json], ledger: Ledger, filled: FillResult, received: Path, profile: Profile
) -> dict[Path, str]:
    """The files as filled, each with what was spoilt in its copy in ``received``."""
    spoilt = {}
    for spec in plan:
        if spec["unit"] > len(filled.files):
            continue
        path, filing = filled.files[spec["unit"] - 1], ledger.filings[spec["unit"] - 1]
        alias = spec.get("form", "")
        number = list(profile.forms).index(alias) + 1 if alias else 0
        data = spoil(path.read_bytes(), spec, profile.forms.get(alias), number, _counts(filing, alias))
        atomic_write(received / path.name, data)
        if not spec.get("copy"):
            path.unlink()
        spoilt[path] = spec["what"]
    return spoilt


def _counts(filing: Filing, alias: str) -> dict[str, int]:
    records = filing.of(alias)
    return {table: len(rows) for table, rows in records[0].tables.items() if rows} if records else {}
