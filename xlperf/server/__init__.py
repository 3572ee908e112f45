"""The worksheet functions over HTTP for Excel's web add-ins, on this machine only; the self-check page.

The service needs the extra ``server``; importing this package does not.
"""
