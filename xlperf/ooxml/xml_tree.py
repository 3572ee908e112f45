"""The bytes of an XML part → a tree that keeps the prefixes of the file, and the tree as bytes again.

Tags and attributes have the names that stand in the file (``w:p``, ``r:id``): what other programs
wrote under prefixes of their own comes out as it went in.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Comment, Element, ProcessingInstruction, TreeBuilder
from xml.parsers import expat

_DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_DEEPEST = 500
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)
XMLNS = "xmlns"


class DamagedXmlError(ValueError):
    """The bytes are no well-formed XML, are nested too deeply, or declare a document type."""


def parsed(content: bytes) -> Element:
    """The tree of a part.

    Raises DamagedXmlError; a DOCTYPE is refused before any entity that it declares could be used.
    """
    builder = TreeBuilder(insert_comments=True, insert_pis=True)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise DamagedXmlError("elements are nested too deeply")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.CommentHandler = lambda text: depth and builder.comment(text)
    parser.ProcessingInstructionHandler = lambda target, text: depth and builder.pi(target, text)
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise DamagedXmlError(str(error)) from error


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
    """What stands before the local name of an element's tag: ``w:`` or ""."""
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
    prefix = next(candidate for candidate in _candidates() if candidate not in taken)
    root.set(f"{XMLNS}:{prefix}", namespace)
    return f"{prefix}:"


def _candidates() -> Iterator[str]:
    yield "r"
    number = 1
    while True:
        yield f"r{number}"
        number += 1


def qualified(element: Element, name: str) -> str:
    """The value of the attribute with a prefix and the local name ``name`` (``r:id``), "" for none."""
    return next((value for key, value in element.items() if key.endswith(f":{name}")), "")
