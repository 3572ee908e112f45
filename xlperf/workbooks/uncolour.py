"""A style sheet with our colours → one without them, and which format each coloured cell had before."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

from xlperf.declarations.annotation_texts import all_colours

_FILL = frozenset({"fillId", "applyFill"})


def uncolour(styles: Element) -> Mapping[int, int]:
    """Take the colours of checks out of ``styles``.

    Gives the number of each coloured cell format and that of the format that is all the same but for
    the colour, where there is one: a cell coloured after it was filled in gets it back.
    """
    coloured = set()
    for number, pattern in enumerate(styles.iterfind("fills/fill/patternFill")):
        colour = pattern.find("fgColor")
        if colour is not None and colour.get("rgb", "")[-6:].upper() in all_colours():
            pattern.clear()
            pattern.set("patternType", "none")
            coloured.add(number)
    formats = list(styles.iterfind("cellXfs/xf"))
    bare: dict[bytes, int] = {}
    for number, one in enumerate(formats):
        if int(one.get("fillId", "0")) == 0:
            bare.setdefault(_but_fill(one), number)
    return {
        number: bare[look]
        for number, one in enumerate(formats)
        if int(one.get("fillId", "0")) in coloured and (look := _but_fill(one)) in bare
    }


def _but_fill(xf: Element) -> bytes:
    attributes = sorted((name, value) for name, value in xf.items() if name not in _FILL)
    return repr(attributes).encode() + b"".join(tostring(child) for child in xf)
