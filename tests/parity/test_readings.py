"""Native readings in a sheet of their own: each step of each row, by three engines."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from tests.declarations.rules.readings import FORM, PROFILE, TABLE, read_rows
from tests.declarations.rules.test_readings import LEVELS, UNSURE, random_text
from tests.engines import formualizer_values, libreoffice_values
from tests.parity.comparison import same
from tests.parity.package import Formula, write_package
from xlperf.core.paths import schemas_dir
from xlperf.declarations.column_readings import native_columns
from xlperf.expressions import ErrorValue, native

SHEET = "读"
COLUMNS = native_columns(FORM, TABLE, PROFILE)
INPUTS = [name for name, column in TABLE.columns.items() if not column.virtual]
CELLS = [*(f"原!{name}" if name in TABLE.levels else name for name in INPUTS), *COLUMNS]
LETTER = {name: get_column_letter(number) for number, name in enumerate(CELLS, 1)}


def corpus() -> list[dict[str, Any]]:
    """Rows of a table: published targets, texts that are hard to read, numbers, errors, odd levels."""
    chance = Random(11)
    texts: list[Any] = [*UNSURE, None, "", " ", 0.0, 1.0, 0.95, 5.0, 98.5, 1e14, 45657.0, ErrorValue.NA, "="]
    for path in sorted((schemas_dir() / "demo").glob("hunan-*.json")):
        for rows in json.loads(path.read_text("utf-8"))["指标"].values():
            texts += [cell for row in rows for cell in row[3:5]]
    texts = [float(text) if isinstance(text, int) else text for text in texts]
    texts += [random_text(chance) for _ in range(150)]
    return [
        {
            "一级指标": chance.choice(LEVELS),
            "二级指标": chance.choice(["数量指标", "成本指标", None, None]),
            "三级指标": chance.choice(["培训", "维修", None]),
            "年度指标值": text,
            "实际完成值": chance.choice(texts),
            "分值": chance.choice([5.0, 10.0, None]),
        }
        for text in texts
    ]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readings") / "读.xlsx"
    sheet: list[dict[int, Any]] = [{}]
    for number, row in enumerate(corpus(), 2):
        places = {name: f"{LETTER[name]}{number}" for name in CELLS}
        places |= {f"上!{name}": f"{LETTER[name]}{number - 1}" for name in COLUMNS}
        places |= {f"参数!{name}": _literal(value) for name, value in PROFILE.parameters.items()}
        cells = [row.get(name) for name in INPUTS]
        formulas = [Formula(native(node, places.__getitem__)) for node in COLUMNS.values()]
        sheet.append(dict(enumerate([*cells, *formulas], 1)))
    write_package({SHEET: sheet}, path)
    return path


def _literal(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"


@pytest.mark.parametrize("engine", ["LibreOffice", "formualizer"])
def test_each_step_of_a_reading_agrees(engine: str, book: Path, tmp_path: Path) -> None:
    found = formualizer_values(book) if engine == "formualizer" else libreoffice_values(book, tmp_path)
    different = [
        f"{name}: {row} ours {ours[name]!r}, theirs {theirs!r}"
        for number, (row, ours) in enumerate(zip(corpus(), read_rows(corpus()), strict=True), 2)
        for name in COLUMNS
        if not same(ours[name], theirs := found.get((SHEET, f"{LETTER[name]}{number}")))
    ]
    assert different == []
