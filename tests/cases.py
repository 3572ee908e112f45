"""Where the collection of received files lies: in $XLPERF_SHARED, or next to the repository."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("XLPERF_SHARED", Path(__file__).parents[2] / "shared"))
CASES = SHARED / "cases"
