"""The Python process that Excel starts: it serves the worksheet functions and the buttons of the ribbon."""

import importlib
from contextlib import suppress
from threading import Thread

from xlperf.excel.addin import UDF_MODULE
from xlperf.excel.functions.publish import CALL_MODULE


def serve(clsid: str) -> None:
    """Answer Excel's calls under the class id ``clsid`` until Excel quits; Windows only.

    The functions are loaded first and without a workbook: xlwings would otherwise look for Python code in
    the sheets of the workbook that happens to be open. What they need is loaded by a thread while Excel
    connects.
    """
    xlwings = importlib.import_module("xlwings")
    with suppress(Exception):
        xlwings.get_udf_module(UDF_MODULE, None)
    Thread(target=importlib.import_module, args=(CALL_MODULE,), daemon=True).start()
    xlwings.serve(clsid)
