"""The installed product, the libraries it needs in a browser, the declarations → one archive for the page.

The declarations are checked once, by the very copy that goes into the page: a browser has no jsonschema.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import xlperf
from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir, shipped_schemas_dir
from xlperf.declarations.profile import profile_id, profile_ids
from xlperf.declarations.source import read_extending, text_of

LIBRARIES = ("chinese_calendar", "click", "et_xmlfile", "openpyxl", "xlrd")
_LEFT_OUT = frozenset({"cli", "drafting", "excel", "finishing", "season", "server", "_data"})
"""Packages of the product that no check needs."""
_JOBS_LEFT_OUT = frozenset({"demo"})
_PAGE = ("server/__init__.py", "server/page/__init__.py")
_IN_PAGE = ("session", "shown_report", "record")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_PROFILES, _DEMO = "profiles", "demo"
OWN_SCHEMAS = "schemas"
"""Where the bureau's own declarations are in the archive."""
_CHECKED = """
import json, os
from xlperf.core.errors import XlperfError
from xlperf.core.user_files import user_cache
from xlperf.declarations.lint import lint
from xlperf.server.page.session import load_all
try:
    for mistake in lint():
        raise mistake
    load_all()
    kept = user_cache()
    print(json.dumps({"valid": sorted(kept.valid), "trees": kept.trees}))
except XlperfError as error:
    print(json.dumps({"error": str(error)}))
os._exit(0)
"""


def profiles_of(names: Sequence[str]) -> list[str]:
    """The ids of the profiles that ``names`` mean and of those that they extend, all without names.

    Raises InputError for a name that means none or several.
    """
    if not names:
        return profile_ids()
    ids = [name if name in profile_ids() else profile_id(name) for name in names]
    lineages = [read_extending(_PROFILES, name, "profile")[1] for name in ids]
    return sorted({name for lineage in lineages for name in lineage})


def bundle(profiles: Collection[str]) -> tuple[bytes, str]:
    """The archive, and what was found valid in it, as JSON; raises InputError for wrong declarations."""
    with tempfile.TemporaryDirectory(prefix="xlperf-page-") as folder:
        root = Path(folder) / "site"
        for name, source in _files(profiles):
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        valid = _checked(root, Path(folder) / "cache")
        return _archive(root), json.dumps(valid, ensure_ascii=False, separators=(",", ":"))


def _files(profiles: Collection[str]) -> Iterator[tuple[str, Path]]:
    """The names in the archive and the files."""
    package = Path(xlperf.__file__).parent
    for path in _python(package):
        name = path.relative_to(package).as_posix()
        first, _, rest = name.partition("/")
        is_left_out = first in _LEFT_OUT or (first == "jobs" and rest.partition("/")[0] in _JOBS_LEFT_OUT)
        if not is_left_out:
            yield f"xlperf/{name}", path
    for name in (*_PAGE, *(f"server/page/{module}.py" for module in _IN_PAGE)):
        yield f"xlperf/{name}", package / name
    for library in LIBRARIES:
        (home,) = _found(library)
        yield from ((f"{library}/{path.relative_to(home).as_posix()}", path) for path in _python(home))
    yield from _declarations(shipped_schemas_dir(), "xlperf/_data/schemas", profiles)
    if schemas_dir() != shipped_schemas_dir():
        yield from _declarations(schemas_dir(), OWN_SCHEMAS, profiles)


def _found(library: str) -> list[Path]:
    spec = find_spec(library)
    assert spec
    return [*map(Path, spec.submodule_search_locations or ())]


def _python(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def _declarations(folder: Path, name: str, profiles: Collection[str]) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.json")):
        inside = path.relative_to(folder)
        is_other = inside.parts[0] == _PROFILES and path.stem not in profiles
        if not is_other and inside.parts[0] != _DEMO:
            yield f"{name}/{inside.as_posix()}", path


def _checked(root: Path, cache: Path) -> Any:
    """What the copy at ``root`` finds valid when it loads all its declarations, in a process of its own."""
    cache.mkdir()
    own = root / OWN_SCHEMAS
    environment = {
        **os.environ,
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XLPERF_SCHEMAS": str(own) if own.is_dir() else "",
        "XDG_CACHE_HOME": str(cache),
        "LOCALAPPDATA": str(cache),
    }
    command = [sys.executable, "-c", _CHECKED]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False, cwd=root
    )
    if done.returncode or not done.stdout:
        raise InputError(
            text_of("selfcheck", "messages", "wrong_declarations", reason=done.stderr.strip()[-500:])
        )
    found = json.loads(done.stdout)
    if "error" in found:
        raise InputError(text_of("selfcheck", "messages", "wrong_declarations", reason=found["error"]))
    return found


def _archive(root: Path) -> bytes:
    """All files, not compressed: the page compresses the whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.writestr(
                    zipfile.ZipInfo(path.relative_to(root).as_posix(), _FIRST_DAY), path.read_bytes()
                )
    return buffer.getvalue()
