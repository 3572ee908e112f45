"""xlperf: fill, check and hand back the workbooks of 预算绩效自评.

The functions behind the command line, imported when first used:

- ``fill(source, profile_id, out_dir, …)`` – a ledger to a folder of workbooks;
- ``check(paths, profile, …)`` – received workbooks to a Report of findings;
- ``import_filings(paths, out_dir, …)`` – received files of any kind to working copies;
- ``strip(paths, out_dir, …)`` – filled workbooks to upload copies;
- ``new(profile_id, path)`` – a blank workbook;
- ``load_profile(profile_id)`` – the declarations of a place and year;
- ``RunOptions(workers, progress, …)`` – how the first four do their work, as their ``options``.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "RunOptions": "xlperf.jobs.run_options",
    "check": "xlperf.jobs.check",
    "fill": "xlperf.jobs.fill",
    "import_filings": "xlperf.jobs.import_filings",
    "load_profile": "xlperf.declarations.profile",
    "new": "xlperf.workbooks.workbook_writer",
    "strip": "xlperf.jobs.strip",
}

__all__ = ["RunOptions", "__version__", "check", "fill", "import_filings", "load_profile", "new", "strip"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xlperf' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
