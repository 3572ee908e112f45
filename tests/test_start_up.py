"""What is imported: nothing foreign by ``import xlperf``, and only what is named here by a check."""

import os
import subprocess
import sys

import pytest

from xlperf import new

VALIDATING = {
    "attr", "attrs", "fqdn", "idna", "isoduration", "jsonpointer", "jsonschema", "jsonschema_specifications",
    "referencing", "rfc3339_validator", "rfc3987", "rpds", "typing_extensions", "uri_template", "webcolors",
}  # fmt: skip
"""jsonschema and what it needs, loaded where the cache of declarations does not have them yet.

openpyxl's tokenizer is read as a file of its own: its package would load numpy and lxml.
"""
PROGRAM = """
import sys
before = set(sys.modules)
import xlperf
{work}
print(*sorted(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("表") / "空表.xlsx"
    new("hunan-yueyang-2024", path)
    return path


def loaded(work: str, cache) -> set[str]:
    """The modules that a fresh interpreter loads for ``work``."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    command = [sys.executable, "-c", PROGRAM.format(work=work)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def foreign(work: str, cache) -> set[str]:
    """The foreign packages among them."""
    packages = {name.partition(".")[0] for name in loaded(work, cache)}
    return packages - sys.stdlib_module_names - {"xlperf"}


def test_importing_xlperf_loads_nothing_foreign(tmp_path):
    assert foreign("", tmp_path) == set()


def test_a_check_of_a_workbook_loads_only_what_is_named(workbook, tmp_path):
    work = f"assert xlperf.check([{str(workbook)!r}]).findings"
    assert foreign(work, tmp_path) <= VALIDATING
    assert foreign(work, tmp_path) == set()


def test_a_workbook_with_our_seal_is_checked_without_the_readers_of_other_files(workbook, tmp_path):
    modules = loaded(f"assert xlperf.check([{str(workbook)!r}]).findings", tmp_path)
    assert "xlperf.intake.sealed_workbooks" in modules
    others = (
        "reading.read",
        "page_records",
        "sheet_pages",
        "word_pages",
        "ods_reader",
        "xls_reader",
        "office",
    )
    assert modules.isdisjoint(f"xlperf.intake.{name}" for name in others)
