"""A season of thirty units: four rounds, late ones, archives, things sent twice, good and bad answers."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.received import good as g
from tests.season import season_files as s
from xlperf.cli import run
from xlperf.ooxml.repacking import is_available

UNITS = 30
ROOT = Path(__file__).parents[2]
COMMAND = "from xlperf.cli import main; main()"
CLAIM = "这一分是上级给的，请予认可。"
GOOD_ANSWER = "2023年底机构改革划转10人，编制批复在途，见区委编办函。"


class Bureau:
    """What a bureau does in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names = folder, [*s.workbooks(UNITS)]
        s.write_ledger(folder / "台账.xlsx", UNITS)
        self.call("start", "季.db", "--ledger", "台账.xlsx", "--due", "2026-04-15", "--on", "2026-03-01")

    def call(self, *words: str, status: int = 0) -> None:
        assert run(["rounds", *words]) == status

    def workbook(self, number: int, *changes: dict[str, g.Edit]) -> bytes:
        return s.spoiled(s.workbooks(UNITS)[self.names[number - 1]], *changes)

    def warned(self, number: int) -> bytes:
        return self.workbook(number, s.warned(s.filings(UNITS)[number - 1]))

    def put(self, inbox: str, number: int, data: bytes, name: str = "") -> None:
        folder = self.folder / inbox
        folder.mkdir(exist_ok=True)
        (folder / (name or self.names[number - 1])).write_bytes(data)

    def copy(self, folder: str, number: int) -> bytes:
        name = self.names[number - 1]
        return (self.folder / folder / Path(name).stem / name).read_bytes()

    def letter(self, folder: str, number: int) -> Path:
        return self.folder / folder / Path(self.names[number - 1]).stem / "退回通知.docx"

    def sheet(self, name: str) -> list[dict[str, object]]:
        """A sheet of the register as it is now."""
        self.call("register", "季.db", "-o", "报送登记.xlsx")
        rows = list(openpyxl.load_workbook(self.folder / "报送登记.xlsx")[name].iter_rows(values_only=True))
        top = 2 if name == "登记" else 0
        return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]

    def states(self) -> dict[int, str]:
        return {int(row["编码"]): row["状态"] for row in self.sheet("登记")}

    def of(self, number: int) -> dict[str, object]:
        return next(row for row in self.sheet("登记") if int(row["编码"]) == number)

    def reminded(self, day: str) -> list[tuple[int, str]]:
        self.call("remind", "季.db", "-o", "催报名单.xlsx", "--on", day)
        rows = list(openpyxl.load_workbook(self.folder / "催报名单.xlsx").worksheets[0].values)[3:]
        return [(int(row[1]), row[6]) for row in rows]

    def killed(self, *words: str, when: Path) -> None:
        """Start a command and kill it once the file ``when`` is there."""
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        arguments = [sys.executable, "-c", COMMAND, "rounds", *words]
        process = subprocess.Popen(arguments, cwd=self.folder, env=environment, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not when.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def bureau(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Bureau(tmp_path)


def first_round(bureau: Bureau) -> None:
    """Twenty-five units, one in a .zip, one in a .rar; eleven have something to mend; five are late.

    The first is as a real unit published it, and never answers.
    """
    for number in range(1, 24):
        made = bureau.workbook(number) if number <= 15 else bureau.warned(number)
        bureau.put("第一轮", number, bureau.workbook(number, s.WRONG) if number > 20 else made)
    with zipfile.ZipFile(bureau.folder / "第一轮" / f"{Path(bureau.names[23]).stem}.zip", "w") as archive:
        archive.writestr("附件.xlsx", bureau.workbook(24, s.WRONG))
    packed = s.rar({"025_fujian.xlsx": bureau.workbook(25, s.WRONG)})
    bureau.put("第一轮", 25, packed, f"{Path(bureau.names[24]).stem}.rar")
    bureau.killed("receive", "季.db", "第一轮", when=bureau.folder / "季.db-wal")
    bureau.call("receive", "季.db", "第一轮", "--on", "2026-03-20")
    assert Counter(bureau.states().values()) == {"已报": 25, "未报": 5}
    bureau.call("check", "季.db", "-o", "一.xlsx", "--on", "2026-03-21", "--fail-on", "从不")
    bureau.call("accept", "季.db", "--on", "2026-03-21")
    first = bureau.folder / "退一"
    bureau.killed("return", "季.db", "-o", "退一", "--due", "2026-04-03", when=first)
    bureau.call("return", "季.db", "-o", "退一", "--due", "2026-04-03", "--on", "2026-03-22")
    assert len(list(first.rglob("退回通知.docx"))) == 11
    assert not list(first.rglob("*.tmp"))
    assert Counter(bureau.states().values()) == {"已签收": 14, "已退回": 11, "未报": 5}


def second_round(bureau: Bureau) -> None:
    """Answers good and bad, what was mended, what came back as it was, two late ones."""
    bureau.put("第二轮", 16, s.answered(bureau.copy("退一", 16), GOOD_ANSWER))
    bureau.put("第二轮", 17, s.answered(bureau.copy("退一", 17), "核实无误。"))
    bureau.put("第二轮", 18, bureau.copy("退一", 18))
    bureau.put("第二轮", 19, bureau.warned(19))
    bureau.put("第二轮", 19, s.answered_letter(bureau.letter("退一", 19), GOOD_ANSWER), "退回通知.docx")
    for number in (20, 21, 25, 26, 27):
        bureau.put("第二轮", number, bureau.workbook(number))
    bureau.put("第二轮", 22, (bureau.folder / "第一轮" / bureau.names[21]).read_bytes())
    bureau.put("第二轮", 23, s.answered(bureau.copy("退一", 23), CLAIM))
    bureau.call("receive", "季.db", "第二轮", "--on", "2026-04-02")
    bureau.call("receive", "季.db", "第二轮", "--on", "2026-04-02")
    states = bureau.states()
    assert {number for number, state in states.items() if state == "再报"} == {16, 17, 19, 20, 21, 23, 25}
    assert (states[18], states[22], states[24], states[26]) == ("已退回", "已退回", "已退回", "已报")
    bureau.call("check", "季.db", "--on", "2026-04-02", status=1)
    bureau.call("accept", "季.db", "--on", "2026-04-02")
    assert {number for number, state in bureau.states().items() if state == "再报"} == {17, 23}
    explained = [row for row in bureau.sheet("问题") if row["问题状态"] == "已说明"]
    assert {row["严重程度"] for row in explained} == {"警告"}
    by_unit = {int(row["编码"]): row["单位说明"] for row in explained}
    assert by_unit == {16: GOOD_ANSWER, 19: GOOD_ANSWER}
    mended = {int(row["编码"]) for row in bureau.sheet("问题") if row["问题状态"] == "已改正"}
    assert mended == {20, 21} | ({25} if is_available() else set())
    claimed = [row for row in bureau.sheet("问题") if row["单位说明"] and row["严重程度"] == "错误"]
    assert {(int(row["编码"]), row["问题状态"]) for row in claimed} == {(23, "仍未改")}
    bureau.call("accept", "季.db", "023", "--reason", "领导同意", status=1)
    bureau.call("return", "季.db", "-o", "退二", "--due", "2026-04-17", "--on", "2026-04-03")
    assert {path.name for path in (bureau.folder / "退二").iterdir()} == {
        Path(bureau.names[number - 1]).stem for number in (17, 23)
    }


def third_round(bureau: Bureau) -> None:
    """A letter alone, an answer at last, what was mended, more late ones."""
    letter = s.answered_letter(bureau.letter("退二", 17), GOOD_ANSWER)
    bureau.put("第三轮", 17, letter, "退回通知.docx")
    bureau.put("第三轮", 18, s.answered(bureau.copy("退一", 18), GOOD_ANSWER))
    for number in (22, 28, 29):
        bureau.put("第三轮", number, bureau.workbook(number))
    bureau.put("第三轮", 23, bureau.warned(23))
    bureau.call("receive", "季.db", "第三轮", "--on", "2026-04-20")
    bureau.call("check", "季.db", "--on", "2026-04-20", "--fail-on", "从不")
    bureau.call("accept", "季.db", "--on", "2026-04-20")
    left = {number: state for number, state in bureau.states().items() if state != "已签收"}
    assert left == {1: "已退回", 23: "再报", 24: "已退回", 30: "未报"}


def fourth_round(bureau: Bureau) -> None:
    bureau.put("第四轮", 24, bureau.workbook(24))
    bureau.put("第四轮", 30, bureau.warned(30))
    bureau.call("receive", "季.db", "第四轮", "--on", "2026-05-06")
    bureau.call("check", "季.db", "--on", "2026-05-06", "--fail-on", "从不")
    bureau.call("accept", "季.db", "--on", "2026-05-06")
    bureau.call("accept", "季.db", "023", status=1)
    bureau.call("accept", "季.db", "023", "--reason", "编办函复已收到", "--on", "2026-05-07")


def test_a_season(bureau):
    first_round(bureau)
    assert bureau.reminded("2026-04-01")[:2] == [(1, "还剩 2 个工作日"), (16, "还剩 2 个工作日")]
    second_round(bureau)
    assert bureau.reminded("2026-04-16") == [
        (1, "逾期 8 个工作日"),
        (18, "逾期 8 个工作日"),
        (22, "逾期 8 个工作日"),
        (24, "逾期 8 个工作日"),
        (28, "逾期 1 个工作日"),
        (29, "逾期 1 个工作日"),
        (30, "逾期 1 个工作日"),
        (17, "还剩 1 个工作日"),
        (23, "还剩 1 个工作日"),
    ]
    third_round(bureau)
    fourth_round(bureau)
    left = {number: state for number, state in bureau.states().items() if state != "已签收"}
    assert left == {1: "已退回", 30: "已报"}
    last = bureau.of(23)
    assert (last["报送次数"], last["首次报送"], last["退回"], last["签收"]) == (
        3,
        "2026-03-20",
        "2026-04-03",
        "2026-05-07",
    )
    assert last["说明"] == "签收（编办函复已收到）"
    history = [row["经过"] for row in bureau.sheet("经过") if row["编码"] == "022"]
    assert [text[:2] for text in history] == ["收到", "审核", "退回", "收到", "收到", "审核", "签收"]
    assert "与第 1 轮收到的完全相同" in history[3]
    same = {row["文件"] for row in bureau.sheet("收到的文件") if row["与上次"] == "相同"}
    assert bureau.names[21] in same
