"""The bytes of an XML part → a tree, and the tree as bytes again.

``parsed`` keeps tags and attributes as the file writes them (``w:p``, ``r:id``), so that what other programs
wrote comes out as it went in. ``plain_tree`` and ``plain`` have no namespaces; ``plain``
has only what is SpreadsheetML, no revision marks, extensions and relations.
"""

from collections.abc import Collection
from itertools import chain, count
from xml.etree import ElementTree
from xml.etree.ElementTree import Comment, Element, ProcessingInstruction, TreeBuilder
from xml.parsers import expat

_DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_DEEPEST = 500
_DEEPEST_PLAIN = 200
_MOST_ELEMENTS = 5_000_000
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)
XMLNS = "xmlns"
TRUE = frozenset({"1", "true"})
"""How an attribute says yes."""


class DamagedXmlError(ValueError):
    """The bytes are no well-formed XML, are nested too deeply, are too many, or declare a document type."""


def parsed(content: bytes) -> Element:
    """The tree of a part, its comments and processing instructions included.

    Raises DamagedXmlError; a DOCTYPE is refused before any entity that it declares could be used.
    """
    builder = TreeBuilder(insert_comments=True, insert_pis=True)
    parser = expat.ParserCreate()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        """Begin an element as it is written; raise DamagedXmlError for one too deep."""
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise DamagedXmlError("elements are nested too deeply")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        """End an element."""
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CommentHandler = lambda text: depth and builder.comment(text)
    parser.ProcessingInstructionHandler = lambda target, text: depth and builder.pi(target, text)
    return _built(content, parser, builder)


def plain_tree(content: bytes, left_out: Collection[str] = ()) -> Element:
    """The tree of a part, its tags and attributes without namespace, elements named in ``left_out`` missing.

    Raises DamagedXmlError as ``parsed`` does, and for more elements than any document has.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = count = skipped = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        """Begin an element without namespaces; raise DamagedXmlError for one too deep or too many."""
        nonlocal depth, count, skipped
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST_PLAIN or count > _MOST_ELEMENTS:
            raise DamagedXmlError("elements are nested too deeply, or there are too many")
        name = tag.rpartition("}")[2]
        if skipped or name in left_out:
            skipped += 1
        else:
            builder.start(name, {key.rpartition("}")[2]: text for key, text in attributes.items()})

    def end(tag: str) -> None:
        """End an element, or one that is left out."""
        nonlocal depth, skipped
        depth -= 1
        if skipped:
            skipped -= 1
        else:
            builder.end(tag.rpartition("}")[2])

    parser.StartElementHandler, parser.EndElementHandler = start, end
    return _built(content, parser, builder)


def _built(content: bytes, parser: expat.XMLParserType, builder: TreeBuilder) -> Element:
    """The tree that ``parser``, with handlers for elements, makes of ``content`` in ``builder``."""
    parser.buffer_text = True
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
        root: Element = builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise DamagedXmlError(str(error)) from error
    return root


def _refuse_document_type(*_: object) -> None:
    raise DamagedXmlError("a document type is declared")


def written(root: Element) -> bytes:
    """A tree as the bytes of a part, in UTF-8 with an XML declaration."""
    pieces: list[str] = []
    _write(root, pieces)
    return _DECLARATION + "".join(pieces).encode("utf-8", "surrogatepass")


def _write(element: Element, pieces: list[str]) -> None:
    tag: object = element.tag
    text = element.text or ""
    if tag is Comment:
        pieces.append(f"<!--{text}-->")
    elif tag is ProcessingInstruction:
        pieces.append(f"<?{text}?>")
    else:
        attributes = "".join(f' {name}="{value.translate(_ATTRIBUTE)}"' for name, value in element.items())
        if text or len(element):
            pieces.append(f"<{tag}{attributes}>{text.translate(_TEXT)}")
            for child in element:
                _write(child, pieces)
                pieces.append((child.tail or "").translate(_TEXT))
            pieces.append(f"</{tag}>")
        else:
            pieces.append(f"<{tag}{attributes}/>")


def local(element: Element) -> str:
    """The tag without its prefix, "" for comments and processing instructions."""
    return element.tag.rpartition(":")[2] if isinstance(element.tag, str) else ""


def prefix_of(element: Element) -> str:
    """The prefix of an element's tag with its colon: ``w:`` or ""."""
    before, colon, _ = element.tag.rpartition(":")
    return before + colon


def children(element: Element, name: str) -> list[Element]:
    """The children with the local name ``name``, whatever their prefix."""
    return [child for child in element if local(child) == name]


def make(parent: Element, name: str, /, **attributes: str) -> Element:
    """A new element under the prefix of ``parent``, not yet placed."""
    return Element(prefix_of(parent) + name, attributes)


def namespace_of(root: Element) -> str:
    """The namespace that the root's tag is in, "" where it declares none."""
    prefix = prefix_of(root).rstrip(":")
    return root.get(f"{XMLNS}:{prefix}" if prefix else XMLNS, "")


def prefix_for(root: Element, namespace: str) -> str:
    """The prefix of ``namespace`` with its colon, declared at ``root`` where it was not yet."""
    for name, value in root.items():
        if value == namespace and name.startswith(f"{XMLNS}:"):
            return name.partition(":")[2] + ":"
    taken = {name.partition(":")[2] for name, _ in root.items() if name.startswith(f"{XMLNS}:")}
    prefix = next(name for name in chain(["r"], map("r{}".format, count(1))) if name not in taken)
    root.set(f"{XMLNS}:{prefix}", namespace)
    return f"{prefix}:"


def qualified(element: Element, name: str) -> str:
    """The value of the attribute with a prefix and the local name ``name`` (``r:id``), "" for none."""
    return next((value for key, value in element.items() if key.endswith(f":{name}")), "")


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPREADSHEET = frozenset({MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"})
_EXTENSIONS = "extLst"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def plain(content: bytes, left_out: Collection[str] = ()) -> Element:
    """The tree of a part, tags without namespace; elements named in ``left_out`` are missing.

    Raises ElementTree.ParseError for damaged XML.
    """
    return _plain_copy(ElementTree.fromstring(content), left_out)


def part_bytes(root: Element) -> bytes:
    """A plain tree as the bytes of a part, SpreadsheetML unless its root names a namespace."""
    root.attrib.setdefault("xmlns", MAIN)
    return _HEAD + ElementTree.tostring(root, encoding="unicode").encode()


def _plain_copy(element: Element, left_out: Collection[str]) -> Element:
    copy = Element(local_name(element.tag), {key: value for key, value in element.items() if _is_own(key)})
    if len(element) == 0:
        copy.text = element.text
    for child in element:
        space, _, name = child.tag.rpartition("}")
        if space[1:] in _SPREADSHEET and name != _EXTENSIONS and name not in left_out:
            copy.append(_plain_copy(child, left_out))
    return copy


def _is_own(attribute: str) -> bool:
    return attribute == _SPACE or not attribute.startswith("{")


def local_name(tag: str) -> str:
    """A tag or the name of an attribute without its namespace in braces."""
    return tag.rpartition("}")[2]
