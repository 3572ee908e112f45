"""Codes are declared once, and findings say what their declaration says."""

import json
import re

import pytest

from xlperf.core.errors import DeclarationError
from xlperf.declarations.codes import builtin_codes, catalogue, finding
from xlperf.declarations.findings import Location
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.source import texts_of

PLACE = Location("台账.xlsx", "支出", "AH2", unit_code="001", unit_name="甲")
GIVEN = {
    "name": "样例",
    "severity": "警告",
    "stage": "台账",
    "message": "“{head}”为 {value}，{unit_name}",
    "fix": "改为 {expected}",
    "basis": "{sheet}",
}


@pytest.fixture
def declared(monkeypatch, tmp_path):
    def declare(content):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "codes.json").write_text(json.dumps(content), "utf-8")
        monkeypatch.setenv("XLPERF_SCHEMAS", str(folder))
        builtin_codes.cache_clear()

    yield declare
    builtin_codes.cache_clear()


def test_a_finding_fills_its_templates(declared):
    declared({"L199": GIVEN})
    made = finding("L199", PLACE, "5万元", "0.5万元", head="接待", amount_unit="万元")
    assert (made.code, made.severity, made.location) == ("L199", Severity.WARNING, PLACE)
    assert made.message == "“接待”为 5万元，甲"
    assert (made.fix, made.basis) == ("改为 0.5万元", "支出")
    assert (made.value, made.expected, made.amount_unit) == ("5万元", "0.5万元", "万元")


def test_braces_in_values_are_only_text(declared):
    declared({"L199": GIVEN})
    assert "“{x}”" in finding("L199", PLACE, head="{x}").message


def test_a_template_that_names_what_is_not_given(declared):
    declared({"L199": GIVEN})
    with pytest.raises(DeclarationError, match="head"):
        finding("L199", PLACE)


def test_a_code_that_is_not_declared():
    with pytest.raises(DeclarationError, match="Z999"):
        finding("Z999", PLACE)


@pytest.mark.parametrize(
    "content",
    [
        {"L199": {**GIVEN, "severity": "大错"}},
        {"L199": {key: text for key, text in GIVEN.items() if key != "fix"}},
    ],
)
def test_a_wrong_declaration(declared, content):
    declared(content)
    with pytest.raises(DeclarationError, match=r"codes\.json"):
        builtin_codes()


def test_codes_are_a_letter_and_three_digits_and_texts_are_trimmed():
    parts = {"name", "severity", "stage", "message", "fix", "basis", "examples"}
    for code, entry in texts_of("codes").items():
        if code == "$comment":
            continue
        assert re.fullmatch("[FTCMDLEUAIRWG][1-9][0-9]{2}", code)
        assert set(entry) <= parts, code
        texts = [text for name, text in entry.items() if name != "examples"]
        assert all(text and text == text.strip() for text in texts), code
        assert (code[0] == "R") == ("examples" in entry), code


def test_codes_are_sorted_within_their_letter():
    order = list(builtin_codes())
    for letter in {code[0] for code in order}:
        own = [code for code in order if code[0] == letter]
        assert own == sorted(own)


def test_every_text_is_a_sentence_for_users():
    for info in builtin_codes().values():
        assert info.name
        assert info.basis
        assert re.search("[\u4e00-\u9fff]", info.message)
        assert info.fix.endswith("。"), info.code


def test_the_catalogue_holds_rules_and_built_in_codes():
    profile = load_profile("hunan-yueyang-2024")
    every = catalogue(profile)
    assert set(every) == set(builtin_codes()) | set(profile.rules) | set(profile.year_rules)
    assert set(catalogue()) == set(builtin_codes())
    assert every["S604"].severity is Severity.ERROR
