"""The declared add-in and the address of the service → the manifest.xml that Excel installs it from."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from xlperf.server.declared import declared
from xlperf.server.paths import (
    ICON,
    META,
    PANE,
    SCRIPT,
)

_APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_BT = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
_OVERRIDES = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_VERSION = "1.0.0.0"
_IMAGES = (16, 32, 80)
_RUNTIME = "1.1"
"""The version of the shared runtime from which custom functions run in the pane's page."""


def manifest(base: str) -> bytes:
    """The manifest of the service at ``base`` (scheme, host and port), indented, UTF-8."""
    texts = declared().manifest
    root = Element(
        "OfficeApp", {"xmlns": _APP, "xmlns:xsi": _XSI, "xmlns:bt": _BT, "xsi:type": "TaskPaneApp"}
    )
    for tag, text in (
        ("Id", texts["id"]),
        ("Version", _VERSION),
        ("ProviderName", texts["provider"]),
        ("DefaultLocale", texts["locale"]),
    ):
        SubElement(root, tag).text = text
    for tag, value in (
        ("DisplayName", texts["name"]),
        ("Description", texts["description"]),
        ("IconUrl", base + ICON.format(size=32)),
        ("HighResolutionIconUrl", base + ICON.format(size=64)),
        ("SupportUrl", base + PANE),
    ):
        SubElement(root, tag, {"DefaultValue": value})
    SubElement(SubElement(root, "AppDomains"), "AppDomain").text = base
    SubElement(SubElement(root, "Hosts"), "Host", {"Name": "Workbook"})
    sets = SubElement(SubElement(root, "Requirements"), "Sets", {"DefaultMinVersion": _RUNTIME})
    SubElement(sets, "Set", {"Name": "SharedRuntime", "MinVersion": _RUNTIME})
    SubElement(SubElement(root, "DefaultSettings"), "SourceLocation", {"DefaultValue": base + PANE})
    SubElement(root, "Permissions").text = "ReadWriteDocument"
    _overrides(root, base)
    indent(root)
    return _HEAD + tostring(root, encoding="unicode").encode() + b"\n"


def _overrides(root: Element, base: str) -> None:
    top = SubElement(root, "VersionOverrides", {"xmlns": _OVERRIDES, "xsi:type": "VersionOverridesV1_0"})
    host = SubElement(SubElement(top, "Hosts"), "Host", {"xsi:type": "Workbook"})
    SubElement(SubElement(host, "Runtimes"), "Runtime", {"resid": "Pane.Url", "lifetime": "long"})
    _functions(SubElement(host, "AllFormFactors"))
    _button(SubElement(host, "DesktopFormFactor"))
    _resources(SubElement(top, "Resources"), base)


def _functions(factors: Element) -> None:
    point = SubElement(factors, "ExtensionPoint", {"xsi:type": "CustomFunctions"})
    for tag, resource in (("Script", "Script.Url"), ("Page", "Pane.Url"), ("Metadata", "Meta.Url")):
        SubElement(SubElement(point, tag), "SourceLocation", {"resid": resource})
    SubElement(point, "Namespace", {"resid": "Namespace"})


def _button(factor: Element) -> None:
    SubElement(factor, "FunctionFile", {"resid": "Pane.Url"})
    point = SubElement(factor, "ExtensionPoint", {"xsi:type": "PrimaryCommandSurface"})
    group = SubElement(SubElement(point, "OfficeTab", {"id": "TabHome"}), "Group", {"id": "Xlperf.Group"})
    SubElement(group, "Label", {"resid": "Group.Label"})
    _icons(group)
    button = SubElement(group, "Control", {"xsi:type": "Button", "id": "Xlperf.Pane"})
    SubElement(button, "Label", {"resid": "Button.Label"})
    tip = SubElement(button, "Supertip")
    SubElement(tip, "Title", {"resid": "Button.Label"})
    SubElement(tip, "Description", {"resid": "Button.Tip"})
    _icons(button)
    action = SubElement(button, "Action", {"xsi:type": "ShowTaskpane"})
    SubElement(action, "TaskpaneId").text = "Xlperf.TaskPane"
    SubElement(action, "SourceLocation", {"resid": "Pane.Url"})


def _icons(parent: Element) -> None:
    icons = SubElement(parent, "Icon")
    for size in _IMAGES:
        SubElement(icons, "bt:Image", {"size": str(size), "resid": f"Icon.{size}"})


def _resources(resources: Element, base: str) -> None:
    texts = declared().manifest
    kinds = {
        ("bt:Images", "bt:Image"): {f"Icon.{size}": base + ICON.format(size=size) for size in _IMAGES},
        ("bt:Urls", "bt:Url"): {
            "Script.Url": base + SCRIPT,
            "Meta.Url": base + META,
            "Pane.Url": base + PANE,
        },
        ("bt:ShortStrings", "bt:String"): {
            "Namespace": texts["namespace"],
            "Group.Label": texts["group"],
            "Button.Label": texts["button"],
        },
        ("bt:LongStrings", "bt:String"): {"Button.Tip": texts["tip"]},
    }
    for (plural, single), values in kinds.items():
        listed = SubElement(resources, plural)
        for name, value in values.items():
            SubElement(listed, single, {"id": name, "DefaultValue": value})
