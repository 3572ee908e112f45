"""JSON files under schemas/ → one merged JSON object: inheritance, ``for`` expansion; texts by their keys.

What people edit (forms, profiles, rules, the ledger, notation, types, ratios, scoring) has a meta-schema and
is read by ``read``. The files that only the program reads, captions, messages, words and limits, are read by
``texts_of``; a missing key is reported.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import file_name, guess, parsed_json, text_of_file, valid_json
from xlperf.core.paths import core_text, schemas_dir, shipped_schemas_dir

Json = dict[str, Any]


def read(path: Path, meta: str) -> Json:
    """The JSON object in ``path``, valid against ``schemas/<meta>.schema.json``.

    Raises DeclarationError naming the file and the place inside it.
    """
    return dict(valid_json(text_of_file(path), meta, file_name(path)))


def merge(base: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """JSON merge patch (RFC 7396): objects merge by key, null removes, everything else replaces."""
    result = dict(base)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merge(result[key], value)
        else:
            result[key] = value
    return result


def expand(entries: Mapping[str, Json]) -> dict[str, Json]:
    """Write out entries with ``for``: each ``$name`` in the key and in all texts is filled in.

    ``for`` is an object of lists (all combinations) or a list of objects (one binding each).
    Entries that arrive at the same key are merged in order, so that a later entry refines.
    """
    result: dict[str, Json] = {}
    for key, entry in entries.items():
        body = {name: value for name, value in entry.items() if name != "for"}
        for binding in bindings(entry.get("for")):
            name = substitute(key, binding)
            result[name] = merge(result.get(name, {}), substitute(body, binding))
    return result


def bindings(spec: Any) -> Iterator[dict[str, str]]:
    """The name bindings of a ``for``; one empty binding where there is none."""
    if spec is None:
        yield {}
    elif isinstance(spec, list):
        yield from spec
    else:
        for values in itertools.product(*spec.values()):
            yield dict(zip(spec, values, strict=True))


def substitute(value: Any, binding: Mapping[str, str]) -> Any:
    """Fill ``$name`` into every text inside ``value``; longer names first."""
    if isinstance(value, str):
        for name in sorted(binding, key=len, reverse=True):
            value = value.replace(f"${name}", binding[name])
        return value
    if isinstance(value, Mapping):
        return {key: substitute(item, binding) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, binding) for item in value]
    return value


HOLE = re.compile(r"\{(\w+)\}")
"""A placeholder in a declared text: ``{年度}``."""


def filled(text: str, values: Mapping[str, object], place: str, missing: str = "placeholder") -> str:
    """``text`` with its placeholders filled; DeclarationError (the text ``missing``) for one not given."""

    def value(hole: re.Match[str]) -> str:
        """What a placeholder names."""
        if hole[1] not in values:
            raise DeclarationError(place, core_text("wrong", missing, name=hole[1]))
        return str(values[hole[1]])

    return HOLE.sub(value, text)


def read_extending(folder: str, name: str, meta: str) -> tuple[Json, tuple[str, ...]]:
    """A declaration with everything it extends merged in, and its lineage, nearest first."""
    lineage: list[str] = []
    layers: list[Json] = []
    current: str | None = name
    while current:
        if current in lineage:
            why = core_text("source", "circle", names=" → ".join([*lineage, current]))
            raise DeclarationError(f"{folder}/{current}.json", why)
        path = schemas_dir() / folder / f"{current}.json"
        if lineage:
            path = declared_file(folder, current, f"{folder}/{lineage[-1]}.json：extends")
        lineage.append(current)
        layer = read(path, meta)
        current = layer.pop("extends", None)
        layers.append(layer)
    merged: Json = {}
    for layer in reversed(layers):
        merged = merge(merged, layer)
    return merged, tuple(lineage)


def declared_file(folder: str, name: str, place: str) -> Path:
    """The file that ``place`` names in a folder of schemas/; DeclarationError where it does not exist."""
    path = schemas_dir() / folder / f"{name}.json"
    if not path.is_file():
        near = guess(name, (other.stem for other in path.parent.glob("*.json")))
        raise DeclarationError(place, core_text("wrong", "no_file", file=f"{folder}/{name}.json", guess=near))
    return path


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
        raise DeclarationError(self.place, core_text("source", "no_key", key=key))


def texts_of(name: str) -> Texts:
    """The content of ``schemas/<name>.json``, read once.

    A bureau's own folder may lack the file, as one copied from an older version does: then the program's
    own is taken. Raises DeclarationError for a file that is missing there too, no JSON object, or that
    names a key twice.
    """
    return _read_once(_text_file(schemas_dir(), name))


def own_texts(name: str) -> Texts:
    """The content of the program's own ``schemas/<name>.json``, whatever folder a bureau uses.

    For words that the code itself compares. Raises DeclarationError as ``texts_of`` does.
    """
    return _read_once(shipped_schemas_dir() / f"{name}.json")


@cache
def _text_file(folder: Path, name: str) -> Path:
    """Where the text file ``name`` lies: in ``folder``, else among the program's own."""
    path = folder / f"{name}.json"
    shipped = shipped_schemas_dir() / f"{name}.json"
    return shipped if shipped.is_file() and not path.is_file() else path


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
        why = core_text("source", "no_value", name=missing)
        raise DeclarationError(f"{name}.json：{'/'.join(keys)}", why) from None


def read_texts(path: Path) -> Texts:
    """The text file ``path``, read again each time; raises DeclarationError as ``texts_of`` does."""
    place = file_name(path)
    content = parsed_json(text_of_file(path), place)
    if not isinstance(content, dict):
        raise DeclarationError(place, core_text("source", "no_object"))
    return Texts(content, place)


_read_once = cache(read_texts)


def _located(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return Texts(value, place)
    if isinstance(value, list):
        return [_located(item, f"{place}/{number}") for number, item in enumerate(value)]
    return value
