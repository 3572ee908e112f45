"""Every command that the README and the guide show runs, on files prepared under the names shown."""

import re
import shlex
import shutil
import zipfile
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from tests.drafting.samples import official
from tests.received import good as g
from xlperf.jobs.demo.units import write_demo_ledger

ROOT = Path(__file__).parents[2]
PAGES = [
    "README",
    *(
        f"docs/{name}"
        for name in (
            "填报",
            "工作稿",
            "校验",
            "导入",
            "批注稿和上报稿",
            "报送登记",
            "评分",
            "自评报告",
            "汇总",
            "口径",
        )
    ),
]
REPORT = ROOT / "tests/received/accepted/word_report"


def shown(page: str) -> list[str]:
    """The xlperf commands in the ``sh`` blocks of a page, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / f"{page}.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("xlperf ")]


def received(path: Path) -> None:
    path.mkdir()
    (path / g.file_name()).write_bytes(g.good())
    (path / "改坏的.xlsx").write_bytes(
        g.edited({g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)})
    )


def packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(g.file_name(), g.good())


def report(path: Path) -> None:
    shutil.copy(next(REPORT.glob("*.docx")), path)


def reports(path: Path) -> None:
    path.mkdir()
    report(path / "001_报告.docx")


def exemptions(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["代码", "单位", "字段", "理由", "有效期至"])
    book.active.append(["B501", "101001", "", "市局已函复同意", "2099-12-31"])
    book.save(path)


def days(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "报送日期", "公开日期"])
    book.active.append([g.filing().unit_name, "2025-07-14", "2025-07-30"])
    book.save(path)


PREPARED = {
    "报送日期.xlsx": days,
    "台账.xlsx": lambda path: write_demo_ledger(path, g.PROFILE, units=3),
    "收到的表": received,
    "第二次收到的表": received,
    "上年收到的表": received,
    "附件表": received,
    "某单位.zip": packed,
    "报告.docx": report,
    "去年的报告": reports,
    "豁免.xlsx": exemptions,
    "2025年附件.xlsx": lambda path: official("hunan-yueyang-2024").save(path),
}
"""What the person has: the ledger filled in, the files that came."""


def prepare(words: list[str]) -> None:
    """Make what the command reads and is not there yet; what follows ``-o`` it writes itself."""
    for before, word in pairwise(words):
        path = Path(word)
        if before != "-o" and word in PREPARED and not path.exists():
            PREPARED[word](path)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_one_after_the_other(xlperf, page):
    for line in shown(page):
        words = shlex.split(line)
        prepare(words)
        ended = xlperf(*words[1:])
        assert ended.status in (0, 1), f"{line}\n{ended.out}{ended.err}"
        for output in (after for word, after in pairwise(words) if word == "-o"):
            assert Path(output).exists(), line
        if "--ledger" in words and words[1] == "new":
            Path(words[-1]).unlink()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_of_a_page_exists(page):
    path = ROOT / f"{page}.md"
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
