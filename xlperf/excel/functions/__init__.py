"""The worksheet functions XP_…: what Excel passes → values that cells show.

They are declared in schemas/functions.json; ``publish`` binds them to the decorators of xlwings.
"""
