"""The parts of a finding as the phrases that all report formats print, and where a click on them leads.

Texts from received files are made harmless for terminals, XML and spreadsheets. A link leads to a received
file, opened at the cell in question.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePath

from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import builtin_codes
from xlperf.declarations.findings import NUMBER, Finding, Link, ListColumn, Location
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import percent

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 forbids; line breaks and tabs stay."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """``text`` on one line, without control characters, terminal commands or changes of direction."""
    return _CONTROL.sub(" ", text).strip()


_LONGEST = 2000
_LONGEST_MESSAGE = 60
_ESCAPED = str.maketrans({char: f"%{ord(char):02X}" for char in '% "#<>?[]^`{}'})


def shown_path(file: str, report: Path | None) -> str:
    """``file`` as the list at ``report`` shows it: relative when it lies under the list's folder."""
    if not file or report is None:
        return file
    path, folder = Path(os.path.abspath(file)), Path(os.path.abspath(report)).parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else file


def file_target(file: str, report: Path | None) -> str:
    """The hyperlink target of ``file`` for a list that lies at ``report``; "" where none is possible.

    Relative when the file lies under the list's folder, so that both can be moved or mailed
    together; a ``file:///`` address otherwise. Only what breaks an address is escaped: Excel and
    LibreOffice both take Chinese letters as they are, and Excel takes them in no other way.
    """
    if not file:
        return ""
    path = Path(os.path.abspath(file))
    folder = Path(os.path.abspath(report)).parent if report else None
    if folder is not None and path.is_relative_to(folder):
        target = shown_path(file, report).translate(_ESCAPED)
    else:
        target = "file:///" + path.as_posix().lstrip("/").translate(_ESCAPED)
    return target if len(target) <= _LONGEST and target == xml_text(target) else ""


def cell_target(location: Location) -> str:
    """The place inside the workbook, ``'工作表'!B4``; "" without a sheet and in a Word document."""
    if not location.sheet or not location.cell.isascii():
        return ""
    sheet = location.sheet.replace("'", "''")
    return f"'{sheet}'!{location.cell or 'A1'}"


def place(finding: Finding) -> str:
    """``工作表!单元格`` of a finding, ``表2 第3行第4列`` in a document; shortened to what is known."""
    sheet, cell = finding.location.sheet, finding.location.cell
    return ("!" if cell.isascii() else " ").join(part for part in (sheet, cell) if part)


def subject(finding: Finding) -> str:
    """What the finding is about in the user's words: the label, with the row's name in brackets."""
    label, row = finding.location.label, finding.location.row_key
    return text_of("reports", "named", label=label, row=row) if label and row else label or row


def measured(value: str, unit: str) -> str:
    """A printed value followed by its unit, unless it carries the unit already; "" stays ""."""
    return value if not value or value.endswith(unit) else f"{value} {unit}"


def profile_of(file: CheckedFile) -> str:
    """The profile of a file and by what it is named, or that it is guessed."""
    if not file.profile_by:
        return file.profile
    return text_of("reports", "files", "profile_by", file.profile_by, profile=file.profile)


def recognised(file: CheckedFile) -> str:
    """The forms in a file and how sure that is: 基础 100%、整体 88%、项目 3 张 100%; the least of several."""
    groups: dict[str, list[float]] = {}
    for recognised_form in file.forms:
        groups.setdefault(recognised_form.form, []).append(recognised_form.certainty)
    return "、".join(_with_certainty(form, shares) for form, shares in groups.items())


def _with_certainty(form: str, shares: Sequence[float]) -> str:
    if len(shares) == 1:
        return text_of("reports", "recognised", form=form, certainty=percent(shares[0]))
    least = percent(min(shares))
    return text_of("reports", "recognised_several", form=form, count=len(shares), certainty=least)


def details(finding: Finding) -> list[tuple[str, str]]:
    """What follows the message, as (heading, text): value given, right value, basis, what to do."""
    parts = {
        "value": measured(finding.value, finding.amount_unit),
        "expected": measured(finding.expected, finding.amount_unit),
        "basis": finding.basis,
        "fix": finding.fix,
    }
    headings = texts_of("reports")["details"]
    return [(headings[name], text) for name, text in parts.items() if text]


def texts_of_finding(finding: Finding) -> Mapping[str, str]:
    """What a column of a list may show of a finding, by the word that declarations have for it.

    ``value`` and ``expected`` carry their unit, ``printed_value`` and ``printed_expected`` are without it.
    """
    return {
        "severity": finding.severity.value,
        "unit_code": finding.location.unit_code,
        "unit_name": finding.location.unit_name,
        "file": finding.location.file,
        "sheet": finding.location.sheet,
        "cell": finding.location.cell,
        "subject": subject(finding),
        "value": measured(finding.value, finding.amount_unit),
        "expected": measured(finding.expected, finding.amount_unit),
        "printed_value": finding.value,
        "printed_expected": finding.expected,
        "amount_unit": finding.amount_unit,
        "message": finding.message,
        "fix": finding.fix,
        "basis": finding.basis,
        "code": finding.code,
        "status": finding.status.value if finding.status else "",
        "exempt": finding.exempt,
        "fingerprint": finding.fingerprint,
        "answer": "",
    }


def file_name(finding: Finding) -> str:
    """The name of the file of a finding, whichever system it was found on."""
    return PurePath(finding.location.file.replace("\\", "/")).name


def whole_place(finding: Finding) -> str:
    """The name of the file of a finding and the place in it."""
    return " ".join(part for part in (file_name(finding), place(finding)) if part)


def where_lines(finding: Finding, *, names_file: bool) -> str:
    """File, where it is to be named or nothing else is, sheet and cell of a finding, each on a line."""
    at = finding.location
    file = file_name(finding) if names_file or not at.sheet else ""
    return "\n".join(part for part in (file, at.sheet, at.cell) if part)


def with_reason(finding: Finding, message: str) -> str:
    """The message of a finding, with the reason for which it is exempt, if it is."""
    return (
        text_of("reports", "html", "exempted", message=message, reason=finding.exempt)
        if finding.exempt
        else message
    )


def under(finding: Finding) -> list[tuple[str, list[str]]]:
    """What is listed under a finding, as (heading, texts): consequences, matters of the sheet, places."""
    headings = texts_of("reports")["links"]
    listed = _linked(finding, _short)
    return [(headings[link.value], texts) for link, texts in listed.items() if texts]


def places_under(finding: Finding) -> Mapping[Link, list[str]]:
    """What is listed under a finding, by its places; other matters of its sheet by what they are."""
    listed = _linked(finding, _place_or_message)
    return {**listed, Link.CONSEQUENCE: list(dict.fromkeys(listed[Link.CONSEQUENCE]))}


def _linked(finding: Finding, said: Callable[[Finding, Finding], str]) -> Mapping[Link, list[str]]:
    """The texts of what is under a finding; ``said`` gives that of a consequence, by the finding above it."""
    same = (other for other in finding.linked(Link.PLACE) if other.code == finding.code)
    return {
        Link.CONSEQUENCE: [said(other, finding) for other in _once(finding.linked(Link.CONSEQUENCE))],
        Link.SHEET: _matters(finding),
        Link.PLACE: list(dict.fromkeys(map(whole_place, same))),
    }


def with_under(finding: Finding) -> str:
    """The message of a finding, and a line for each kind of what is under it, by its places."""
    headings = texts_of("reports")["links"]
    places = places_under(finding).items()
    listed = (f"{headings[link.value]}：{first_of(texts)}" for link, texts in places if any(texts))
    return "\n".join([finding.message, *listed])


def first_of(texts: Sequence[str]) -> str:
    """The first of ``texts`` and how many there are."""
    most = texts_of("reports")["places"]["most"]
    plain = [text.rstrip("。") for text in texts[:most] if text]
    shown = ("；" if any("，" in text for text in plain) else "、").join(plain)
    return (
        text_of("reports", "places", "more", places=shown, count=len(texts)) if len(texts) > most else shown
    )


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Each fault once, where several files have it."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.code, finding.message), finding)
    return first.values()


def _place_from(finding: Finding, top: Finding) -> str:
    """The place of a finding, with the file where it is another than that of the one it is under."""
    is_near = finding.location.file == top.location.file
    return (place(finding) if is_near else "") or whole_place(finding)


def _place_or_message(finding: Finding, top: Finding) -> str:
    """The place of a finding; what it says where it is at the place of the one that it is under."""
    here, there = finding.location, top.location
    if (here.file, here.sheet, here.cell) != (there.file, there.sheet, there.cell):
        return _place_from(finding, top)
    message = one_line(finding.message).rstrip("。")
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}……"


def _short(finding: Finding, top: Finding) -> str:
    where = " ".join(part for part in (_place_from(finding, top), subject(finding)) if part)
    return f"{where}：{finding.message}" if where else finding.message


def _matters(finding: Finding) -> list[str]:
    """A text for each other matter of the sheet, those of one kind together with their cells."""
    kinds: dict[str, list[Finding]] = {}
    for other in finding.linked(Link.SHEET):
        kinds.setdefault(other.code, []).append(other)
    return [_kind_of_matter(found) if len(found) > 1 else found[0].message for found in kinds.values()]


def _kind_of_matter(findings: Sequence[Finding]) -> str:
    cells = "、".join(other.location.cell or other.location.label for other in findings)
    return text_of("reports", "matters", name=builtin_codes()[findings[0].code].name, cells=cells)


def unit_of(place: Location) -> str:
    """Code and name of a unit, "" where neither is known."""
    return " ".join(part for part in (place.unit_code, place.unit_name) if part)


def unit_title(place: Location) -> str:
    """What a unit is called above its findings, of which one is at ``place``."""
    return unit_of(place) or PurePath(place.unit).name or text_of("problems", "no_unit")


def by_unit(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """What each unit is called, with its findings; those of a unit come together."""
    for _, group in groupby(findings, key=lambda finding: finding.location.unit):
        found = [*group]
        yield unit_title(found[0].location), found


def report_sections(report: Report) -> Iterator[tuple[str, Sequence[Finding]]]:
    """The findings of each unit, then what is exempted, fixed, not looked at again, each with a heading."""
    yield from by_unit(report.findings)
    yield from further_sections(report)


def further_sections(report: Report) -> Iterator[tuple[str, Sequence[Finding]]]:
    """What is exempted, fixed, not looked at again, each with a heading."""
    texts = texts_of("reports")
    rest = {
        texts["exempted_sheet"]: report.exempted,
        texts["text"]["fixed"]: report.fixed,
        texts["text"]["unchecked"]: report.unchecked,
    }
    yield from ((name, listed) for name, listed in rest.items() if listed)


def in_several_files(findings: Iterable[Finding]) -> bool:
    """Whether findings, those listed under others too, are in more than one file."""
    return len({other.location.file for found in findings for other in (found, *found.folded)}) > 1


def paragraph(finding: Finding) -> str:
    """What a comment says of one finding: severity, code, message, and the details line by line."""
    first = f"{finding.severity.value} {finding.code}：{finding.message}"
    shown = texts_of("annotate")["comment"]["details"]
    lines = [first, *(f"{name}：{text}" for name, text in details(finding) if name in shown)]
    return xml_text("\n".join(lines))


def noted(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """The findings of one file, also those under others, each with what a comment at its place says."""
    texts = texts_of("annotate")["comment"]
    for top in findings:
        yield top, paragraph(top)
        for other in top.folded:
            if other.location.file != top.location.file:
                continue
            if other.link is Link.SHEET:
                yield other, paragraph(other)
            elif place(other) == place(top):
                yield other, xml_text(texts["here"].format(message=other.message))
            else:
                yield other, xml_text(texts["elsewhere"].format(message=other.message, cause=place(top)))


def line_of(finding: Finding, number: int, columns: Sequence[ListColumn]) -> Sequence[str]:
    """The texts of a finding, the ``number``-th of a list, under the columns of the list.

    Its message says what is under it, too.
    """
    texts = {NUMBER: str(number), **texts_of_finding(finding), "message": with_under(finding)}
    return [texts[column.shows] for column in columns]
