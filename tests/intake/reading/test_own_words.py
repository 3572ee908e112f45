"""A bureau's own words, written as docs/收到的表怎样读.md shows, are read like the official ones."""

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from xlperf.core.paths import schemas_dir
from xlperf.intake.open_any import open_pages
from xlperf.intake.reading.read import read_document

PAGE = Path(__file__).parents[3] / "docs" / "收到的表怎样读.md"
ROWS = [
    ["项目支出绩效自评表（2024年度）"],
    ["项目名称", "校园食堂改造", "单位：万元"],
    ["项目资金", "", "年初预算数", "全年预算数", "累计兑付额", "分值", "执行率", "得分"],
    ["", "专项经费总盘子", 250, 250, 205, 10, "82%", 8.2],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["产出指标", "数量指标", "改造食堂数", "≥2个", "2个", 90, 90],
]
EXECUTED = "项目资金/年度资金总额/全年执行数"


@pytest.fixture
def example() -> dict:
    """The lexicon of the page's example."""
    (block,) = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return json.loads(block)


@pytest.fixture
def received(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "外地.xlsx")
    return tmp_path / "外地.xlsx"


def values(path: Path) -> dict[str, object]:
    (form,) = read_document(open_pages(path)).forms
    return {name: value.value for name, value in form.fields.items()}


def test_the_example_of_the_page_makes_own_words_known(tmp_path, received, example, monkeypatch):
    assert EXECUTED not in values(received)
    own = tmp_path / "声明"
    shutil.copytree(schemas_dir(), own)
    (own / "lexicon").mkdir()
    (own / "lexicon" / "本局.json").write_text(json.dumps(example, ensure_ascii=False), "utf-8")
    monkeypatch.setenv("XLPERF_SCHEMAS", str(own))
    assert values(received)[EXECUTED] == 205
