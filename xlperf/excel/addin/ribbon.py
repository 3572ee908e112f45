"""schemas/ribbon.json → the tab of the ribbon as customUI XML (Office 2010 and later)."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from lxml import etree

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "RibbonXlperf.XlperfAction"
"""The procedure in VBA that every button calls; it passes the button's id on."""


@cache
def declared() -> Json:
    """Return what ribbon.json declares.

    Raises DeclarationError where it breaks ribbon.schema.json or two controls share an id.
    """
    content = read(schemas_dir() / "ribbon.json", "ribbon")
    for name, count in Counter(_ids(content)).items():
        if count > 1:
            raise DeclarationError("ribbon.json", f"有 {count} 个控件的 id 都是“{name}”，请改得各不相同")
    return content


def _ids(content: Json) -> Iterator[str]:
    yield content["tab"]["id"]
    for group in content["groups"]:
        yield group["id"]
        yield from (button["id"] for button in group["buttons"])


def actions() -> list[str]:
    """The ids of all buttons in the order of the tab: the actions of ``excel.actions.ribbon``."""
    return [button["id"] for group in declared()["groups"] for button in group["buttons"]]


def ribbon_xml() -> str:
    """Return the customUI document."""
    root = etree.Element(f"{{{NAMESPACE}}}customUI", nsmap={None: NAMESPACE})
    tabs = etree.SubElement(etree.SubElement(root, _tag("ribbon")), _tag("tabs"))
    tab = etree.SubElement(tabs, _tag("tab"), declared()["tab"])
    for group in declared()["groups"]:
        element = etree.SubElement(tab, _tag("group"), {"id": group["id"], "label": group["label"]})
        for button in group["buttons"]:
            etree.SubElement(element, _tag("button"), _attributes(button))
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return text.decode("utf-8")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _attributes(button: Json) -> dict[str, str]:
    names = {"icon": "imageMso"}
    return {names.get(key, key): value for key, value in button.items()} | {"onAction": CALLBACK}
