"""A module that is imported when it is first used."""

import subprocess
import sys


def test_a_lazy_module_is_imported_on_first_use():
    program = (
        "import sys; from xlperf.core.lazy import LazyModule; colors = LazyModule('colorsys');"
        "assert 'colorsys' not in sys.modules; print(colors.rgb_to_hsv(0, 0, 1)[2]);"
        "assert 'colorsys' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
