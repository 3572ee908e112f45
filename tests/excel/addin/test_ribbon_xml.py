"""The ribbon: what Office takes, one action a button, icons that Excel has."""

import re
from pathlib import Path

import pytest
from lxml import etree

from xlperf.core.paths import macros_dir
from xlperf.declarations.source import texts_of
from xlperf.excel.addin import addin_builder as ribbon

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "customui14.xsd"))
ACTIONS = {
    *("new", "fill", "last_year", "import", "check", "previous_finding", "next_finding", "explain"),
    *("upload", "report", "rollup", "grade", "settings", "doctor"),
}
ICONS = {
    *("FileNew", "FileOpen", "FileSaveAs", "FillDown", "DataValidation", "Help", "ErrorChecking"),
    *("ReviewPreviousComment", "ReviewNextComment", "ControlProperties"),
    *("FillRight", "HeaderFooterInsert", "Consolidate", "SortDialog"),
}
"""Commands of Excel itself, by Microsoft's list of its controls; others would be left without an icon."""


def buttons():
    return list(etree.fromstring(ribbon.ribbon_xml().encode()).iter("{*}button"))


def ids() -> list[str]:
    return [button.get("id") for button in buttons()]


def test_office_takes_it():
    SCHEMA.assertValid(etree.fromstring(ribbon.ribbon_xml().encode()))


def test_schema_refuses_what_office_refuses():
    """An unknown attribute, an id used twice, no text in a label, long keys: Office shows no tab then."""
    good = ribbon.ribbon_xml()
    wrong = (
        *(("screentip=", "tooltip="), ('id="fill"', 'id="new"')),
        *(('label="新建"', 'label=""'), ('keytip="XJ"', 'keytip="XINJ"')),
    )
    for old, new in wrong:
        assert not SCHEMA.validate(etree.fromstring(good.replace(old, new, 1).encode()))


def test_every_action_has_one_button():
    assert sorted(ids()) == sorted(ACTIONS)


def test_every_button_of_the_tab_is_an_action_of_the_live_workbook():
    live = pytest.importorskip("xlperf.excel.actions.ribbon")
    assert set(ids()) == set(live.ACTIONS)


def test_callback_is_a_public_procedure_of_a_module():
    module, procedure = ribbon.CALLBACK.split(".")
    text = (macros_dir() / f"{module}.bas").read_text("ascii")
    assert re.search(rf"^Public Sub {procedure}\(control As IRibbonControl\)", text, re.MULTILINE)


def test_every_button_says_what_it_does_and_changes():
    for button in buttons():
        assert button.get("onAction") == ribbon.CALLBACK
        assert button.get("imageMso") in ICONS
        assert re.search(r"不变|不改动|不动|不会", button.get("supertip")), button.get("id")


def test_every_button_has_an_icon_and_keys_of_its_own():
    """Keys that begin as others do could never be typed to the end."""
    assert len({button.get("imageMso") for button in buttons()}) == len(buttons())
    keys = [button.get("keytip") for button in buttons()]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {2}


def test_a_cell_holds_every_message():
    declared = texts_of("ribbon")
    texts = [*declared["messages"].values(), *declared["properties"].values()]
    assert all(0 < len(text) <= 255 for text in texts)
