"""The external links of an open workbook → those that lead elsewhere than to the program's own add-in."""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote
from xml.etree import ElementTree

from xlperf.declarations.source import texts_of
from xlperf.ooxml.parts import Package

_FOLDER = "xl/externalLinks/"
_LINK = re.compile(rf"{_FOLDER}(externalLink[^/]*\.xml)")


def foreign_links(package: Package) -> list[str]:
    """The parts that link to other files and programs; one that leads nowhere known counts as such."""
    found = []
    for name in package.parts:
        link = _LINK.fullmatch(name)
        if link and not _is_ours([*_targets(package.part(f"{_FOLDER}_rels/{link[1]}.rels"))]):
            found.append(name)
    return found


def _is_ours(targets: list[str]) -> bool:
    files = {re.split(r"[/\\]", unquote(target))[-1].casefold() for target in targets}
    return bool(files) and files <= _add_ins()


def _targets(relations: bytes) -> Iterator[str]:
    if relations:
        try:
            yield from (element.get("Target", "") for element in ElementTree.fromstring(relations))
        except ElementTree.ParseError:
            return


@cache
def _add_ins() -> frozenset[str]:
    names = texts_of("received")["add_ins"]
    return frozenset(name.casefold() for name in names)
