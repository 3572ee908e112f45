"""What is wrong with a unit's package → 退回通知.docx: where, what to do, by when, how to answer.

The letter is a Word document with fields in braces, which a bureau may edit. Texts of received files are put
into it as texts: nothing in them is read as a field.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xlperf.core.paths import workbooks_dir
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.outputs.finding_texts import first_of, measured, one_line, place, places_under, subject
from xlperf.outputs.word_templates import filled_document

_LONGEST = 500
"""Characters of a text in the table, so that a row fits on a page; the annotated copy has all of it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to ``unit`` about the ``findings`` on its files.

    ``copies`` are lines about the files, one each; ``answers`` are earlier explanations by fingerprint.
    Without a date ``due`` counts working days from receipt.
    """

    unit: str
    findings: Sequence[Finding]
    copies: Sequence[str]
    day: date
    due: date | None = None
    sender: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


def notice_template() -> Path:
    """The letter that comes with the program."""
    return workbooks_dir() / str(texts_of("returns")["file"])


def notice_document(notice: Notice, template: Path | None = None) -> bytes:
    """The letter as bytes; raises InputError for a ``template`` that cannot be filled in."""
    path = template or notice_template()
    return filled_document(
        path,
        _context(notice),
        lambda reason: text_of("returns", "wrong_template", path=path, reason=reason),
    )


def _context(notice: Notice) -> dict[str, object]:
    texts = texts_of("returns")
    counts = dict.fromkeys(Severity, 0)
    for found in notice.findings:
        counts[found.severity] += 1
    due = _due(notice.due)
    return {
        "unit": one_line(notice.unit),
        "received": text_of("returns", "received", count=len(notice.copies)),
        "total": len(notice.findings),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "notes": counts[Severity.NOTE],
        "due": due,
        "heading": dict(texts["headings"]),
        "groups": [*_groups(notice)],
        "steps": [str(step).format(due=due) for step in texts["steps"]],
        "files": [one_line(line) for line in notice.copies],
        "sender": notice.sender,
        "date": _written(notice.day, texts["date"]),
    }


def _due(day: date | None) -> str:
    texts = texts_of("returns")
    if day is None:
        return str(texts["due"]["days"]).format(days=texts["answer_days"])
    return _written(day, texts["due"]["date"])


def _written(day: date, form: str) -> str:
    return form.format(year=day.year, month=day.month, day=day.day)


def _groups(notice: Notice) -> Iterator[dict[str, object]]:
    """The problems by severity, numbered throughout."""
    number = 0
    files = {found.location.file for found in notice.findings}
    for severity in Severity:
        found = [finding for finding in notice.findings if finding.severity is severity]
        problems = [
            _problem(at, finding, notice.answers, len(notice.copies) > 1 or len(files) > 1)
            for at, finding in enumerate(found, number + 1)
        ]
        number += len(problems)
        if problems:
            heading = text_of("returns", "groups", severity.value, count=len(problems))
            yield {"heading": heading, "problems": problems}


def _problem(number: int, finding: Finding, answers: Mapping[str, str], with_file: bool) -> dict[str, object]:
    file = Path(finding.location.file).name if with_file else ""
    parts = [part for part in (file, place(finding), subject(finding)) if part]
    expected = measured(finding.expected, finding.amount_unit)
    right = text_of("returns", "expected", expected=expected) if expected else ""
    return {
        "number": number,
        "place": _short("，".join(parts) or text_of("returns", "whole_package")),
        "message": _short(finding.message),
        "fix": _short(f"{right}{finding.fix}{_also(finding)}"),
        "answer": _short(answers.get(finding.fingerprint, "")),
    }


def _also(finding: Finding) -> str:
    """What is to be done about what is listed under a finding."""
    listed = {link: texts for link, texts in places_under(finding).items() if texts}
    said = texts_of("returns")["folded"]
    texts = (
        said[link.value].format(count=len(found), places=first_of(found)) for link, found in listed.items()
    )
    return "".join(texts)


def _short(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}……"
