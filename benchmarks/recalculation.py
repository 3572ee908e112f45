"""How long LibreOffice takes to recalculate working copies: after one edit, all of it, and the colours.

    apt-get install python3-uno
    python -m benchmarks.recalculation 工作稿.xlsx …

LibreOffice opens each workbook without recalculating it; another number is written into an input cell and
what depends on it calculated (the median of several edits), then everything. The colours are no part of a
calculation: programs work them out for the cells on the screen. So their formulas are put into cells and the
edit is measured again; the difference is what all cells of all forms cost at once.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import rows_from_range

from tests.office import REGISTRY, program
from tests.workbooks.test_working import HELPERS

NEVER = 1
SYSTEM_PYTHON = "/usr/bin/python3"
"""The interpreter that LibreOffice's own library is made for."""
SCRIPT = """
import json, sys, time, uno
from com.sun.star.beans import PropertyValue
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(120):
    try:
        context = resolver.resolve("uno:pipe,name=recalculation;urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.5)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
hidden = PropertyValue(Name="Hidden", Value=True)
book = desktop.loadComponentFromURL(sys.argv[1], "_blank", 0, (hidden,))
cell, seconds = book.Sheets.getByIndex(0).getCellRangeByName("B4"), []
for number in range(7):
    start = time.perf_counter()
    cell.Value = 100 + number
    book.calculate()
    seconds.append(time.perf_counter() - start)
start = time.perf_counter()
book.calculateAll()
print(json.dumps([seconds, time.perf_counter() - start]), flush=True)
book.close(True)
try:
    desktop.terminate()
except Exception:
    pass
"""


def measured(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds for one edit (the median), and for everything."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(REGISTRY.format(mode=NEVER), encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = ["--headless", "--norestore", "--accept=pipe,name=recalculation;urp;"]
    with subprocess.Popen([program(), profile, *words], stderr=subprocess.DEVNULL) as office:
        script = [SYSTEM_PYTHON, "-c", SCRIPT, path.resolve().as_uri()]
        paths = {"PYTHONPATH": os.environ.get("UNO_PATH", "")}
        run = subprocess.run(script, env=os.environ | paths, capture_output=True, check=False, timeout=600)
        office.wait(60)
    edits, everything = json.loads(run.stdout)
    return statistics.median(edits), everything


def with_colours_in_cells(path: Path, target: Path) -> int:
    """Put the formula of each colour of each cell into a cell; their number."""
    book, count = openpyxl.load_workbook(path), 0
    for sheet in (sheet for sheet in book.worksheets if sheet.title not in HELPERS):
        rules = [(area, rule) for area in sheet.conditional_formatting for rule in area.rules]
        for number, (area, rule) in enumerate(rules, 1):
            formula = Translator(f"={rule.formula[0]}", "A1")
            for row in rows_from_range(str(area.sqref)):
                for address in row:
                    cell = sheet[address]
                    place = f"{get_column_letter(cell.column + 30 * number)}{cell.row}"
                    sheet[place] = formula.translate_formula(address)
                    count += 1
    book.save(target)
    return count


def main() -> None:
    """Print a line for each workbook named."""
    for path in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            edit, everything = measured(path, folder)
            coloured = folder / "coloured.xlsx"
            count = with_colours_in_cells(path, coloured)
            with_colours, _ = measured(coloured, folder)
        print(
            f"{path.name}: {path.stat().st_size / 1000:.0f} kB, an edit {edit:.3f} s,"
            f" everything {everything:.3f} s,"
            f" an edit with {count} colours {with_colours:.3f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
