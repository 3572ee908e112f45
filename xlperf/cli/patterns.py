"""Paths as typed to paths: patterns with * are written out, because the Windows shell leaves them."""

from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path


def expanded(paths: Sequence[str]) -> list[Path]:
    """The paths in order; a pattern that matches nothing stays, to be told as missing."""
    return [
        Path(one)
        for path in paths
        for one in (sorted(glob(path)) if has_magic(path) and not Path(path).exists() else ()) or [path]
    ]
