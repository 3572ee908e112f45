"""Every kind of file that we write: exceljs and SheetJS see its values, and no reference in it is broken."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.engines import stored_values
from tests.outputs.annotate.samples import bad
from tests.package_faults import package_faults
from tests.received import good as g
from tests.workbooks.filings import filing
from tests.workbooks.package_rules import broken_rules
from tests.workbooks.test_published import calamine_values
from xlperf.cli import run
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.declarations.profile import load_profile
from xlperf.jobs.annotate import annotated
from xlperf.ledgers.template import write_ledger_template
from xlperf.workbooks.workbook_writer import new_bytes, writer_of

ROOT = Path(__file__).parents[1]
MODULES = Path(os.environ.get("XLPERF_READERS") or ROOT / ".venv/readers/node_modules")
SCRIPT = Path(__file__).with_name("read_cells.js")
PROFILE = load_profile("hunan-yueyang-2024")
WORKING = ("blank", "functions", "working")
"""Working copies: that their formulas break no rule, tests.workbooks.test_working shows."""
MADE = (
    *(*WORKING, "plain", "ledger", "problems", "annotated", "upload", "upload_with_formulas"),
    *("register", "remind", "answer"),
)
LEDGER = workbooks_dir() / "演示台账-衡阳.xlsx"
"""The units of a season, of which one files what another bureau asks for."""
ADD_IN = "xlperf.xlam"
WORKBOOKS = (*MADE, LEDGER.stem, ADD_IN)
DOCUMENTS = ("problems.docx", "notice.docx", "annotated.docx")
READERS = ("sheetjs", "exceljs")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """A file of each kind, by its name; of .docx and .xlam with the suffix."""
    folder = tmp_path_factory.mktemp("written")
    received = folder / "收到"
    received.mkdir()
    (received / g.file_name()).write_bytes(bad())
    paths = {kind: folder / f"{kind}.xlsx" for kind in MADE}
    paths |= {kind: folder / kind for kind in DOCUMENTS}
    _fill(paths)
    season, data = folder / "季.db", folder / "数据"
    for words in (
        ["check", received, "-o", paths["problems"]],
        ["check", received, "-o", paths["problems.docx"]],
        ["annotate", received, "-o", folder / "批注稿"],
        ["strip", received, "-o", folder / "上报稿"],
        ["strip", received, "-o", folder / "留公式", "--keep-formulas"],
        ["export", received, "-o", data],
        ["ask", data, "扣分的指标", "-o", paths["answer"]],
        ["rounds", "start", season, "--ledger", LEDGER, "--due", "2025-04-15"],
        ["rounds", "receive", season, received],
        ["rounds", "check", season],
        ["rounds", "register", season, "-o", paths["register"]],
        ["rounds", "remind", season, "-o", paths["remind"]],
    ):
        run([*map(str, words)])
    (paths["annotated"],) = (folder / "批注稿").rglob("*.xlsx")
    (paths["notice.docx"],) = (folder / "批注稿").rglob("*.docx")
    (paths["upload"],) = (folder / "上报稿").rglob("*.xlsx")
    (paths["upload_with_formulas"],) = (folder / "留公式").rglob("*.xlsx")
    return paths | {LEDGER.stem: LEDGER, ADD_IN: ROOT / "macros" / ADD_IN}


def _fill(paths: dict[str, Path]) -> None:
    """Write what needs no command."""
    unit = filing(PROFILE, rows=4, projects=2)
    paths["blank"].write_bytes(new_bytes(PROFILE))
    paths["plain"].write_bytes(writer_of(PROFILE, working=False).workbook(unit))
    paths["functions"].write_bytes(writer_of(PROFILE, functions=True).workbook(unit))
    paths["working"].write_bytes(writer_of(PROFILE).workbook(unit))
    write_ledger_template(PROFILE, paths["ledger"])
    document = docx.Document()
    document.add_paragraph("自评报告")
    document.add_table(2, 2, style="Table Grid").cell(0, 0).text = "编制数"
    document.save(str(paths["annotated.docx"]))
    place = Location(str(paths["annotated.docx"]), "表1", "第1行第1列")
    paths["annotated.docx"].write_bytes(annotated(paths["annotated.docx"], [finding("F106", place)]))


HAS_READERS = bool(shutil.which("node")) and (MODULES / "exceljs").is_dir() and (MODULES / "xlsx").is_dir()


@pytest.mark.skipif(not os.environ.get("CI"), reason="only where every submission is tested")
def test_the_readers_are_installed_where_every_submission_is_tested() -> None:
    assert HAS_READERS, f"exceljs and xlsx are missing in {MODULES}: .ci/setup test installs them"


@pytest.fixture(scope="module")
def read(written: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What each foreign reader sees in each workbook: by reader, then by path."""
    seen = {}
    for reader in READERS:
        done = subprocess.run(
            ["node", SCRIPT, reader, *(written[kind] for kind in WORKBOOKS)],
            env=os.environ | {"NODE_PATH": str(MODULES)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen[reader] = json.loads(done.stdout)
    return seen


@pytest.fixture(scope="module")
def stored(written: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """The values that the cells of each workbook hold, by sheet and address."""
    values = {kind: stored_values(written[kind]) for kind in WORKBOOKS if kind != ADD_IN}
    values[ADD_IN] = calamine_values(written[ADD_IN])
    return {
        kind: {f"{sheet}!{at}": value for (sheet, at), value in held.items()} for kind, held in values.items()
    }


@pytest.mark.skipif(not HAS_READERS, reason="exceljs and xlsx are not installed: .ci/setup test")
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", WORKBOOKS)
def test_they_see_what_the_cells_hold(
    written: dict[str, Path], read: dict[str, Any], stored: dict[str, dict[str, Any]], kind: str, reader: str
) -> None:
    ours, theirs = stored[kind], read[reader][str(written[kind])]
    assert isinstance(theirs, dict), theirs
    # exceljs gives no result for a formula that yields FALSE
    nothing = (None, "", False) if reader == "exceljs" else (None, "")
    differing = {
        at: (ours.get(at), theirs.get(at))
        for at in ours.keys() | theirs.keys()
        if ours.get(at) != theirs.get(at) and not (ours.get(at) in nothing and theirs.get(at) in nothing)
    }
    assert differing == {}
    assert ours


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_no_workbook_breaks_a_rule_of_excel(written: dict[str, Path], kind: str) -> None:
    data = written[kind].read_bytes()
    assert package_faults(data) == []
    assert kind in (*WORKING, ADD_IN) or broken_rules(data) == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_document_breaks_a_reference(written: dict[str, Path], kind: str) -> None:
    assert package_faults(written[kind].read_bytes()) == []


@pytest.mark.parametrize("path", sorted(workbooks_dir().iterdir()), ids=lambda path: path.name)
def test_no_committed_file_breaks_a_reference(path: Path) -> None:
    assert package_faults(path.read_bytes()) == []
