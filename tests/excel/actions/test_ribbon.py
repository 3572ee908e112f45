"""The one entry of the add-in: every failure becomes words, a log, never an exception."""

import ast
import json
import re
from pathlib import Path

import pytest
import xlwings

from tests.excel.actions import engine, ranges
from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import texts_of
from xlperf.excel.actions import ribbon

SOURCES = sorted((Path(ribbon.__file__).parent).glob("*.py"))


def test_what_is_meant_for_the_user_is_said(person, monkeypatch):
    def fails(host):
        raise InputError("台账里没有单位。")

    monkeypatch.setattr("xlperf.excel.actions.checking.check", fails)
    ribbon.perform("check", person)
    assert person.bad == ["台账里没有单位。"]


def test_everything_else_is_said_shortly_and_written_to_a_log(person, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("xlperf.excel.actions.checking.check", lambda host: 1 / 0)
    ribbon.perform("check", person)
    (log,) = tmp_path.glob("*.log")
    assert str(log) in person.bad[0]
    assert "ZeroDivisionError" in log.read_text("utf-8")
    assert "Traceback" not in person.bad[0]


def test_an_unknown_button_is_said(person):
    ribbon.perform("delete_everything", person)
    assert "delete_everything" in person.bad[0]


def test_without_excel_nothing_is_raised(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(xlwings.engines, "active", None)
    ribbon.run("check")
    assert "没有连上 Excel" in capsys.readouterr().err


@pytest.mark.parametrize("action", ribbon.ACTIONS)
def test_every_action_can_be_cancelled_at_its_first_question(action, person, opened, plain, monkeypatch):
    opened(plain)
    person.enter = lambda prompt, given="": None
    person.ask = lambda question: False
    person.open_files = lambda caption, kind, several: []
    person.folder = person.save_as = lambda *_, **__: None
    if action == "doctor":
        monkeypatch.setattr("xlperf.excel.actions.short_actions.examine", list)
    ribbon.perform(action, person)
    assert person.bad == []
    assert person.app.screen_updating is True
    assert person.app.calculation == "automatic"


def test_every_text_is_used_and_every_used_text_is_there():
    code = "".join(path.read_text("utf-8") for path in SOURCES)
    used = set(re.findall(r"""text\(\s*["']([a-z_]+)["']""", code)) | {
        *(f"explained_{name}" for name in ("given", "right", "basis", "fix")),
        *(f"compare_{name}" for name in ("nothing", "ledger", "last_year", "both")),
        *(f"days_{name}" for name in ("none", "table", "register", "files")),
        *(f"report_{name}" for name in ("ledger", "folder", "summary")),
    }
    assert used == texts_of("live")["texts"].keys()


def test_the_engine_of_tests_has_nothing_that_excel_does_not_have():
    """Its classes are held against xlwings' own for Windows, which cannot be imported here."""
    source = (Path(xlwings.__file__).parent / "_xlwindows.py").read_text("utf-8")
    windows = {
        node.name: {
            target
            for part in node.body
            for target in (
                [part.name]
                if isinstance(part, ast.FunctionDef)
                else [target.id for target in getattr(part, "targets", []) if isinstance(target, ast.Name)]
            )
        }
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }
    own = {"places", "cells", "area", "live", "xl", "engine", "pid", "app", "book", "cell", "calculated"}
    inherited = {"max_cells_per_read", "max_cells_per_write"}
    for module in (engine, ranges):
        for name in ("App", "Books", "Book", "Sheets", "Sheet", "Range", "Font", "Names", "Name", "Note"):
            cls = vars(module).get(name)
            if cls is not None and cls.__module__ == module.__name__:
                offered = {name for name in vars(cls) if not name.startswith("_")} - own - inherited
                assert offered <= windows[name], name


def test_the_buttons_of_the_ribbon_are_the_actions():
    groups = json.loads((schemas_dir() / "ribbon.json").read_text("utf-8"))["groups"]
    assert {button["id"] for group in groups for button in group["buttons"]} == set(ribbon.ACTIONS)
