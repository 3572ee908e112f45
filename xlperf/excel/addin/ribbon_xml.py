"""schemas/ribbon.json → the tab of the ribbon as customUI XML (Office 2010 and later)."""

from xml.sax.saxutils import quoteattr

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
    groups = "".join(map(_group, ribbon_texts()["groups"]))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<customUI xmlns="{NAMESPACE}">\n  <ribbon>\n    <tabs>\n'
        f"      <tab{_attributes(ribbon_texts()['tab'])}>\n{groups}      </tab>\n"
        "    </tabs>\n  </ribbon>\n</customUI>\n"
    )


def _group(group: Json) -> str:
    buttons = "".join(f"          <button{_button(button)}/>\n" for button in group["buttons"])
    named = _attributes({"id": group["id"], "label": group["label"]})
    return f"        <group{named}>\n{buttons}        </group>\n"


def _button(button: Json) -> str:
    names = {"icon": "imageMso"}
    return _attributes({names.get(key, key): value for key, value in button.items()} | {"onAction": CALLBACK})


def _attributes(values: Json) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())
