"""What this program itself wrote, by the names of sheets: workbooks that are no filing, helper sheets."""

from functools import cache

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import read, texts_of
from xlperf.intake.xlsx_reader import Book

_PROBLEMS = {"汇总", "问题清单"}
_FEWEST_LEDGER_SHEETS = 3


def kind_of(book: Book) -> str:
    """What a workbook without forms is, as users call it; "" for a workbook that is none of ours."""
    if book.kind == "xlsx" and not book.sheets:
        return "只有本程序辅助表的工作簿"
    names = {sheet.name for sheet in book.sheets}
    if names >= _PROBLEMS:
        return "本程序的问题清单"
    return "台账" if len(names & _ledger_sheets()) >= _FEWEST_LEDGER_SHEETS else ""


@cache
def helper_titles() -> frozenset[str]:
    """The titles that the helper sheets of working copies bear when they are written."""
    content = texts_of("working")
    return frozenset(content[name]["title"] for name in ("directory", "score", "check"))


@cache
def _ledger_sheets() -> frozenset[str]:
    return frozenset(read(schemas_dir() / "ledger.json", "ledger")["sheets"])
