"""The intake: a unit signs in, hands in its package, gets a receipt, then the verdict; the season has it all.

The service takes uploads and answers; files are read by processes of their own (``process_pool``).
Needs the extra ``server``, not xlwings.
"""
