"""The manifest as public documentation of add-in manifests asks for it; and the metadata."""

import re
import struct
import zlib
from uuid import UUID
from xml.etree import ElementTree

import pytest

from xlperf.core.errors import InputError
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.server.listening import base_url, manifest

BASE = "https://localhost:8765"
APP = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
BT = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
OVER = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
ORDER = [
    *("Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl"),
    *("HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "DefaultSettings"),
    *("Permissions", "VersionOverrides"),
]
"""The elements of a task pane add-in in the order of the schema."""


@pytest.fixture(scope="module")
def root():
    return ElementTree.fromstring(manifest(BASE))


def local(element):
    return element.tag.rpartition("}")[2]


def test_elements_are_in_the_order_of_the_schema(root):
    assert root.tag == f"{APP}OfficeApp"
    assert root.get(f"{XSI}type") == "TaskPaneApp"
    assert [local(element) for element in root] == ORDER
    overrides = root.find(f"{OVER}VersionOverrides")
    assert overrides.get(f"{XSI}type") == "VersionOverridesV1_0"
    assert [local(element) for element in overrides] == ["Hosts", "Resources"]
    host = overrides.find(f"{OVER}Hosts/{OVER}Host")
    assert host.get(f"{XSI}type") == "Workbook"
    assert [local(element) for element in host] == ["Runtimes", "AllFormFactors", "DesktopFormFactor"]
    group = next(element for element in host.iter() if local(element) == "Group")
    assert [local(element) for element in group] == ["Label", "Icon", "Control"]
    control = group.find(f"{OVER}Control")
    assert [local(element) for element in control] == ["Label", "Supertip", "Icon", "Action"]


def test_identity_and_texts(root):
    texts = {local(element): element.text or element.get("DefaultValue") for element in root}
    assert str(UUID(texts["Id"])) == texts["Id"]
    assert re.fullmatch(r"\d{1,5}(\.\d{1,5}){3}", texts["Version"])
    assert texts["DefaultLocale"] == "zh-CN"
    assert re.search("[一-鿿]", texts["DisplayName"])
    assert len(texts["DisplayName"]) <= 125
    assert len(texts["Description"]) <= 250
    assert texts["Permissions"] == "ReadWriteDocument"


def test_custom_functions_run_in_the_page_of_the_pane(root):
    host = root.find(f"{OVER}VersionOverrides/{OVER}Hosts/{OVER}Host")
    runtime = host.find(f"{OVER}Runtimes/{OVER}Runtime")
    point = host.find(f"{OVER}AllFormFactors/{OVER}ExtensionPoint")
    assert point.get(f"{XSI}type") == "CustomFunctions"
    assert [local(element) for element in point] == ["Script", "Page", "Metadata", "Namespace"]
    page = point.find(f"{OVER}Page/{OVER}SourceLocation").get("resid")
    assert (runtime.get("resid"), runtime.get("lifetime")) == (page, "long")
    sets = root.find(f"{APP}Requirements/{APP}Sets/{APP}Set")
    assert (sets.get("Name"), sets.get("MinVersion")) == ("SharedRuntime", "1.1")


def test_every_resource_is_there_once_short_enough_and_used(root):
    resources = root.find(f"{OVER}VersionOverrides/{OVER}Resources")
    assert [local(element) for element in resources] == ["Images", "Urls", "ShortStrings", "LongStrings"]
    given = [element.get("id") for kind in resources for element in kind]
    used = {element.get("resid") for element in root.iter() if element.get("resid")}
    assert len(given) == len(set(given))
    assert set(given) == used
    assert all(len(name) <= 32 for name in given)
    for kind, most in (("ShortStrings", 125), ("LongStrings", 250)):
        assert all(len(element.get("DefaultValue")) <= most for element in resources.find(f"{BT}{kind}"))
    sizes = [element.get("size") for element in root.iter(f"{BT}Image") if element.get("size")]
    assert sizes == ["16", "32", "80"] * 2


def test_the_namespace_is_letters_and_digits(root):
    strings = {element.get("id"): element.get("DefaultValue") for element in root.iter(f"{BT}String")}
    assert re.fullmatch("[A-Z][A-Z0-9]*", strings["Namespace"])


def test_every_address_leads_to_the_service_and_is_answered(root, service):
    found = [
        value for element in root.iter() for value in (element.get("DefaultValue"), element.text) if value
    ]
    addresses = {address for address in found if address.startswith("http")}
    assert all(address == BASE or address.startswith(f"{BASE}/") for address in addresses)
    kinds = {"png": "image/png", "js": "text/javascript", "json": "application/json", "html": "text/html"}
    for address in addresses - {BASE}:
        answer = service.ask("GET", address.removeprefix(BASE))
        assert answer.status == 200, address
        assert answer.headers["content-type"].partition(";")[0] == kinds[address.rpartition(".")[2]]
    served = service.ask("GET", "/manifest.xml")
    assert served.body == manifest(f"http://localhost:{service.port}")


def test_icons_are_squares_of_their_size_with_a_drawing(service):
    for size in (16, 32, 64, 80):
        image = service.ask("GET", f"/icons/{size}.png").body
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        chunks, at = {}, 8
        while at < len(image):
            (length,) = struct.unpack(">I", image[at : at + 4])
            kind, content = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
            assert struct.unpack(">I", image[at + 8 + length : at + 12 + length]) == (
                zlib.crc32(kind + content),
            )
            chunks[kind] = content
            at += 12 + length
        assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
        assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (size, size, 8, 2, 0, 0, 0)
        pixels = zlib.decompress(chunks[b"IDAT"])
        assert len(pixels) == size * (1 + 3 * size)
        rows = [pixels[start + 1 : start + 1 + 3 * size] for start in range(0, len(pixels), 1 + 3 * size)]
        colours = {row[at : at + 3] for row in rows for at in range(0, 3 * size, 3)}
        assert len(colours) == 2


@pytest.mark.parametrize(
    "given",
    ["localhost", "http://localhost:1", "https://", "https://a/b", "https://a:x", "https://u@a", "ftp://a"],
)
def test_addresses_that_no_manifest_can_have(given):
    with pytest.raises(InputError, match="网址"):
        base_url(given, 1)


def test_addresses():
    assert base_url("", 99) == "https://localhost:99"
    assert base_url("https://jixiao.example.gov.cn/", 99) == "https://jixiao.example.gov.cn"
    assert base_url("http://a:1", 99, secure=False) == "http://a:1"


def test_metadata_has_the_names_that_people_read(service):
    meta = service.ask("GET", "/custom-functions-meta.json").json
    assert meta["allowErrorForDataTypeAny"] is True
    listed = {function["id"]: function for function in meta["functions"]}
    assert listed.keys() == functions().functions.keys()
    for name, function in functions().functions.items():
        shown = listed[name]
        assert (shown["name"], shown["description"]) == (function.chinese, function.description)
        assert re.fullmatch(r"[^\W\d_][\w.]*", shown["name"])
        assert shown["result"]["dimensionality"] == "matrix"
        for given, argument in zip(shown["parameters"], function.arguments, strict=True):
            assert (given["name"], given["description"]) == (argument.label, argument.help)
            assert given.get("optional", False) is argument.may_be_left_out
            assert given.get("repeating", False) is (argument.shape == "areas")
            assert given["dimensionality"] == "matrix"
