"""The drawn documents hold what they say: full grids, right sums, rates, scores and truth files."""

from itertools import pairwise

import pytest

from tests.layouts.compare import compare
from tests.layouts.make import TRUTH, truths
from tests.layouts.pages import Document, documents
from tests.layouts.truth import Json

_TOLERANCE = 0.006
_PARTS_OF_PARTS = "78"
"""The document whose sources of money are divided again."""


@pytest.fixture(params=list(documents()), ids=lambda document: document.number)
def document(request: pytest.FixtureRequest) -> Document:
    return request.param


def test_two_dozen_documents():
    assert sum(1 for _ in documents()) >= 24


def test_every_row_fills_the_grid(document: Document):
    for page in [*document.pages, *document.nested.values()]:
        widths: dict[int, int] = {}
        for cell in page.cells:
            for row in range(cell.row, cell.row + cell.down):
                widths[row] = widths.get(row, 0) + cell.across
        cuts = [0, *page.cuts, page.rows]
        for start, end in pairwise(cuts):
            assert len({widths[row] for row in range(start, end)}) == 1


def test_truth_files_are_those_of_the_pages(document: Document):
    for name, text in truths(document).items():
        assert (TRUTH / name).read_text(encoding="utf-8") == text


def test_truth_against_itself_is_all_right(document: Document):
    truth = document.json("")
    assert not compare(truth, truth).differences


def test_arithmetic_holds_but_for_planted_defects(document: Document):
    assert bool(document.faulty) == bool(document.must) or document.number == "40"
    for form in document.forms:
        if form.official == "basic_data":
            continue
        _rates(form.fields, document.faulty)
        _points(form.json(), document.faulty)
        if "sum" not in document.faulty and document.number != _PARTS_OF_PARTS:
            _sources(form.fields)


def _rates(fields: Json, faulty: set[str]) -> None:
    for path, rate in fields.items():
        row, _, column = path.rpartition("/")
        if column == "执行率" and isinstance(rate, float) and "rate" not in faulty:
            assert abs(fields[f"{row}/全年执行数"] / fields[f"{row}/全年预算数"] - rate) < _TOLERANCE, path


def _points(form: Json, faulty: set[str]) -> None:
    fields, rows = form["fields"], form["indicators"]
    weights = [row["weight"] for row in rows if row["weight"] is not None]
    if not weights:
        return
    root = "年度预算申请" if "预算部门名称" in fields else "项目资金"
    score = fields[f"{root}/年度资金总额/得分"]
    by_execution = (fields[f"{root}/年度资金总额/分值"] or 10) if score is not None else 0
    if "weights" not in faulty:
        assert sum(weights) + by_execution == 100
    if "total" not in faulty:
        total = sum(row["score"] for row in rows) + (score or 0)
        assert abs(total - fields["总分/得分"]) < _TOLERANCE
    for row in rows:
        assert row["score"] >= row["weight"] or row["deviation"], row


def _sources(fields: Json) -> None:
    for column in ("年初预算数", "全年预算数", "全年执行数"):
        total = fields.get(f"项目资金/年度资金总额/{column}")
        parts = [
            value
            for path, value in fields.items()
            if path.startswith("项目资金/") and path.endswith(f"/{column}") and "年度资金总额" not in path
        ]
        amounts = [part for part in parts if part is not None]
        assert total is None or not amounts or abs(sum(amounts) - total) < _TOLERANCE, column
