"""A person's entries in grading tables → the points of each unit's score sheet, for its report.

Ratios and points that follow from the forms are there without any entry.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlperf.checks.grading.score_sheet import POINTS, RATE, ScoredItem, ScoredUnit, score_sheet, scored
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.value_display import type_of
from xlperf.finishing.grading.entries import table_name
from xlperf.finishing.grading.score_cells import score_entries
from xlperf.finishing.reports.figures import shown
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Task
from xlperf.ooxml.limits import Limits
from xlperf.report_text.lexer import squeezed

_BEFORE_NAME = 4
"""Letters of a number before the name."""
SCORE = "得分"
"""The name of a row's score in its sentence."""
_WORKBOOK = ".xlsx"
Entries = Mapping[str, float]
"""Points and figures that a person gave, by the name of their row."""


def score_entries_of(
    folder: Path | None, filings: Sequence[Filing], options: RunOptions
) -> tuple[Mapping[int, Entries], list[Finding]]:
    """The entries in the grading tables of ``folder`` by the identity of the filing that they are for.

    And a finding for each table that cannot be read.
    """
    known = {} if folder is None else _tables(folder, filings)
    if not known:
        return {}, []
    limits = options.limits
    tasks = [Task(path, limits.seconds, _entries, (path, name, limits)) for path, (_, name) in known.items()]
    with options.runner(load_declarations) as runner:
        for _ in runner.run(tasks):
            pass
    found: dict[int, Entries] = {}
    refused = []
    for task in tasks:
        entries, reason = ({}, task.refusal.finding.message) if task.refusal else task.made()
        if reason:
            refused.append(finding("W105", Location(task.path), reason=reason.rstrip("。")))
        else:
            found[id(known[task.path][0])] = entries
    return found, refused


def _tables(folder: Path, filings: Sequence[Filing]) -> Mapping[str, tuple[Filing, str]]:
    """Path of a grading table → the filing that it is of, and the name of its score sheet."""
    found = {}
    for filing in filings:
        name = load_profile(filing.profile).grading.get("scores", "")
        path = folder / f"{table_name(filing.unit_code, filing.unit_name)}{_WORKBOOK}"
        if name and path.exists():
            found[str(path)] = filing, name
    return found


def _entries(path: str, name: str, limits: Limits) -> tuple[Entries, str]:
    """In a worker: the entries of one table, or why it cannot be read."""
    received = read_filing(path, None, limits)
    if received.book is None:
        return {}, "；".join(found.message for found in received.findings)
    return score_entries(received.book, score_sheet(name)), ""


def unit_scores(filing: Filing, profile: Profile, entries: Entries) -> ScoredUnit | None:
    """The score sheet of a unit, worked out; None where the place has none."""
    name = profile.grading.get("scores", "")
    return scored(score_sheet(name), filing, profile, entries) if name else None


def is_about(row: ScoredItem, text: str) -> bool:
    """Whether a paragraph begins with the name of a row, whole or but for its last letter."""
    return squeezed(row.item.id)[:-1] in squeezed(text)[: len(row.item.id) + _BEFORE_NAME]


def row_words(unit: ScoredUnit, row: ScoredItem) -> Mapping[str, str]:
    """What the sentence about a row may name, as printed: all figures, its rate, points and score."""
    rate = row.rate if isinstance(row.rate, float) else None
    known = {**unit.figures, POINTS: row.item.points, SCORE: row.score}
    return {**_shown(known), **({} if rate is None else {RATE: shown(rate, type_of("rate").unit)})}


def dimension_words(rows: Sequence[ScoredItem]) -> Mapping[str, str]:
    """The points of a dimension, and its score unless a row has none."""
    scores = [row.score for row in rows]
    known = [score for score in scores if score is not None]
    points = sum(row.item.points for row in rows)
    return _shown({POINTS: points, SCORE: sum(known) if len(known) == len(scores) else None})


def _shown(figures: Mapping[str, float | None]) -> dict[str, str]:
    return {name: shown(value, "") for name, value in figures.items() if value is not None}
