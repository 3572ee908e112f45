"""The add-in's own VBA modules in pyOpenVBA's interpreter, with Excel and Windows as far as they use them.

Calls into Windows libraries are replaced by procedures that ask ``World``; ``#If Win64`` is true.
"""
# ruff: noqa: N802, N803 (the names are those of Excel and VBA)

import re
from typing import Any

from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import (
    NOTHING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBAObject,
    member,
    method,
    setter,
)
from pyopenvba.interpreter._runtime import UNRESOLVED

from xlperf.core.paths import macros_dir
from xlperf.excel.addin.addin_builder import WRITTEN, Description, sheet_rows

HOME = r"C:\Users\zhang\AppData\Local"
WINDOWS = """
Public Function StrPtr(text As String) As String
    StrPtr = text
End Function
Public Function LoadLibraryW(path As String) As Long
    LoadLibraryW = World.Library(path)
End Function
Public Function Expanded(text As String) As String
    Expanded = Replace(text, "%LOCALAPPDATA%", World.Home)
End Function
Public Function ShortName(path As String) As String
    ShortName = World.Shortened(path)
End Function
Public Function XLPyDLLActivateAuto(ByRef result As Variant, config As String, mode As Long) As Long
    If World.Starts(config) Then
        Set result = World.Server
    Else
        result = "Could not activate Python COM server, hr = -2147221164"
        XLPyDLLActivateAuto = 1
    End If
End Function
Public Function MessageBoxW(owner As Variant, text As String, title As String, kind As Long) As Long
    World.Tell title, text
End Function
"""


class Cell(VBAObject):
    def __init__(self, text: str) -> None:
        self.text = text

    @member(default=True)
    def Value(self) -> str:
        return self.text


class Sheet(VBAObject):
    def __init__(self, rows: list[list[str]]) -> None:
        self.rows = rows

    @method
    def Cells(self, row: int, column: int) -> Cell:
        line = self.rows[row - 1] if row <= len(self.rows) else []
        return Cell(line[column - 1] if column <= len(line) else "")


class Book(VBAObject):
    """The add-in as ``ThisWorkbook``, or a workbook that is open."""

    vba_type_name = "Workbook"

    def __init__(self, world: "World") -> None:
        self.world = world

    @member
    def Name(self) -> str:
        return "xlperf.xlam"

    @method
    def Worksheets(self, name: str) -> Sheet:
        assert name == "xlperf.conf"
        return self.world.sheet

    @setter("IsAddin")
    def set_addin(self, value: bool) -> None:
        self.world.hidden.append(bool(value))

    @setter("Saved")
    def set_saved(self, value: bool) -> None:
        assert value


class Window(VBAObject):
    def __init__(self) -> None:
        self.activated = 0

    @method
    def Activate(self) -> None:
        self.activated += 1


class Range(VBAObject):
    """The cell whose formula calls."""


class Application(VBAObject):
    """``Application``: takes descriptions only while the add-in is not hidden, unless it ``takes_hidden``."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @member
    def Hwnd(self) -> int:
        return 7

    @member
    def ActiveWindow(self) -> object:
        return self.world.window or NOTHING

    @member
    def Caller(self) -> "Range":
        return Range()

    @setter("ScreenUpdating")
    def set_updating(self, value: bool) -> None:
        self.world.updating.append(bool(value))

    @method
    def OnTime(self, when: object, procedure: str) -> None:
        self.world.later.append(procedure)

    @method
    def MacroOptions(
        self, Macro: str, Category: str, Description: str, ArgumentDescriptions: Any = None
    ) -> None:
        if self.world.hidden[-1] and not self.world.takes_hidden:
            raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")
        given = ArgumentDescriptions
        arguments = [given.get([i]) for i in range(_upper(given) + 1)] if isinstance(given, VBAArray) else []
        self.world.described.append((Macro, Category, Description, arguments))


def _upper(array: VBAArray) -> int:
    return array.bounds[0][1]


class Server(VBAObject):
    """The Python process, as ``XLPy`` returns it."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @method
    def Module(self, name: str) -> str:
        return f"module {name}"

    @method
    def SetAttr(self, target: str, name: str, value: object) -> None:
        self.world.set.append((target, name, value))

    @method
    def Exec(self, text: str) -> None:
        self.world.executed.append(text)
        if self.world.raises:
            raise VBARuntimeError(-2147467259, self.world.raises)


class Control(VBAObject):
    """A button, as the ribbon hands it over."""

    def __init__(self, name: str) -> None:
        self.name = name

    @member
    def ID(self) -> str:
        return self.name


class World(VBAObject):
    """What there is on the computer, and what the add-in did there."""

    def __init__(
        self, descriptions: tuple[Description, ...] = (), has_book: bool = True, home: str = HOME
    ) -> None:
        self.sheet = Sheet(sheet_rows(descriptions))
        self.home = home
        self.libraries = {rf"{home}\xlperf\venv\xlwings64-0.37.8.dll"}
        self.starts = True
        self.raises = ""
        self.takes_hidden = False
        self.window: Window | None = Window()
        self.addin, self.active = Book(self), Book(self) if has_book else None
        self.hidden, self.updating = [True], [True]
        self.later: list[str] = []
        self.described: list[tuple[str, str, str, list[str]]] = []
        self.asked: list[str] = []
        self.commands: list[str] = []
        self.set: list[tuple[str, str, object]] = []
        self.executed: list[str] = []
        self.shown: list[tuple[str, str]] = []
        bridge = Bridge(self)
        self.interpreter = Interpreter(bridge)
        for name in WRITTEN:
            module, _, suffix = name.partition(".")
            kind = "document" if suffix == "cls" else "standard"
            text = _without_windows((macros_dir() / name).read_text("ascii"))
            self.interpreter.add_module(text, name=module, kind=kind)
        self.interpreter.add_module(WINDOWS, name="Windows")
        self.interpreter.bind_document("ThisWorkbook", bridge.names["thisworkbook"])

    @member
    def Home(self) -> str:
        return self.home

    @method
    def Shortened(self, path: str) -> str:
        return path.replace("张三", "6A3F~1")

    @method
    def Library(self, path: str) -> int:
        self.asked.append(path)
        return int(path in self.libraries)

    @method
    def Starts(self, config: str) -> bool:
        self.commands.append(config)
        return self.starts

    @method(name="Server")
    def server(self) -> Server:
        return Server(self)

    @method
    def Tell(self, title: str, text: str) -> None:
        self.shown.append((title, text))

    def press(self, button: str) -> None:
        """Press a button of the ribbon."""
        self.interpreter.run("XlperfAction", [Control(button)], module="RibbonXlperf")


class Bridge(HostBridge):
    """The names that VBA finds in Excel."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names: dict[str, VBAObject] = {
            "application": Application(world),
            "thisworkbook": world.addin,
            "world": world,
        }

    def global_object(self, name: str) -> object:
        if name.lower() == "activeworkbook":
            return self.world.active or NOTHING
        return self.names.get(name.lower(), UNRESOLVED)


def _without_windows(text: str) -> str:
    """Leave out what libraries of Windows do, and the procedures in which they write into memory."""
    text = re.sub(r"(?m)^Private Declare .*\n", "", text)
    return re.sub(r"Private Function (Expanded|ShortName)\(.*?End Function\n", "", text, flags=re.DOTALL)
