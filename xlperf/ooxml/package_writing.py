"""Parts, made new or changed in an opened package → the bytes of a zip file: the one writer of packages.

Parts of a received package that are not touched keep their bytes; a tree that is touched keeps its
prefixes, its order, and whatever other programs have put into it. Dates are fixed: the same parts give the
same bytes.
"""

import posixpath
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import IO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from xlperf.ooxml.parts import TYPES, ZipPackage, resolved
from xlperf.ooxml.xml_tree import DamagedXmlError, children, make, parsed, written

try:
    import deflate as _libdeflate
except ImportError:
    _libdeflate = None  # type: ignore[assignment]

FAST_LEVEL = 1
"""For parts made for one workbook: within 5 % of the size of level 3 at two thirds of its time."""
MIDDLE_LEVEL = 4
"""For large parts that repeat themselves: a sixth smaller than by FAST_LEVEL for a tenth more time."""
SMALL_LEVEL = 9
"""For parts compressed once and copied into every workbook."""
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_VERSION = 20
_UTF8_NAME = 0x800
_STORED, _DEFLATED = 0, 8
_FIRST_OF_1980 = 0x21


def _zlib_deflate(data: bytes, level: int = FAST_LEVEL) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def _fastest() -> tuple[Callable[[bytes, int], bytes], Callable[[bytes], int]]:
    if _libdeflate is None:
        return _zlib_deflate, zlib.crc32
    return (lambda data, level: bytes(_libdeflate.deflate_compress(data, level))), _libdeflate.crc32


deflate, crc32 = _fastest()


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One member of a package, as it lies in the file. ``size`` counts the bytes before compression."""

    name: str
    data: bytes
    checksum: int
    size: int
    method: int = _DEFLATED


def fresh_part(name: str, content: bytes, level: int = FAST_LEVEL) -> PackagePart:
    """A part made for one package: compressed fast, or by another ``level``."""
    return PackagePart(name, deflate(content, level), crc32(content), len(content))


def portable_part(name: str, content: bytes) -> PackagePart:
    """A part of a copy of a received file: by zlib, so that a computer without libdeflate, and the self-check
    page, write the same bytes.
    """
    return PackagePart(name, _zlib_deflate(content), zlib.crc32(content), len(content))


def lasting_part(name: str, content: bytes) -> PackagePart:
    """A part that goes into many packages: compressed once and well."""
    return fresh_part(name, content, SMALL_LEVEL)


def stored_part(name: str, content: bytes) -> PackagePart:
    """A part that is not compressed: its bytes do not depend on the library that compresses."""
    return PackagePart(name, content, crc32(content), len(content), _STORED)


def assemble(parts: Sequence[PackagePart]) -> bytes:
    """The zip file of ``parts`` in their order, each dated 1980-01-01."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in parts:
        name = part.name.encode()
        flags = 0 if part.name.isascii() else _UTF8_NAME
        sizes = (len(part.data), part.size, len(name), 0)
        common = (flags, part.method, 0, _FIRST_OF_1980, part.checksum, *sizes)
        body += (_LOCAL.pack(b"PK\3\4", _VERSION, *common), name, part.data)
        directory += (_CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *common, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(part.data)
    index = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(index), offset, 0)
    return b"".join((*body, index, end))


def undated(saved: IO[bytes]) -> bytes:
    """The zip file that another library has written, with the same bytes on every day."""
    with ZipFile(saved) as package:
        return assemble([fresh_part(name, package.read(name)) for name in package.namelist()])


DAMAGED = (DamagedXmlError, KeyError, IndexError, ValueError)
"""What goes wrong with a package whose parts are missing or do not fit together."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""What the types of relations begin with, except in Strict documents."""
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
"""What the namespaces of relations and content types begin with."""
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
"""What the content types of the parts of a workbook begin with."""
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS_KIND = "application/vnd.openxmlformats-package.relationships+xml"
_RELATIONS = ".rels"
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_ABSOLUTE, _OUTSIDE = re.compile(rb'\bTarget="/([^"<>]+)"'), b'TargetMode="External"'
_EMPTY_RELATIONS = f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode()


def relation_family(space: str) -> str:
    """What the types of relations begin with in a document of the namespace ``space``."""
    return _STRICT_OFFICE if "purl.oclc.org" in space else OFFICE


class Parts:
    """The parts of a received package by name, read, replaced and added to.

    All that reads raises Refused for parts that are broken, and one of DAMAGED.
    """

    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        self._trees: dict[str, Element] = {}
        self._before: dict[str, bytes] = {}
        self._texts: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._package.parts or name in self._texts or name in self._trees

    def __iter__(self) -> Iterator[str]:
        return iter(self._package.parts)

    def read(self, name: str) -> bytes:
        """The bytes of a part that is no tree in work."""
        return self._texts[name] if name in self._texts else self._package.stored(name)

    def tree(self, name: str) -> Element:
        """The tree of a part; changes of it go into the package."""
        if name not in self._trees:
            self._trees[name] = parsed(self.read(name))
            self._before[name] = written(self._trees[name])
        return self._trees[name]

    def put(self, name: str, content: bytes) -> None:
        """Replace a part, or add one of a kind that the package has already."""
        self._trees.pop(name, None)
        self._texts[name] = content

    def free(self, pattern: str) -> str:
        """The first name of ``pattern``, counting from 1, that no part has."""
        return next(name for name in map(pattern.format, count(1)) if name not in self)

    def add(self, name: str, content: bytes, kind: str) -> None:
        """Add a part of the content type ``kind``."""
        self._texts[name] = content
        types = self.tree(TYPES)
        types.append(make(types, "Override", PartName=f"/{name}", ContentType=kind))

    def declare(self, suffix: str, kind: str) -> None:
        """Say that parts named ``*.suffix`` are of the content type ``kind``, unless that is said already."""
        types = self.tree(TYPES)
        known = {default.get("Extension", "").lower() for default in children(types, "Default")}
        if suffix not in known:
            types.insert(0, make(types, "Default", Extension=suffix, ContentType=kind))

    def relations(self, owner: str) -> "Relations":
        """The relations of a part; of the package itself for ""."""
        folder, _, file = owner.rpartition("/")
        return Relations(self, owner, posixpath.join(folder, "_rels", f"{file}.rels"))

    def assemble(self) -> bytes:
        """The package as a zip file: parts in their order, new ones at the end; no entries for folders."""
        trees = {name: written(tree) for name, tree in self._trees.items()}
        changed = self._texts | {name: xml for name, xml in trees.items() if xml != self._before[name]}
        old = {name: changed.pop(name, b"") or self.read(name) for name in self if not name.endswith("/")}
        contents = old | changed
        for name in contents:
            if name.endswith(_RELATIONS):
                contents[name] = with_relative_targets(contents[name], name)
        return assemble([portable_part(name, content) for name, content in contents.items()])


class Relations:
    """What one part refers to. Kinds are the last words of relation types: ``comments``, ``styles``."""

    def __init__(self, parts: Parts, owner: str, name: str) -> None:
        self._parts, self._owner, self._name = parts, owner, name

    def targets(self) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, name of the part), those to outside left out."""
        if self._name not in self._parts:
            return {}
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                resolved(self._owner, relation.get("Target", "")),
            )
            for relation in children(self._parts.tree(self._name), "Relationship")
            if relation.get("TargetMode") != "External"
        }

    def find(self, kind: str) -> str:
        """The first part of a kind, "" when there is none."""
        return next((part for found, part in self.targets().values() if found == kind), "")

    def add(self, kind: str, part: str, family: str) -> str:
        """Refer to ``part``; ``family`` is the beginning of the relation's type. The new relation's id."""
        if self._name not in self._parts:
            self._parts.put(self._name, _EMPTY_RELATIONS)
            self._parts.declare("rels", RELATIONS_KIND)
        root = self._parts.tree(self._name)
        taken = {relation.get("Id", "").lower() for relation in children(root, "Relationship")}
        number = next(number for number in count(1) if f"rid{number}" not in taken)
        identity, target = f"rId{number}", relative_target(part, posixpath.dirname(self._owner))
        root.append(make(root, "Relationship", Id=identity, Type=f"{family}/{kind}", Target=target))
        return identity


def with_relative_targets(relations: bytes, name: str) -> bytes:
    """The part ``name`` with relations, those to parts of the package relative to its owner."""
    folder = posixpath.dirname(posixpath.dirname(name)).encode() or b"."

    def made_relative(relation: re.Match[bytes]) -> bytes:
        """A relation to a part of the package, as some programs need it."""
        if _OUTSIDE in relation[0]:
            return relation[0]
        return _ABSOLUTE.sub(lambda to: b'Target="' + posixpath.relpath(to[1], folder) + b'"', relation[0])

    return _RELATION.sub(made_relative, relations)


def relative_target(part: str, folder: str) -> str:
    """The name of ``part`` in the relations of a part in ``folder``: some programs read no other names."""
    return posixpath.relpath(part, folder or ".")
