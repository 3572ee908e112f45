"""The worksheet functions over HTTP for Excel's web add-ins, on this machine only.

Needs the extra ``server``; importing this package does not.
"""
