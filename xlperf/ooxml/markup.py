"""Parts of a received workbook to plain trees and back: only SpreadsheetML, one namespace, no prefixes.

What other programs add in namespaces of their own (revision marks, extensions) stays behind, and so
do relations to other parts.
"""

from collections.abc import Collection
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPREADSHEET = frozenset({MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"})
_EXTENSIONS = "extLst"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def plain(content: bytes, left_out: Collection[str] = ()) -> Element:
    """The tree of a part, tags without namespace; elements named in ``left_out`` are missing.

    Raises ElementTree.ParseError for damaged XML.
    """
    return _copied(ElementTree.fromstring(content), left_out)


def part_bytes(root: Element) -> bytes:
    """A plain tree as the bytes of a part, SpreadsheetML unless its root names a namespace."""
    root.attrib.setdefault("xmlns", MAIN)
    return _HEAD + ElementTree.tostring(root, encoding="unicode").encode()


def _copied(element: Element, left_out: Collection[str]) -> Element:
    copy = Element(_local(element.tag), {key: value for key, value in element.items() if _is_own(key)})
    if len(element) == 0:
        copy.text = element.text
    for child in element:
        space, _, name = child.tag.rpartition("}")
        if space[1:] in _SPREADSHEET and name != _EXTENSIONS and name not in left_out:
            copy.append(_copied(child, left_out))
    return copy


def _is_own(attribute: str) -> bool:
    return attribute == _SPACE or not attribute.startswith("{")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
