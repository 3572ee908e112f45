"""docs/诊断.md is what doctor.json says; the guide names commands and options that exist."""

import re
from pathlib import Path

from click.testing import CliRunner

from tests.excel.doctor.page import diagnosis_page
from xlperf.cli import xlperf
from xlperf.declarations.source import texts_of

DOCS = Path(__file__).parents[3] / "docs"
GUIDES = [DOCS / "安装加载项.md", DOCS / "windows-acceptance.md"]
COMMAND = re.compile(r"xlperf addin (install|status|remove)((?: --[a-z-]+)*)")


def test_document_is_up_to_date():
    message = "请运行 python -m tests.excel.doctor.page > docs/诊断.md"
    assert (DOCS / "诊断.md").read_text("utf-8") == diagnosis_page(), message


def test_every_cure_is_in_it():
    text = diagnosis_page()
    for check in texts_of("doctor")["checks"].values():
        assert f"## {check['title']}\n" in text
        for case in check["cases"].values():
            assert re.sub(r"\{[^{}]*\}", "…", case.get("cure", "")) in text


def test_commands_and_options_that_texts_name_exist():
    pages = {}
    for name in ("install", "status", "remove"):
        pages[name] = CliRunner().invoke(xlperf, ["addin", name, "--help"]).output
    texts = [path.read_text("utf-8") for path in [*GUIDES, DOCS / "诊断.md"]]
    named = [match for text in texts for match in COMMAND.findall(text)]
    assert len(named) > 20
    for command, options in named:
        for option in options.split():
            assert option in pages[command], f"{command} {option}"
