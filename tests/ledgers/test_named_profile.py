"""Which profile a ledger names, and where it may be written."""

import zipfile

import pytest
from openpyxl import load_workbook

from tests.ledgers.samples import right_tables, write_xlsx
from xlperf.core.errors import InputError
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.jobs.demo.units import DEMO_LEDGERS
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.sources import LEDGER_PROPERTY, named_profile, read_source
from xlperf.ledgers.template import write_ledger_template


def with_mark(path, change):
    """The ledger at ``path`` with its properties changed, saved by another program."""
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def drop_mark(book):
    del book.custom_doc_props[LEDGER_PROPERTY]


@pytest.fixture(params=profile_ids())
def template(request, tmp_path):
    path = tmp_path / "台账.xlsx"
    write_ledger_template(load_profile(request.param), path)
    return path, load_profile(request.param)


def test_the_template_names_its_profile_in_its_properties_and_its_instructions(template):
    path, profile = template
    assert read_source(path).profile == profile.id
    assert named_profile(read_source(path), None) is profile
    with_mark(path, drop_mark)
    assert read_source(path).profile == ""
    assert named_profile(read_source(path), None) is profile


def test_the_properties_are_enough(tmp_path):
    path = tmp_path / "台账.xlsx"
    write_ledger_template(load_profile("national-2020"), path)
    with_mark(path, lambda book: book.remove(book["填写说明"]))
    assert named_profile(read_source(path), load_profile("hunan-yueyang-2024")).id == "national-2020"


@pytest.mark.parametrize(("name", "file"), [(name, file) for name, (file, _) in DEMO_LEDGERS.items()])
def test_the_demo_ledgers_name_theirs(name, file):
    with zipfile.ZipFile(workbooks_dir() / file) as package:
        assert name in package.read("docProps/custom.xml").decode()


def test_an_option_goes_before_the_name_and_the_name_before_the_usual_profile():
    ledger, other = workbooks_dir() / "演示台账-衡阳.xlsx", load_profile("hunan-yueyang-2024")
    assert read_ledger(ledger, None, usual=other).profile.id == "hunan-hengyang-2023"
    assert read_ledger(ledger, other).profile is other


def test_a_ledger_without_a_name(tmp_path):
    tables = read_source(write_xlsx(right_tables(), tmp_path / "台账.xlsx"))
    usual = load_profile("national-2020")
    assert named_profile(tables, usual) is usual
    with pytest.raises(InputError, match=r"请用 -p 写明。可用的口径：.*national-2020"):
        named_profile(tables, None)


@pytest.mark.parametrize("name", ["../profiles/national-2020", "没有\n的" + "长" * 5000])
def test_a_name_that_is_no_profile(tmp_path, name):
    def rename(book):
        book.custom_doc_props[LEDGER_PROPERTY].value = name

    path = tmp_path / "台账.xlsx"
    write_ledger_template(load_profile("national-2020"), path)
    with pytest.raises(InputError, match="没有口径") as caught:
        named_profile(read_source(with_mark(path, rename)), None)
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)
