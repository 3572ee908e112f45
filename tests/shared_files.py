"""Where the shared cases lie: XLPERF_SHARED, else the folder ``shared`` next to the repository."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("XLPERF_SHARED") or Path(__file__).parents[2] / "shared")
needs_cases = pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="no shared cases")
