"""The buttons of the ribbon: each a function over the workbook that is open in Excel.

``ribbon.run(action)`` is all that the add-in calls. Excel itself stands behind ``host.Host``; cells are
read and written through xlwings.
"""
