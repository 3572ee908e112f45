"""The JSON files under schemas/ that only the program reads → their content; missing keys are reported.

These files hold captions, messages, words and limits. What people edit (forms, profiles, rules, the ledger,
notation, types, ratios, scoring) has a meta-schema and is read by ``source.read``.
"""

from functools import cache
from pathlib import Path
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir, shipped_schemas_dir
from xlperf.declarations.source import parsed_json


class Texts(dict[str, Any]):
    """A JSON object of a text file. ``place`` is the file and the path inside it.

    ``texts[key]`` raises DeclarationError, naming the place, for a key that the file does not have:
    a bureau's copy of schemas/ may be older than the program.
    """

    def __init__(self, content: dict[str, Any], place: str) -> None:
        inside = f"{place}/" if "：" in place else f"{place}："
        super().__init__({key: _located(value, f"{inside}{key}") for key, value in content.items()})
        self.place = place

    def __missing__(self, key: str) -> Any:
        raise DeclarationError(self.place, f"缺少“{key}”，请从程序自带的 schemas 补上")


def texts_of(name: str) -> Texts:
    """The content of ``schemas/<name>.json``, read once.

    A bureau's own folder may lack the file, as one copied from an older version does: then the program's
    own is taken. Raises DeclarationError for a file that is missing there too, no JSON object, or that
    names a key twice.
    """
    path = schemas_dir() / f"{name}.json"
    if not path.is_file():
        shipped = shipped_schemas_dir() / f"{name}.json"
        path = shipped if shipped.is_file() else path
    return _read_once(path)


def text_of(name: str, /, *keys: str, **values: object) -> str:
    """The text at ``keys`` in ``schemas/<name>.json``, its holes filled with ``values``.

    Raises DeclarationError as ``texts_of`` does, and for a hole that ``values`` do not fill.
    """
    found: Any = texts_of(name)
    for key in keys:
        found = found[key]
    try:
        return str(found).format_map(values)
    except KeyError as missing:
        raise DeclarationError(f"{name}.json：{'/'.join(keys)}", f"没有传入 {missing}") from None


def read_texts(path: Path) -> Texts:
    """The text file ``path``, read again each time; raises DeclarationError as ``texts_of`` does."""
    content, place = parsed_json(path)
    if not isinstance(content, dict):
        raise DeclarationError(place, "最外层应当是对象")
    return Texts(content, place)


_read_once = cache(read_texts)


def _located(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return Texts(value, place)
    if isinstance(value, list):
        return [_located(item, f"{place}/{number}") for number, item in enumerate(value)]
    return value
