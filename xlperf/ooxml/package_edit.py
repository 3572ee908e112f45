"""The bytes of a received package → its parts, changed here and there, and a package again.

Parts that are not touched are copied byte for byte; a tree that is touched keeps its prefixes, its
order, and whatever other programs have put into it.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from itertools import count
from xml.etree.ElementTree import Element

from xlperf.ooxml.xml_tree import DamagedXmlError, children, make, parsed, written

DAMAGED = (
    *(DamagedXmlError, KeyError, IndexError, ValueError),
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
)
"""What goes wrong with a package whose parts are broken, missing or do not fit together."""
TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATIONS = f"{_PACKAGE}relationships"
_RELATIONS_KIND = "application/vnd.openxmlformats-package.relationships+xml"
_EMPTY_RELATIONS = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
_FIRST_OF_1980 = (1980, 1, 1, 0, 0, 0)


class Parts:
    """The parts of a package by name. Names are those of the zip file, without a leading slash."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._infos = {info.filename.lstrip("/").replace("\\", "/"): info for info in self._zip.infolist()}
        self._trees: dict[str, Element] = {}
        self._before: dict[str, bytes] = {}
        self._texts: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._infos or name in self._texts or name in self._trees

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def read(self, name: str) -> bytes:
        """The bytes of a part that is no tree in work."""
        return self._texts[name] if name in self._texts else self._zip.read(self._infos[name])

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
        """The package: parts in their order, new ones at the end."""
        target = io.BytesIO()
        trees = {name: written(tree) for name, tree in self._trees.items()}
        changed = self._texts | {name: xml for name, xml in trees.items() if xml != self._before[name]}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, info in self._infos.items():
                package.writestr(copy(info), changed.pop(name) if name in changed else self._zip.read(info))
            for name, content in changed.items():
                package.writestr(_new_info(name), content)
        return target.getvalue()


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
                self._resolved(relation.get("Target", "")),
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
            self._parts.declare("rels", _RELATIONS_KIND)
        root = self._parts.tree(self._name)
        taken = {relation.get("Id", "").lower() for relation in children(root, "Relationship")}
        number = 1
        while f"rid{number}" in taken:
            number += 1
        target = f"/{part}"
        root.append(make(root, "Relationship", Id=f"rId{number}", Type=f"{family}/{kind}", Target=target))
        return f"rId{number}"

    def _resolved(self, target: str) -> str:
        folder = posixpath.dirname(self._owner)
        return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _new_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_OF_1980)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
