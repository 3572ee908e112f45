"""The module that Excel calls: every function of schemas/functions.json as an xlwings UDF.

xlwings and the VBA wrappers know it as ``xlperf.udfs``; where there is no Excel the decorators leave
the functions as they are.
"""

import xlwings

from xlperf.excel.functions.publish import publish

globals().update(publish(xlwings.func, xlwings.arg, xlwings.ret, chinese=False))
