"""The buttons of the ribbon: each a function over the workbook that is open in Excel.

``ribbon.run(action)`` is all that the add-in calls. What xlwings does not
do is asked of an ``excel_ui.ExcelUI``; cells are read and written through xlwings.
"""
