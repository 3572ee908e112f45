"""schemas/ribbon.json → the tab of the ribbon as customUI XML (Office 2010 and later)."""

from lxml import etree

from xlperf.declarations.source import Json
from xlperf.declarations.texts import Texts, texts_of

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "RibbonXlperf.XlperfAction"
"""The procedure in VBA that every button calls; it passes the button's id on."""


def ribbon_texts() -> Texts:
    """The content of ribbon.json; raises DeclarationError as ``texts_of`` does."""
    return texts_of("ribbon")


def actions() -> list[str]:
    """The ids of all buttons in the order of the tab: the actions of ``excel.actions.ribbon``."""
    return [button["id"] for group in ribbon_texts()["groups"] for button in group["buttons"]]


def ribbon_xml() -> str:
    """Return the customUI document."""
    root = etree.Element(f"{{{NAMESPACE}}}customUI", nsmap={None: NAMESPACE})
    tabs = etree.SubElement(etree.SubElement(root, _tag("ribbon")), _tag("tabs"))
    tab = etree.SubElement(tabs, _tag("tab"), ribbon_texts()["tab"])
    for group in ribbon_texts()["groups"]:
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
