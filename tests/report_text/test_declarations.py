"""statements.json and outlines.json name only what exists: fields, concepts, operands, codes, profiles."""

from xlperf.declarations.codes import builtin_codes
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.report_text.grammar import grammar
from xlperf.report_text.structure import outline_of, section_of

GRAMMAR = grammar()


def test_concepts_and_fields_that_are_named_exist():
    profiles = [load_profile(name) for name in profile_ids()]
    for concept in GRAMMAR.concepts.values():
        named = {concept.whole, *(name for names in concept.complete for name in names)} - {""}
        assert named <= set(GRAMMAR.concepts), concept.id
        for profile in profiles:
            fields = {name for form in profile.single_forms() for name in form.fields}
            for value in (table_value for values in concept.tables.values() for table_value in values):
                assert {value.field, *(value.when.names if value.when else ())} <= fields


def test_formulas_speak_of_declared_operands_and_codes_exist():
    operands = set(GRAMMAR.raw["operands"])
    sides = {entry["of"] for name, entry in GRAMMAR.raw["roles"].items() if name != "$comment"}
    for derived in GRAMMAR.derived.values():
        assert not derived.formulas or derived.code in builtin_codes()
        for formula in derived.formulas:
            assert formula.names <= operands, formula.text
        if derived.least:
            code, formula = derived.least
            assert code in builtin_codes()
            assert formula.names <= operands
    assert GRAMMAR.raw["above"]["of"] in sides
    for name, kind in GRAMMAR.raw["operands"].items():
        assert kind != "side" or name in sides
        assert kind != "concept" or name in GRAMMAR.concepts


def test_a_word_has_one_meaning_of_a_kind():
    """A word may be a split and open a list of names, yet never be two roles or two concepts."""
    for word, meanings in GRAMMAR.lexicon.items():
        for kind in ("role", "concept"):
            assert sum(meant_as == kind for meant_as, _ in meanings) <= 1, word


def test_every_section_answers_to_its_own_title():
    for name in profile_ids():
        for outline in outline_of(load_profile(name)).values():
            for place, section in enumerate(outline):
                assert section_of(section[0], outline) == place, section
