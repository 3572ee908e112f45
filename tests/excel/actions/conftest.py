"""A ledger, a filled workbook, and an Excel with a person in front of it, in a folder of their own."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import xlwings as xw

from tests.excel.actions.engine import start
from tests.excel.actions.person import Person
from tests.received import good as g
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.workbooks.workbook_writer import writer_of


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    """Settings that are nobody's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "设置"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "设置"))


@pytest.fixture(scope="session")
def ledger(tmp_path_factory) -> Path:
    """The demo ledger with two units."""
    path = tmp_path_factory.mktemp("台账") / "台账.xlsx"
    write_demo_ledger(path, g.PROFILE, 2)
    return path


@pytest.fixture(scope="session")
def plain() -> bytes:
    """The official sheets of the good unit, filled; without helper sheets, which take long to open."""
    return writer_of(g.PROFILE, working=False).workbook(g.filing())


@pytest.fixture(scope="session")
def blank() -> bytes:
    """The same forms with nothing filled in, as many project sheets as the good unit has."""
    filing = g.filing()
    records = [type(record)(record.form, record.sheet) for record in filing.records]
    return writer_of(g.PROFILE, working=False).workbook(Filing("", "", g.PROFILE.id, records))


@pytest.fixture
def person(monkeypatch) -> Person:
    """A person in front of an Excel without workbooks."""
    monkeypatch.setattr(xw.engines, "active", None)
    return Person(start())


@pytest.fixture
def opened(person, tmp_path):
    """Write a workbook and open it: ``opened(data, name)``."""

    def call(data: bytes, name: str = g.file_name()):
        path = tmp_path / name
        path.write_bytes(data)
        return person.app.books.open(str(path))

    return call


@pytest.fixture
def stub_books(monkeypatch):
    """Books that are opened by name only: working copies take long to load."""
    monkeypatch.setattr(
        "tests.excel.actions.engine.LiveBook", lambda path, **_: SimpleNamespace(path=path, name=path.name)
    )
