"""schemas/ledger.json fits every profile, and its mistakes are reported to its author."""

import json

import pytest

from tests.ledgers.samples import rename, right_tables, write_xlsx
from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.ledgers import layout as layout_module
from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.ledger import read_ledger


@pytest.mark.parametrize("name", profile_ids())
def test_every_column_finds_its_field_in_every_profile(name):
    for sheet in load_layout(load_profile(name)).sheets.values():
        for column in sheet.columns.values():
            assert column.role or column.field is not None
            if column.role not in ("unit", "project", "department"):
                assert column.targets, column.head


@pytest.mark.parametrize("name", profile_ids())
def test_every_typed_in_value_of_a_form_has_a_column(name):
    profile = load_profile(name)
    layout = load_layout(profile)
    fed = {
        (alias, field)
        for sheet in layout.sheets.values()
        for column in sheet.columns.values()
        for alias, field in column.targets
    }
    for form in profile.forms.values():
        for field in form.fields.values():
            if not field.virtual and field.formula is None and field.default is None:
                assert (form.alias, field.id) in fed


@pytest.mark.parametrize("name", profile_ids())
def test_no_two_headings_of_a_sheet_are_read_alike(name):
    layout = load_layout(load_profile(name))
    for sheet in layout.sheets.values():
        keys = [layout.headings.read(head).key for head in sheet.columns]
        assert len(set(keys)) == len(keys)


def test_years_of_the_profile_are_read_as_periods(profile):
    headings = load_layout(profile).headings
    assert headings.read("公务接待·2023年决算数") == headings.read("接待·上年决算数")
    assert headings.read("公务接待·2024年决算数") == headings.read("接待·本年决算数")
    assert headings.read("公务接待·2022年决算数") != headings.read("接待·上年决算数")


def test_official_wording_of_the_form_is_a_head_too(profile, tmp_path):

    tables = right_tables()
    rename(tables, "支出", "水电差旅费·本年决算数", "水费、电费、差旅费·2024年决算数")
    rename(tables, "支出", "收入·一般公共预算", "按收入性质分·一般公共预算")
    rename(tables, "指标", "偏差原因", "偏差原因分析及改进措施")
    rename(tables, "指标", "实际完成值", "实际\n完成值")
    assert read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), profile).findings == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sheets": {}}, "sheets"),
        ({"extra": 1}, "extra"),
        ({"percent_from": 0}, "percent_from"),
        ({"guide": []}, "guide"),
    ],
)
def test_a_wrong_declaration_names_file_and_place(monkeypatch, tmp_path, profile, change, message):
    good = json.loads((schemas_dir() / "ledger.json").read_text("utf-8"))
    (tmp_path / "ledger.json").write_text(json.dumps({**good, **change}), "utf-8")
    monkeypatch.setattr(layout_module, "schemas_dir", lambda: tmp_path)
    with pytest.raises(DeclarationError) as caught:
        load_layout(profile)
    assert "ledger.json" in str(caught.value)
    assert message in str(caught.value)
