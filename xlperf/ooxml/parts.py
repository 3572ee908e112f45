"""Bytes of a zip package (.xlsx, .docx, .ods) → its parts by name, and what a workbook lists in them.

Nothing is written and nothing is executed; damaged parts and XML entities are refused. Listed are tabs and
defined names.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree

from xlperf.declarations.findings import Finding
from xlperf.ooxml.archives import BROKEN
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import megabytes, refused
from xlperf.ooxml.xml_tree import TRUE

_DAMAGED = (*BROKEN, OSError)
_ENCRYPTED_ENTRY = 0x1
_ENCRYPTED_ODF = b"encryption-data"
_END = b"PK\x05\x06"
_END_SIZE = 22
_END_WITHIN = 2**16 + _END_SIZE
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)
"""What declares a document type or an entity, in the encodings that XML parsers take."""
_STARTS = (b"<!", b"<\0!", b"<\0\0\0!")
"""Of all of them, whatever the encoding."""
_MARKUP = (".xml", ".rels", ".vml")
_LONGEST_MARK = max(map(len, _DECLARATIONS))
WORKBOOK = "xl/workbook.xml"
"""The part that lists the sheets of a workbook."""
_SEEN_WHEN_READ = 16_000_000
"""Longer parts are looked through for declarations when they are read, not when the package is opened."""
_ROOT, _MAIN = "_rels/.rels", "officeDocument"
_USUAL = {"xl": WORKBOOK, "word": "word/document.xml"}
"""The names of the main parts that almost every program gives, by their folders."""
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"


def sheet_part(number: int) -> str:
    """The name of the part that holds the ``number``-th sheet, from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def _declares(content: bytes) -> bool:
    """Whether there is a declaration; most XML has not even an exclamation mark."""
    may_declare = b"!" in content and any(start in content for start in _STARTS)
    return may_declare and any(mark in content for mark in _DECLARATIONS)


@dataclass(slots=True)
class ZipPackage:
    """An open package: its parts by name, and what was noticed about the package itself."""

    path: str
    parts: "_Parts"
    findings: list[Finding]
    _zip: zipfile.ZipFile
    _renamed: Mapping[bytes, bytes] = field(default_factory=dict)

    def part(self, name: str) -> bytes:
        """The bytes of one part, b"" when there is none.

        Raises Refused for a damaged part and for XML that declares entities or a DOCTYPE.
        """
        content = self.stored(name) if name in self.parts else b""
        if _declares(content):
            raise refused("F110", self.path, part=name)
        return content

    def stored(self, name: str) -> bytes:
        """The bytes of a part that is there, whatever it declares; raises Refused for a damaged one."""
        try:
            content = self._zip.read(self.parts[name])
        except _DAMAGED as error:
            raise refused("F106", self.path) from error
        for old, new in self._renamed.items() if name in (TYPES, _ROOT) else ():
            content = content.replace(old, new)
        return content

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The bytes of a part that is there, at most ``size`` at a time; raises as ``part`` does."""
        last = b""
        try:
            with self._zip.open(self.parts[name]) as stream:
                while piece := stream.read(size):
                    seen = last + piece
                    if _declares(seen):
                        raise refused("F110", self.path, part=name)
                    last = piece[-_LONGEST_MARK:]
                    yield piece
        except _DAMAGED as error:
            raise refused("F106", self.path) from error


def open_zip(path: str, data: bytes, limits: Limits) -> ZipPackage:
    """Open ``data`` as a package; raises Refused when it is cut off, broken, a bomb or encrypted."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(_unpadded(data)))
    except _DAMAGED as error:
        raise refused("F106" if _END in data else "F115", path) from error
    parts = _Parts(path, archive.infolist())
    _refuse_bombs(path, parts, len(data), limits)
    package = ZipPackage(path, parts, [], archive)
    if any(info.flag_bits & _ENCRYPTED_ENTRY for info in parts.values()):
        raise refused("F103", path)
    if _ENCRYPTED_ODF in package.part("META-INF/manifest.xml"):
        raise refused("F103", path)
    _rename_main(package)
    for name, info in parts.items():
        if name.lower().endswith(_MARKUP) and info.file_size <= _SEEN_WHEN_READ:
            package.part(name)
    return package


_ELSEWHERE = frozenset({".", ".."})
"""Steps of a path that no name of a part has."""


class _Parts(dict[str, zipfile.ZipInfo]):
    """The parts of a package by name; names that differ in case are one, as programs take them.

    Raises Refused for two parts of one name that differ: which of them a program shows nobody knows; and for
    a name that leads elsewhere.
    """

    def __init__(self, path: str, infos: Iterable[zipfile.ZipInfo]) -> None:
        self._names: dict[str, str] = {}
        for info in infos:
            name = info.filename.lstrip("/").replace("\\", "/")
            known = self._names.setdefault(name.lower(), name)
            other = self.setdefault(known, info)
            is_other = (other.CRC, other.file_size) != (info.CRC, info.file_size)
            if is_other or not _ELSEWHERE.isdisjoint(name.split("/")):
                raise refused("F106", path)

    def rename(self, old: str, new: str) -> None:
        """Call the part ``old``, where there is one, ``new``."""
        if old in self:
            self._names[new.lower()] = new
            self[new] = self.pop(self._names.pop(old.lower()))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and name.lower() in self._names)

    def __missing__(self, name: str) -> zipfile.ZipInfo:
        return self[self._names[name.lower()]]


def _rename_main(package: ZipPackage) -> None:
    """Give the part that programs open first its usual name: some call it word/document2.xml.

    Raises Refused where another part has that name, which readers that know the usual name only would read.
    """
    try:
        relations = list(ElementTree.fromstring(package.part(_ROOT) or b"<none/>"))
    except ElementTree.ParseError:
        return
    for relation in relations:
        name = resolved("", relation.get("Target", ""))
        folder, _, file = name.rpartition("/")
        usual = _USUAL.get(folder, name)
        is_main = relation.get("Type", "").rpartition("/")[2] == _MAIN
        if not is_main or name.lower() == usual or name not in package.parts:
            continue
        if usual in package.parts:
            raise refused("F106", package.path)
        new = usual.rpartition("/")[2]
        package.parts.rename(name, usual)
        package.parts.rename(f"{folder}/_rels/{file}.rels", f"{folder}/_rels/{new}.rels")
        package._renamed = {f'{folder}/{file}"'.encode(): f'{usual}"'.encode()}


def _unpadded(data: bytes) -> bytes:
    """A package without the zeros that a transfer put behind its end, where they are many."""
    if _END in data[-_END_WITHIN:]:
        return data
    end = data.rfind(_END) + _END_SIZE
    return data[:end] if end > _END_SIZE and not data[end:].strip(b"\0") else data


def _refuse_bombs(path: str, parts: dict[str, zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in parts.values())
    too_dense = any(
        info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1)
        for info in parts.values()
    )
    if too_dense or unpacked > limits.unpacked_bytes or len(parts) > limits.parts:
        raise refused("F109", path, size=megabytes(size), unpacked=megabytes(unpacked))


_VISIBLE = "visible"
_WORKSHEET = "worksheet"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its title, whether it is ``visible``, ``hidden`` or ``veryHidden``, the kind of its relation
    and its part, "" for none.
    """

    title: str
    state: str
    kind: str
    part: str

    @property
    def is_worksheet(self) -> bool:
        """Whether its part is a worksheet, not a chart or a dialog."""
        return self.kind == _WORKSHEET

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it who does not look for it."""
        return self.state != _VISIBLE


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; ``sheet`` is the title of the tab it is local to, "" for the whole workbook."""

    name: str
    sheet: str
    text: str

    def target(self) -> tuple[str, str]:
        """The title of the sheet that it refers to, and the area on it; of a formula, something else."""
        sheet, _, area = self.text.rpartition("!")
        return sheet.strip("'").replace("''", "'"), area


@dataclass(frozen=True, slots=True)
class Listing:
    """What a workbook lists, tabs from left to right.

    ``parts`` maps the kind of a relation (``styles``, ``theme``, ``sharedStrings``) to the part of that
    kind. ``from_1904``: dates count from 1904-01-01. Names local to a tab that is not there are left out.
    """

    tabs: Sequence[Tab]
    names: Sequence[DefinedName]
    parts: Mapping[str, str]
    from_1904: bool


def listing_of(package: ZipPackage) -> Listing:
    """What ``package`` lists; raises ElementTree.ParseError and ValueError for damaged parts, where two tabs
    have one title, and where there is no part for a tab.
    """
    listing = _listing(package.part(WORKBOOK), package.part(RELATIONS))
    titles = {tab.title.casefold() for tab in listing.tabs}
    if "" in titles or len(titles) < len(listing.tabs):
        raise ValueError("tabs without a title of their own")
    if any(tab.part not in package.parts for tab in listing.tabs):
        raise ValueError("a tab without a part")
    return listing


@lru_cache(maxsize=64)
def _listing(workbook: bytes, relations: bytes) -> Listing:
    targets, parts = _relations(relations)
    tabs: list[Tab] = []
    names: list[DefinedName] = []
    from_1904 = False
    for element in ElementTree.fromstring(workbook).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            relation = next((value for key, value in element.items() if key.endswith("}id")), "")
            state = element.get("state", _VISIBLE)
            tabs.append(Tab(element.get("name", ""), state, *targets.get(relation, ("", ""))))
        elif tag == "definedName":
            number = int(element.get("localSheetId") or -1)
            if number < len(tabs):
                sheet = tabs[number].title if number >= 0 else ""
                names.append(DefinedName(element.get("name", ""), sheet, element.text or ""))
        elif tag == "workbookPr":
            from_1904 = element.get("date1904") in TRUE
    return Listing(tabs, names, parts, from_1904)


def resolved(owner: str, target: str) -> str:
    """The name of the part that the relations of ``owner`` call ``target``."""
    folder = posixpath.dirname(owner)
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _relations(content: bytes) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Kind (the last word of its type) and part by relation id, and parts by kind.

    Raises ValueError where one id is that of several relations.
    """
    relations = list(ElementTree.fromstring(content))
    targets = {
        element.get("Id", ""): (
            element.get("Type", "").rpartition("/")[2],
            resolved(WORKBOOK, element.get("Target", "")),
        )
        for element in relations
    }
    if len(targets) < len(relations):
        raise ValueError("relations of one id")
    return targets, dict(targets.values())
