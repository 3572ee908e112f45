"""The ExcelUI of real Excel, over a stand-in that answers as Excel's object model is documented to."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import xlwings as xw

from xlperf.excel.actions import ribbon
from xlperf.excel.actions.excel_ui import ExcelUI, files, title

XLSX = ("Excel", ["*.xlsx", "*.xls"])


class Application:
    """Excel's Application: what it is called with, and what it answers."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.calls = answers, []
        self.ActiveWindow = SimpleNamespace(FreezePanes=False, SplitRow=0, SplitColumn=0)

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            self.calls.append((name, args, named))
            return self.answers[name]

        return call


class Worksheet:
    """A protected Worksheet with or without a password."""

    ProtectDrawingObjects, ProtectScenarios = True, False

    def __init__(self, password: str = "", *, formatting: bool = False) -> None:
        self.password, self.ProtectContents = password, True
        self.protected: list[dict[str, bool]] = []
        self.Protection = _Protection(AllowFormattingCells=formatting, AllowInsertingRows=True)

    def Unprotect(self, password: str) -> None:  # noqa: N802 - named by Excel
        if password != self.password:
            raise OSError("1004")
        self.ProtectContents = False

    def Protect(self, **options: bool) -> None:  # noqa: N802 - named by Excel
        self.ProtectContents = True
        self.protected.append(options)


class _Protection:
    def __init__(self, **allowed: bool) -> None:
        self.allowed = allowed

    def __getattr__(self, name: str) -> bool:
        return self.allowed.get(name, False)


def host(application: Application, alert: str = "ok") -> ExcelUI:
    said: list[tuple[Any, ...]] = []
    app = SimpleNamespace(api=application, alert=lambda *given: said.append(given) or alert, said=said)
    return ExcelUI(app)


def test_messages_and_questions_are_message_boxes():
    made = host(Application(), "yes")
    made.say("好了")
    made.say("不好", bad=True)
    assert made.ask("继续吗？") is True
    assert made.app.said == [
        ("好了", title(), "ok", "info"),
        ("不好", title(), "ok", "critical"),
        ("继续吗？", title(), "yes_no", "info"),
    ]
    assert host(Application(), "no").ask("继续吗？") is False


def test_an_input_box_gives_false_when_cancelled():
    application = Application(InputBox=False)
    assert host(application).enter("几张？", "1") is None
    assert application.calls == [
        ("InputBox", (), {"Prompt": "几张？", "Title": title(), "Default": "1", "Type": 2})
    ]
    assert host(Application(InputBox="3")).enter("几张？") == "3"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (False, []),
        ("C:\\甲.xlsx", [Path("C:\\甲.xlsx")]),
        (("C:\\甲.xlsx", "C:\\乙.xlsx"), [Path("C:\\甲.xlsx"), Path("C:\\乙.xlsx")]),
    ],
)
def test_files_are_chosen_in_excels_own_dialog(answer, expected):
    application = Application(GetOpenFilename=answer)
    assert host(application).open_files("选台账", XLSX, several=True) == expected
    ((_, _, named),) = application.calls
    assert named == {
        "FileFilter": "Excel (*.xlsx;*.xls),*.xlsx;*.xls",
        "Title": "选台账",
        "MultiSelect": True,
    }


@pytest.mark.parametrize("kind", ["ledger", "received"])
def test_filters_hold_no_comma_of_their_own(kind):
    """A comma parts the name from the patterns."""
    application = Application(GetOpenFilename=False)
    host(application).open_files("选", files(kind), several=False)
    assert application.calls[0][2]["FileFilter"].count(",") == 1


def test_where_to_save_and_in_which_folder():
    assert host(Application(GetSaveAsFilename=False)).save_as("存", Path("新.xlsx")) is None
    assert host(Application(GetSaveAsFilename="D:/稿")).save_as("存", Path("新.xlsx")) == Path("D:/稿.xlsx")
    assert host(Application(GetSaveAsFilename="D:/2024.xlsx")).save_as("存", Path("甲")) == Path(
        "D:/2024.xlsx"
    )
    dialog = SimpleNamespace(Show=lambda: -1, SelectedItems=lambda at: f"D:/工作稿{at}")
    assert host(Application(FileDialog=dialog)).folder("写到哪里") == Path("D:/工作稿1")
    assert dialog.Title == "写到哪里"
    assert host(Application(FileDialog=dialog)).folder("哪里", Path("D:/收到 的表")) == Path("D:/工作稿1")
    assert dialog.InitialFileName == "D:/收到 的表\\"
    dialog.Show = lambda: 0
    assert host(Application(FileDialog=dialog)).folder("写到哪里") is None


def test_protection_without_a_password_comes_back_as_it_was():
    sheet = Worksheet()
    made = host(Application())
    assert made.may_format(SimpleNamespace(api=sheet)) is False
    with made.unlocked(SimpleNamespace(api=sheet)) as is_free:
        assert is_free
        assert not sheet.ProtectContents
    assert sheet.ProtectContents
    (options,) = sheet.protected
    assert options["Contents"]
    assert options["DrawingObjects"]
    assert options["AllowInsertingRows"]
    assert not options["AllowFormattingCells"]
    assert not options["Scenarios"]


def test_protection_with_a_password_stays():
    sheet = Worksheet("秘密", formatting=True)
    made = host(Application())
    assert made.may_format(SimpleNamespace(api=sheet)) is True
    with made.unlocked(SimpleNamespace(api=sheet)) as is_free:
        assert is_free is False
    assert sheet.ProtectContents
    assert sheet.protected == []


def test_what_is_known_of_a_workbook(tmp_path):
    copies: list[str] = []
    api = SimpleNamespace(Path="", ReadOnly=True, ProtectStructure=False, SaveCopyAs=copies.append)
    book, made = SimpleNamespace(api=api), host(Application())
    assert (made.has_file(book), made.is_read_only(book), made.is_fixed(book)) == (False, True, False)
    made.save_copy(book, tmp_path / "甲.xlsx")
    assert copies == [str(tmp_path / "甲.xlsx")]
    name = SimpleNamespace(api=SimpleNamespace(Visible=True))
    made.hide_name(name)
    assert name.api.Visible is False


def test_a_document_is_opened_by_windows(monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr("os.startfile", opened.append, raising=False)
    host(Application()).open_document(Path("报告.docx"))
    assert opened == []
    monkeypatch.setattr("sys.platform", "win32")
    host(Application()).open_document(Path("报告.docx"))
    assert opened == [Path("报告.docx")]


def test_progress_is_in_the_status_bar():
    made = host(Application())
    show = made.progress("正在汇总……")
    assert made.app.status_bar == "正在汇总……"
    bars = []
    for done in range(1, 301):
        show(done, 300)
        bars.append(made.app.status_bar)
    assert bars[-1] == "正在汇总……300/300"
    assert len(set(bars)) == 101
    made.status()
    assert made.app.status_bar is False


def test_an_excel_that_is_busy_does_not_end_a_job():
    class Busy:
        """Excel refuses calls while a dialog of its own is open."""

        bars: ClassVar[list[str]] = []

        def __setattr__(self, name: str, value: str) -> None:
            if self.bars:
                raise OSError("call rejected")
            self.bars.append(value)

    show = ExcelUI(Busy()).progress("正在评分……")
    show(1, 2)
    assert Busy.bars == ["正在评分……"]


def test_the_headings_of_a_list_stay_in_view():
    application = Application()
    shown: list[str] = []
    host(application).freeze(SimpleNamespace(activate=lambda: shown.append("active")), 3)
    window = application.ActiveWindow
    assert shown == ["active"]
    assert (window.SplitRow, window.SplitColumn, window.FreezePanes) == (3, 0, True)


def test_the_excel_of_the_caller_is_used(opened, person, plain, monkeypatch):
    book = opened(plain)
    monkeypatch.setattr(xw.Book, "_mock_caller", book, raising=False)
    assert ExcelUI.of_caller().app == person.app
    monkeypatch.delattr(xw.Book, "_mock_caller")
    assert ExcelUI.of_caller().app == person.app
    heard: list[str] = []
    monkeypatch.setattr(xw.App, "alert", lambda self, prompt, *rest: heard.append(prompt))
    ribbon.run("next_finding")
    assert "请先点“一键校验”" in heard[0]
