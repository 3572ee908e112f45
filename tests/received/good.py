"""The good workbook that every case is spoiled from: a made-up unit of the demo ledger, stamped.

And the few edits of which spoilings consist: on the XML of a part, so that cached values stay as they
stay when a person edits in Excel or WPS.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Form
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

PROFILE = load_profile("hunan-yueyang-2024")
BASIC, OVERALL, PROJECT = ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml")
WORKBOOK = "xl/workbook.xml"
Edit = Callable[[str], str]


@cache
def filing() -> Filing:
    """The second unit of the demo ledger, as the ledger gives it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_demo_ledger(path, PROFILE, 2)
        return read_ledger(path, PROFILE).filings[1]


@cache
def good() -> bytes:
    return writer_of(PROFILE).workbook(filing())


@cache
def plain() -> bytes:
    """The same without the helper sheets of a working copy."""
    return writer_of(PROFILE, working=False).workbook(filing())


def file_name() -> str:
    return f"{filing().unit_code}_{filing().unit_name}.xlsx"


def address(alias: str, name: str, row: int = 0) -> str:
    """Where the good workbook has a field, or a table column (``指标_得分``) in its ``row``-th row."""
    form = PROFILE.forms[alias]
    placement = place(form, counts(form))
    if name in placement.fields:
        return placement.fields[name]
    table, _, column = name.partition("_")
    return placement.column_cell(table, row, column)


def counts(form: Form) -> Mapping[str, int]:
    record = filing().of(form.alias)[0]
    return {table: len(rows) for table, rows in record.tables.items() if rows}


def edited(
    changes: Mapping[str, Edit], added: Mapping[str, bytes] | None = None, workbook: bytes = b""
) -> bytes:
    """The good workbook (or another) with some parts changed and some added."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook or good())) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            data = old.read(item)
            change = changes.get(item.filename)
            new.writestr(item.filename, change(data.decode()).encode() if change else data, compresslevel=1)
        for name, data in (added or {}).items():
            new.writestr(name, data)
    return written.getvalue()


def cell(at: str, content: str, kind: str = "") -> Edit:
    """Put ``content`` (XML inside <c>) into the cell ``at``, its style kept."""

    def change(xml: str) -> str:
        found = re.search(rf'<c r="{at}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', xml, re.DOTALL)
        assert found, at
        inside = f'<c r="{at}"{found[1]}{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}>{content}</c>'
        return xml[: found.start()] + inside + xml[found.end() :]

    return change


def number(at: str, value: float) -> Edit:
    return cell(at, f"<v>{value}</v>")


def text(at: str, value: str) -> Edit:
    return cell(at, f'<is><t xml:space="preserve">{escape(value)}</t></is>', "inlineStr")


def empty(at: str) -> Edit:
    return cell(at, "")


def cached(at: str, value: str) -> Edit:
    """Another saved result in a formula cell."""

    def change(xml: str) -> str:
        found = re.search(rf'<c r="{at}"[^>]*>(<f>.*?</f>)', xml, re.DOTALL)
        assert found, at
        return cell(at, f"{found[1]}<v>{value}</v>")(xml)

    return change


def formula(at: str, value: str, result: str) -> Edit:
    return cell(at, f"<f>{escape(value)}</f><v>{result}</v>")


def shifted(first: int, by: int) -> Edit:
    """Move all rows from ``first`` on down by ``by`` (up when negative), merges with them."""

    def moved(match: re.Match[str]) -> str:
        row = int(match[2])
        return f"{match[1]}{row + by if row >= first else row}"

    def merge(match: re.Match[str]) -> str:
        return f'<mergeCell ref="{re.sub(r"([A-Z]+)([0-9]+)", moved, match[1])}"'

    def change(xml: str) -> str:
        xml = re.sub(r'(<row r=")([0-9]+)', moved, xml)
        xml = re.sub(r'(<c r="[A-Z]+)([0-9]+)', moved, xml)
        return re.sub(r'<mergeCell ref="([^"]+)"', merge, xml)

    return change


def column_put_in(before: str) -> Edit:
    """Move the columns of a form from ``before`` on to the right by one, merges with them."""

    def moved(match: re.Match[str]) -> str:
        return f"{chr(ord(match[1]) + 1) if match[1] >= before else match[1]}{match[2]}"

    def merge(match: re.Match[str]) -> str:
        return f'<mergeCell ref="{re.sub(r"([A-Z])([0-9]+)", moved, match[1])}"'

    def change(xml: str) -> str:
        xml = re.sub(r'(?<=<c r=")([A-Z])([0-9]+)', moved, xml)
        return re.sub(r'<mergeCell ref="([^"]+)"', merge, xml)

    return change


def without_row(row: int) -> Edit:
    def change(xml: str) -> str:
        return shifted(row + 1, -1)(
            re.sub(rf'<row r="{row}"[^>]*?(?:/>|>.*?</row>)', "", xml, flags=re.DOTALL)
        )

    return change


def replaced(old: str, new: str, count: int = -1) -> Edit:
    def change(xml: str) -> str:
        assert old in xml, old
        return xml.replace(old, new, count)

    return change


def chained(*edits: Edit) -> Edit:
    def change(xml: str) -> str:
        for edit in edits:
            xml = edit(xml)
        return xml

    return change
