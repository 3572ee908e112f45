"""Stand-ins for pywin32, so that xlwings' own Windows code for worksheet functions runs on any system.

Over them run the true generator of the VBA wrappers (``import_udfs``) and the true conversion of arguments
and results (``com_server.XLPython.CallUDF``); nothing here talks to Excel. They exist only inside
``installed()`` or after ``install()``: no other process sees them. Functions that run while Excel goes on
(``async_mode``, ``expand``) are not imitated.
"""

import ctypes
import datetime as dt
import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from tests.excel.addin.excelobjects import ComError
from xlperf.excel.functions.publish import UDF_MODULE

UTC = dt.timezone.utc  # noqa: UP017 (datetime.UTC is the same object; pywin32 hands over this one)
PROCESS_ID = 4242
XLWINGS_ON_WINDOWS = ("xlwings._win32patch", "xlwings._xlwindows", "xlwings.udfs", "xlwings.com_server")


class Wrapped:
    """A Python object as COM carries it: what ``win32com.server.util.wrap`` returns."""

    def __init__(self, content: object) -> None:
        self.content = content


class NotWrappedError(Exception):
    """Raised when ``unwrap`` gets something that ``wrap`` did not make."""


class Dispatched:
    """The classes from which pywin32's proxies derive; no stand-in is one, so xlwings passes them on."""


def _wrap(content: object, *_: object, **__: object) -> Wrapped:
    return Wrapped(content)


def _unwrap(wrapped: object) -> object:
    if isinstance(wrapped, Wrapped):
        return wrapped.content
    raise NotWrappedError


def _same(content: object, *_: object, **__: object) -> object:
    """Return the object itself: Dispatch, and marshalling between threads."""
    return content


def _nothing(*_: object, **__: object) -> None:
    """Do nothing: calls that set up COM."""


def _modules() -> dict[str, ModuleType]:
    """Return pywin32's modules by name, with the names xlwings takes from them when it is imported or run."""
    declared: dict[str, dict[str, Any]] = {
        "pythoncom": {
            "CoInitialize": _nothing,
            "CoMarshalInterThreadInterfaceInStream": lambda _, content: content,
            "CoGetInterfaceAndReleaseStream": _same,
            "IID_IDispatch": "IDispatch",
            "IID_IEnumVARIANT": "IEnumVARIANT",
            "TypeIIDs": {"IDispatch": type("PyIDispatch", (), {})},
            "com_error": ComError,
            "ole_error": ComError,
            "__file__": "pythoncom",
        },
        "pywintypes": {"com_error": ComError, "error": ComError, "TimeType": dt.datetime, "IID": _same},
        "win32api": {},
        "win32con": {},
        "win32event": {},
        "win32gui": {},
        "win32process": {"GetWindowThreadProcessId": lambda _: (1, PROCESS_ID)},
        "win32timezone": {"TimeZoneInfo": SimpleNamespace(utc=lambda: UTC)},
        "win32com": {},
        "win32com.client": {
            "Dispatch": _same,
            "DispatchEx": _same,
            "CDispatch": Dispatched,
            "CoClassBaseClass": Dispatched,
            "DispatchBaseClass": Dispatched,
        },
        "win32com.server": {},
        "win32com.server.util": {"wrap": _wrap, "unwrap": _unwrap},
        "win32com.server.dispatcher": {},
        "win32com.server.policy": {"DefaultPolicy": object},
        "win32com.server.exception": {"COMException": ComError},
    }
    modules = {name: ModuleType(name) for name in declared}
    for name, module in modules.items():
        vars(module).update(declared[name])
        parent, _, leaf = name.rpartition(".")
        if parent:
            setattr(modules[parent], leaf, module)
    return modules


@contextmanager
def _libraries() -> Iterator[None]:
    """Put the parts of ``ctypes`` that only Windows has in place while xlwings is imported."""
    true_library = ctypes.PyDLL

    def library(path: str, *arguments: Any, **options: Any) -> Any:
        if path == "pythoncom":
            return SimpleNamespace(PyCom_PyObjectFromIUnknown=SimpleNamespace())
        return true_library(path, *arguments, **options)

    ole = SimpleNamespace(ole32=SimpleNamespace(CLSIDFromString=_nothing))
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(ctypes, "PyDLL", library))
        stack.enter_context(mock.patch.object(ctypes, "oledll", ole, create=True))
        stack.enter_context(mock.patch.object(ctypes, "windll", SimpleNamespace(), create=True))
        yield


@contextmanager
def installed(*modules: str) -> Iterator[None]:
    """Have the stand-ins and xlwings' Windows code inside the block, and nothing of them after it.

    ``xlwings.func``, ``arg``, ``ret``, ``sub`` and ``script`` are the true ones of ``xlwings.udfs`` inside.
    The ``modules`` (``xlperf.udfs`` if none is named) decorate functions, so they are imported again
    inside and are as before afterwards. Raises ModuleNotFoundError without xlwings.
    """
    xlwings = importlib.import_module("xlwings")
    engines, standins = xlwings.engines, _modules()
    with ExitStack() as stack:
        for name in (*standins, *XLWINGS_ON_WINDOWS, *(modules or (UDF_MODULE,))):
            stack.callback(_put_back, name, sys.modules.pop(name, None))
        sys.modules.update(standins)
        with _libraries():
            windows = importlib.import_module("xlwings._xlwindows")
        excel = xlwings.Engine(impl=windows.engine)
        by_name = engines.engines_by_name | {"excel": excel}
        _replace(stack, engines, engines=[*engines.engines, excel], engines_by_name=by_name, active=excel)
        udfs = importlib.import_module("xlwings.udfs")
        importlib.import_module("xlwings.com_server")
        decorators = {"func": udfs.xlfunc, "arg": udfs.xlarg, "ret": udfs.xlret, "sub": udfs.xlsub}
        _replace(stack, xlwings, **decorators, script=udfs.xlsub)
        yield


def _put_back(name: str, module: ModuleType | None) -> None:
    """Make ``module``, or no module, the one of that name again, in its package too."""
    package, _, leaf = name.rpartition(".")
    parent = sys.modules.get(package)
    sys.modules.pop(name, None)
    if module is not None:
        sys.modules[name] = module
    if parent is not None and module is not None:
        setattr(parent, leaf, module)
    elif parent is not None and hasattr(parent, leaf):
        delattr(parent, leaf)


def _replace(stack: ExitStack, target: object, **attributes: object) -> None:
    """Set attributes until the stack is unwound."""
    for name, value in attributes.items():
        stack.enter_context(mock.patch.object(target, name, value, create=True))


def install(*modules: str) -> None:
    """Do as ``installed`` for the rest of this process."""
    _lasting.enter_context(installed(*modules))


_lasting = ExitStack()


def call(module: str, function: str, arguments: Sequence[object], caller: object = None) -> Any:
    """Call a worksheet function as Excel does, through ``XLPython.CallUDF``, inside ``installed()``.

    ``arguments`` are ranges (``excelobjects.range_of``), values as ``excelobjects.com_value`` makes them,
    tuples of rows for array constants, ``MISSING``; ``caller`` is the range that holds the formula.
    The result is what goes into the cells: a scalar, a list for one row, else a list of rows.
    """
    server = sys.modules["xlwings.com_server"]
    return server.XLPython().CallUDF(module, function, tuple(arguments), None, caller)
