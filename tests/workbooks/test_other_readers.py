"""exceljs and SheetJS open every kind of workbook that we write, and see the values that it holds."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines import stored_values
from tests.workbooks.filings import filing
from xlperf.declarations.profile import load_profile
from xlperf.ledgers.template import write_ledger_template
from xlperf.workbooks.workbook_writer import WorkbookWriter, new_bytes

ROOT = Path(__file__).parents[2]
MODULES = Path(os.environ.get("XLPERF_READERS") or ROOT / ".venv/readers/node_modules")
SCRIPT = Path(__file__).with_name("read_cells.js")
PROFILE = load_profile("hunan-yueyang-2024")
KINDS = ["blank", "plain", "functions", "working", "ledger", "problems", "annotated", "upload"]
pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and (MODULES / "exceljs").is_dir()), reason="no exceljs, no SheetJS"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """A workbook of each kind."""
    folder = tmp_path_factory.mktemp("written")
    paths = {kind: folder / f"{kind}.xlsx" for kind in KINDS}
    unit = filing(PROFILE, rows=4, projects=2)
    paths["blank"].write_bytes(new_bytes(PROFILE))
    paths["plain"].write_bytes(WorkbookWriter(PROFILE, working=False).workbook(unit))
    paths["functions"].write_bytes(WorkbookWriter(PROFILE, functions=True).workbook(unit))
    paths["working"].write_bytes(WorkbookWriter(PROFILE).workbook(unit))
    write_ledger_template(PROFILE, paths["ledger"])
    received = folder / "收到"
    received.mkdir()
    shutil.copy(paths["working"], received / "001_某某局.xlsx")
    for words in (
        ["check", received, "-o", paths["problems"]],
        ["annotate", received, "-o", folder / "批注稿"],
        ["strip", received, "-o", folder / "上报稿"],
    ):
        subprocess.run([sys.executable, "-m", "xlperf", *map(str, words)], check=False, capture_output=True)
    (paths["annotated"],) = (folder / "批注稿").rglob("*.xlsx")
    (paths["upload"],) = (folder / "上报稿").rglob("*.xlsx")
    return paths


@pytest.mark.parametrize("reader", ["sheetjs", "exceljs"])
@pytest.mark.parametrize("kind", KINDS)
def test_they_see_what_the_cells_hold(written: dict[str, Path], kind: str, reader: str) -> None:
    ours = {f"{sheet}!{at}": value for (sheet, at), value in stored_values(written[kind]).items()}
    run = subprocess.run(
        ["node", SCRIPT, reader, written[kind]],
        env=os.environ | {"NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    theirs = json.loads(run.stdout)
    # exceljs gives no result for a formula that yields FALSE
    nothing = (None, "", False) if reader == "exceljs" else (None, "")
    differing = {
        at: (ours.get(at), theirs.get(at))
        for at in ours.keys() | theirs.keys()
        if ours.get(at) != theirs.get(at) and not (ours.get(at) in nothing and theirs.get(at) in nothing)
    }
    assert differing == {}
    assert len(ours) > 50
