"""Where the packages for the add-in's Python come from: what pip is to install, and where it may look."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from xlperf.core.errors import InputError
from xlperf.excel.installation.wording import text

_WHEEL = re.compile(r"xlperf-([^-]+)-.+\.whl")
_EXTRA = "[excel]"


@dataclass(frozen=True, slots=True)
class Source:
    """``wanted`` is what pip installs, ``options`` how it looks for it."""

    wanted: str
    options: Sequence[str] = ()


def given(path: Path, version: str) -> Source:
    """A folder of wheels, or xlperf's wheel in such a folder: pip looks nowhere else.

    InputError when it is not there, or there is no wheel of this ``version`` of xlperf in it.
    """
    if not path.exists():
        raise InputError(text("no_origin", path=path))
    folder = path if path.is_dir() else path.parent
    offered = [path] if path.is_file() else sorted(path.glob("xlperf-*.whl"))
    found = {match[1]: one for one in offered if (match := _WHEEL.fullmatch(one.name))}
    if version not in found:
        raise InputError(text("no_wheel", path=path, version=version, found="、".join(found) or "没有"))
    return Source(f"{found[version]}{_EXTRA}", ("--no-index", "--find-links", str(folder)))


def own() -> Source:
    """Where the running xlperf was installed from: its checkout, or the wheel if that is still there.

    InputError when it is not known: a name is never looked up in an index on a guess.
    """
    origin = _origin()
    if origin is None or not origin.exists():
        raise InputError(text("no_source"))
    options = ("--find-links", str(origin.parent)) if origin.is_file() else ()
    return Source(f"{origin}{_EXTRA}", options)


def _origin() -> Path | None:
    """The file or folder that pip noted when it installed xlperf (PEP 610)."""
    noted = distribution("xlperf").read_text("direct_url.json")
    address = urlsplit(json.loads(noted)["url"]) if noted else None
    return Path(url2pathname(address.path)) if address and address.scheme == "file" else None
