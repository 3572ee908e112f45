"""One rule, one verdict: random filings, the examples and the published figures, asked of three engines."""

from collections import Counter, defaultdict
from itertools import count
from random import Random

import pytest

from tests.declarations.rules.published import published
from tests.declarations.rules.verdicts import example_filings
from tests.parity.questions import FIELD, VERDICT, questions, questions_of_rule
from tests.parity.rounds import ENGINES, Round, compare_formulas, compare_questions, random_filings
from tests.profiles import WITH_TABLES
from xlperf.declarations.profile import load_profile

FILINGS = 33


@pytest.fixture(scope="module")
def random_round(tmp_path_factory: pytest.TempPathFactory) -> Round:
    filings = random_filings(WITH_TABLES, Random(20260301), FILINGS)
    return compare_formulas(filings, tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="module")
def known_round(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The examples of every native rule of every profile, and all of both published filings."""
    number, asked = count(), []
    for profile in map(load_profile, WITH_TABLES):
        for rule in profile.rules.values():
            for example in (rule.passing, rule.failing) if rule.native else ():
                for filing in example_filings(rule, example, profile):
                    asked += questions_of_rule(rule, filing, profile, next(number))
        if profile.id.startswith("hunan-"):
            asked += questions(*published(profile.id), next(number))
    return compare_questions(asked, tmp_path_factory.mktemp("known"))


def test_random_filings_agree(random_round: Round) -> None:
    assert [str(difference) for difference in random_round.comparison.unexplained] == []


def test_examples_and_published_figures_agree_without_any_excuse(known_round: Round) -> None:
    assert [str(difference) for difference in known_round.comparison.differences] == []


def test_more_than_twenty_thousand_values_of_each_engine(random_round: Round, known_round: Round) -> None:
    counts = random_round.comparison.counts + known_round.comparison.counts
    by_engine = Counter(dict.fromkeys(ENGINES, 0))
    for (engine, _), values in counts.items():
        by_engine[engine] += values
    assert min(by_engine[engine] for engine in ENGINES) > 20_000


def test_known_faults_explain_few(random_round: Round) -> None:
    assert len(random_round.comparison.differences) < len(random_round.asked) / 100


@pytest.mark.parametrize("name", WITH_TABLES)
def test_every_rule_holds_and_breaks_somewhere(name: str, random_round: Round, known_round: Round) -> None:
    seen: dict[str, set[object]] = defaultdict(set)
    for question in (*random_round.asked, *known_round.asked):
        if question.kind == VERDICT and question.profile == name:
            seen[question.label.split()[0]].add(question.answer)
    native = {rule.code for rule in load_profile(name).rules.values() if rule.native}
    assert set(seen) == native
    assert {code for code, outcomes in seen.items() if not {"ok", "broken"} <= outcomes} == set()


@pytest.mark.parametrize("name", WITH_TABLES)
def test_every_visible_formula_is_asked(name: str, random_round: Round) -> None:
    asked = {
        question.label
        for question in random_round.asked
        if question.kind == FIELD and question.profile == name
    }
    assert asked == {
        f"{alias}!{field.id}"
        for alias, form in load_profile(name).forms.items()
        for field in form.fields.values()
        if field.formula is not None and not field.virtual
    }


def test_edges_are_reached(random_round: Round) -> None:
    kinds = Counter(
        "error"
        if str(cell).startswith("#")
        else "percent"
        if isinstance(cell, str) and cell.endswith("%")
        else "huge"
        if isinstance(cell, float) and abs(cell) >= 1e12
        else "negative"
        if isinstance(cell, float) and cell < 0
        else "zero"
        if cell == 0.0 and isinstance(cell, float)
        else "tie"
        if isinstance(cell, float) and abs(cell) < 1e9 and repr(round(cell * 1000, 6)).endswith("5.0")
        else type(cell).__name__
        for question in random_round.asked
        for source in question.sources.values()
        for cell in source.cells
    )
    for kind in ("error", "percent", "huge", "negative", "zero", "tie", "NoneType", "str", "bool"):
        assert kinds[kind] > 20, kind
