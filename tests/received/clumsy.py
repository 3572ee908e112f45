"""More ways to spoil the good workbook: what hurried people do to a sheet as a whole.

Importing this adds them to ``KINDS``.
"""

import io
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.received import good as g
from tests.received.spoiling import KINDS, basic, kind, overall
from xlperf.declarations.check_report import Report
from xlperf.declarations.form_layout import place
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.outputs.report_formats import render
from xlperf.workbooks.workbook_writer import writer_of

__all__ = ["KINDS"]

_STAFF_ROW = int(g.address("基础", "在职人数")[1:])
_PUBLIC_ROW = int(g.address("基础", "公用经费_本年决算数")[1:])
_INCOME = g.address("整体", "收入_一般公共预算")
_RUNNING = g.address("基础", "业务工作经费_上年决算数")
_NUMBER = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)><v>([^<]+)</v></c>')
_FORMULA = re.compile(r"<f>[^<]*</f>(<v>)")


@kind
def numbers_pasted_as_text() -> bytes:
    return basic(lambda xml: _NUMBER.sub(r'<c r="\1"\2 t="inlineStr"><is><t>\3</t></is></c>', xml))


@kind
def values_pasted_over_everything() -> bytes:
    def flat(xml: str) -> str:
        return _FORMULA.sub(r"\1", xml)

    with zipfile.ZipFile(io.BytesIO(g.good())) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return g.edited(dict.fromkeys(sheets, flat))


@kind
def figure_typed_into_its_label() -> bytes:
    """其中：一般公共预算：1042.68, as in the Word form, the cell next to it left empty."""
    label = "其中：一般公共预算："
    return overall(g.replaced(label, f"{label} 1042.68"), g.empty(_INCOME))


@kind
def column_inserted() -> bytes:
    """A column put in before B: everything behind it moves by one."""
    return basic(g.column_put_in("B"))


@kind
def remark_next_to_the_form() -> bytes:
    row = int(_RUNNING[1:])
    remark = f'<c r="I{row}" t="inlineStr"><is><t>再核一下</t></is></c></row><row r="{row + 1}"'
    return basic(lambda xml: re.sub(rf'</row><row r="{row + 1}"', remark, xml))


@kind
def row_inserted_above_unlabelled_values() -> bytes:
    return basic(g.shifted(_STAFF_ROW, 1))


@kind
def row_below_the_funds_deleted() -> bytes:
    return basic(g.without_row(_PUBLIC_ROW))


@kind
def own_formula_without_result() -> bytes:
    return basic(g.cell(_RUNNING, "<f>4+0.06</f>"))


@kind
def shared_text_that_does_not_exist() -> bytes:
    return basic(g.cell(g.address("基础", "办公经费_本年决算数"), "<v>99999</v>", "s"))


@kind
def number_beyond_all_numbers() -> bytes:
    return basic(g.cell(g.address("基础", "办公经费_本年决算数"), "<v>1e999</v>"))


@kind
def signature_line_cleared() -> bytes:
    form = g.PROFILE.forms["基础"]
    (row,) = (
        placed.number for placed in place(form, g.counts(form)).rows if any(c.line for c in placed.row.cells)
    )
    return basic(g.empty(f"A{row}"))


@kind
def nothing_filled_in() -> bytes:
    return writer_of(g.PROFILE).workbook(Filing("", "", g.PROFILE.id))


@kind
def our_own_problem_list() -> bytes:
    return render(Report("0"), "xlsx")


@kind
def the_ledger_among_the_filings() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_demo_ledger(path, g.PROFILE, 2)
        return path.read_bytes()
