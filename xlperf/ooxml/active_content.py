"""An open package → findings on what a program may run, fetch or show besides its text.

They are known by the kinds of relations, whatever the parts are called, and by the usual names of parts.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import texts_of
from xlperf.ooxml.parts import ZipPackage, resolved

_MACROS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"})
_MACRO_PARTS = ("vbaproject.bin", "/macrosheets/")
_EMBEDDED = frozenset({"oleObject", "package", "aFChunk", "control"})
_EMBEDDED_PARTS = ("xl/embeddings/", "word/embeddings/")
_LINK, _LINK_FOLDER, _CONNECTIONS = "externalLink", "xl/externalLinks/externalLink", "connections"
_DDE = b"ddeLink"
_OUTSIDE, _RELATIONS = "External", "_rels/"
_REMOTE = re.compile(r"(?i)(?:https?|ftps?):|file:(?://[^/\\]|/*\\\\|/{4})|\\\\|//")
"""Another computer, not a folder of the sender's own."""


class _Relation(NamedTuple):
    """What a part refers to: the last word of the relation's type, the target as written, and as a part."""

    kind: str
    target: str
    part: str
    is_outside: bool


def active_content(package: ZipPackage) -> Iterator[Finding]:
    """The findings, one a code; raises Refused for damaged parts."""
    place = Location(file=package.path)
    names = [name.lower() for name in package.parts]
    relations = [relation for name in package.parts for relation in _relations(package, name)]
    inside = {relation.kind for relation in relations if not relation.is_outside}
    outside = [relation for relation in relations if relation.is_outside]
    remote = {relation.kind for relation in outside if _REMOTE.match(relation.target)}
    links = {relation.part for relation in relations if relation.kind == _LINK}
    links |= {name for name in package.parts if name.startswith(_LINK_FOLDER) and name.endswith(".xml")}
    if inside & _MACROS or any(mark in name for name in names for mark in _MACRO_PARTS):
        yield finding("F120", place)
    if _CONNECTIONS in inside or any(not _is_ours(package, link) for link in links):
        yield finding("F121", place)
    if inside & _EMBEDDED or any(name.startswith(_EMBEDDED_PARTS) for name in names):
        yield finding("F122", place)
    if any(_DDE in package.part(link) for link in links):
        yield finding("F127", place)
    if fetched := [name for kind, name in texts_of("received")["fetched"].items() if kind in remote]:
        yield finding("F142", place, what="、".join(fetched))


def _relations(package: ZipPackage, name: str) -> Iterator[_Relation]:
    """The relations in the part ``name``; none in another part, or in one that is damaged."""
    folder, _, file = name.rpartition("/")
    if not (name.endswith(".rels") and f"{folder}/".endswith(_RELATIONS)):
        return
    owner = folder.removesuffix("_rels") + file.removesuffix(".rels")
    try:
        elements: Sequence[ElementTree.Element] = list(ElementTree.fromstring(package.part(name)))
    except ElementTree.ParseError:
        return
    for element in elements:
        target = element.get("Target", "")
        kind, is_outside = element.get("Type", "").rpartition("/")[2], element.get("TargetMode") == _OUTSIDE
        yield _Relation(kind, target, "" if is_outside else resolved(owner, target), is_outside)


def _is_ours(package: ZipPackage, link: str) -> bool:
    """Whether a link leads to the program's own add-in; one that leads nowhere known does not."""
    folder, _, file = link.rpartition("/")
    targets = [relation.target for relation in _relations(package, f"{folder}/_rels/{file}.rels")]
    files = {re.split(r"[/\\]", unquote(target))[-1].casefold() for target in targets}
    return bool(files) and files <= _add_ins()


@cache
def _add_ins() -> frozenset[str]:
    names = texts_of("received")["add_ins"]
    return frozenset(name.casefold() for name in names)
