"""docs/命令行.md is what the help pages say."""

from pathlib import Path

from tests.cli.reference import reference
from xlperf.cli import COMMANDS

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "命令行.md"


def test_document_is_up_to_date():
    message = "请运行 python -m tests.cli.reference > docs/命令行.md"
    assert DOCUMENT.read_text("utf-8") == reference(), message


def test_every_command_has_a_section():
    text = reference()
    for name in (*COMMANDS, "forms list", "forms show", "forms lint"):
        assert f"\n## xlperf {name}\n" in text
