"""A report in the formats of tools: SARIF 2.1.0 and JUnit XML.

In SARIF a result points at the file and, as a workbook has no lines, at sheet!cell as a logical location. In
JUnit a file is a suite, a problem a case: 错误 are failures, 警告 and 提示 pass with their text as output,
exempted findings are skipped; of an earlier check, fixed findings pass and those that could not be looked at
again are skipped.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report, codes_of
from xlperf.declarations.codes import CodeInfo
from xlperf.declarations.findings import FINGERPRINTS, Finding, Status
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.stored_findings import Spread, UnitData, chunks, findings_in
from xlperf.outputs.finding_texts import details, measured, place, subject, under, xml_text

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_MARK = "\0"
_BETWEEN = ",\n    "
_STATES = {Status.NEW: "new", Status.OPEN: "unchanged", Status.FIXED: "absent"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write_sarif(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as UTF-8 SARIF; exempted findings are results with a suppression.

    Findings of an earlier check that could not be looked at again are no results: SARIF knows no such state.
    ``spread`` makes the calls that print findings.
    """
    lists, calls = (report.findings, report.exempted, report.fixed), spread or map
    catalogue = codes_of(report)
    found = (codes for listed in lists for codes in calls(_codes_of, chunks(listed)))
    codes = sorted(set().union(*found))
    results: list[object] = [_MARK] if codes else []
    driver = {
        "name": "xlperf",
        "version": report.version,
        "rules": [_rule(code, catalogue.get(code)) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    before, _, after = f"{json.dumps(log, ensure_ascii=False, indent=1)}\n".partition(json.dumps(_MARK))
    stream.write(before.encode(errors="replace"))
    printed = (text for listed in lists for text in calls(partial(_results, codes), chunks(listed)))
    for number, text in enumerate(printed):
        stream.write((_BETWEEN + text if number else text).encode(errors="replace"))
    stream.write(after.encode(errors="replace"))


def _codes_of(units: Sequence[UnitData]) -> set[str]:
    return {finding.code for unit in units for finding in findings_in(unit)}


def _results(codes: Sequence[str], units: Sequence[UnitData]) -> str:
    """The results of some units."""
    results = (_result(finding, codes.index(finding.code)) for unit in units for finding in findings_in(unit))
    return _BETWEEN.join(
        json.dumps(result, ensure_ascii=False, indent=1).replace("\n", "\n    ") for result in results
    )


def _rule(code: str, text: CodeInfo | None) -> dict[str, Any]:
    if text is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": text.name},
        "help": {"text": _help(text)},
        "defaultConfiguration": {"level": text.severity.english},
    }


def _help(text: CodeInfo) -> str:
    return text_of("reports", "sarif", "help", fix=text.fix, basis=text.basis) if text.basis else text.fix


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.english,
        "message": {"text": _message(finding)},
        "partialFingerprints": {f"xlperf/v{FINGERPRINTS}": finding.fingerprint},
    }
    if finding.status:
        result["baselineState"] = _STATES[finding.status]
    location = _sarif_location(finding)
    if location:
        result["locations"] = [location]
    related = [{**_sarif_location(other), "message": {"text": other.message}} for other in finding.folded]
    if related:
        result["relatedLocations"] = related
    if finding.exempt:
        result["suppressions"] = [{"kind": "external", "justification": finding.exempt}]
    return result


def _message(finding: Finding) -> str:
    about, expected = subject(finding), measured(finding.expected, finding.amount_unit)
    sentences = (
        f"{about}：{finding.message}" if about else finding.message,
        expected and text_of("reports", "sarif", "expected", expected=expected),
    )
    return " ".join(text for text in (*sentences, finding.fix) if text)


def _sarif_location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.location.file:
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(finding.location.file)}}
    if finding.location.sheet:
        location["logicalLocations"] = [
            {"name": finding.location.cell or finding.location.sheet, "fullyQualifiedName": place(finding)}
        ]
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix().encode(errors="replace"))


def write_junit(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as UTF-8 XML; ``spread`` makes the calls that print findings."""
    suites = _Suites()
    for listed in (report.findings, report.exempted, report.fixed, report.unchecked):
        for cases in (spread or map)(_cases, chunks(listed)):
            suites.add(cases)
    suites.add_passed(file.path for file in report.files)
    stream.write(b"<?xml version='1.0' encoding='utf-8'?>\n")
    tests, failures, skipped = suites.counts()
    counts = f'tests="{tests}" failures="{failures}" skipped="{skipped}"'
    if not tests:
        stream.write(f'<testsuites name="xlperf" {counts} />\n'.encode())
        return
    stream.write(f'<testsuites name="xlperf" {counts}>\n'.encode())
    for text in suites.printed():
        stream.write(text.encode(errors="xmlcharrefreplace"))
    stream.write(b"</testsuites>\n")


_Case = tuple[str, str, bool, bool]
"""The file that a case is about, its XML, whether it failed, whether it was skipped."""


class _Suites:
    """The cases of each file, in a temporary database until all are known."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE suites (number INTEGER PRIMARY KEY, path BLOB UNIQUE)")
        self._database.execute(
            "CREATE TABLE cases (suite INTEGER, xml BLOB, failed INTEGER, skipped INTEGER)"
        )

    def add(self, cases: Iterable[_Case]) -> None:
        """Add cases to the suites of their files."""
        for path, xml, failed, skipped in cases:
            self._put(path.encode(errors="surrogatepass"), xml, failed, skipped)

    def _put(self, path: bytes, xml: str, failed: bool, skipped: bool) -> None:
        self._database.execute("INSERT OR IGNORE INTO suites (path) VALUES (?)", (path,))
        self._database.execute(
            "INSERT INTO cases SELECT number, ?, ?, ? FROM suites WHERE path = ?",
            (xml.encode(errors="surrogatepass"), failed, skipped, path),
        )

    def add_passed(self, paths: Iterable[str]) -> None:
        """Add a suite for each file that has none, with a case that says so."""
        passed = texts_of("reports")["junit"]["passed"]
        for path in paths:
            name = path.encode(errors="surrogatepass")
            if not self._database.execute("SELECT 1 FROM suites WHERE path = ?", (name,)).fetchone():
                self._put(
                    name,
                    _printed(ET.Element("testcase", classname=xml_text(path), name=passed)),
                    False,
                    False,
                )

    def counts(self) -> tuple[int, int, int]:
        """Cases, those that failed, those that were skipped."""
        ((tests, failures, skipped),) = self._database.execute(
            "SELECT count(*), total(failed), total(skipped) FROM cases"
        ).fetchall()
        return tests, int(failures), int(skipped)

    def printed(self) -> Iterator[str]:
        """The suites, in the order of their first cases."""
        self._database.execute("CREATE INDEX by_suite ON cases (suite)")
        for number, path in self._database.execute("SELECT number, path FROM suites ORDER BY number"):
            ((tests, failures, skipped),) = self._database.execute(
                "SELECT count(*), sum(failed), sum(skipped) FROM cases WHERE suite = ?", (number,)
            ).fetchall()
            name = quoteattr(
                xml_text(path.decode(errors="surrogatepass")) or texts_of("reports")["all_files"]
            )
            counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'
            yield f"  <testsuite name={name} {counts}>\n"
            for (xml,) in self._database.execute(
                "SELECT xml FROM cases WHERE suite = ? ORDER BY rowid", (number,)
            ):
                yield xml.decode(errors="surrogatepass")
            yield "  </testsuite>\n"


def _cases(units: Sequence[UnitData]) -> list[_Case]:
    """The cases of some units."""
    cases = []
    for unit in units:
        for finding in findings_in(unit):
            case = _case(finding)
            failed, skipped = (case.find(name) is not None for name in ("failure", "skipped"))
            cases.append((finding.location.file, _printed(case), failed, skipped))
    return cases


def _printed(case: ET.Element) -> str:
    ET.indent(case, level=2)
    return f"    {ET.tostring(case, encoding='unicode')}\n"


def _case(finding: Finding) -> ET.Element:
    status = finding.status.value if finding.status else ""
    name = " ".join(part for part in (status, finding.code, place(finding), subject(finding)) if part)
    case = ET.Element("testcase", classname=xml_text(finding.location.file), name=xml_text(name))
    if finding.exempt:
        ET.SubElement(case, "skipped", message=xml_text(finding.exempt))
    elif finding.status is Status.UNCHECKED:
        ET.SubElement(case, "skipped", message=finding.status.value)
    elif finding.status is Status.FIXED:
        ET.SubElement(case, "system-out").text = xml_text(f"{finding.status.value}：{finding.message}")
    elif finding.severity is Severity.ERROR:
        failure = ET.SubElement(case, "failure", type=finding.code, message=xml_text(finding.message))
        failure.text = _details(finding)
    else:
        output = f"{finding.severity.value}：{finding.message}\n{_details(finding)}"
        ET.SubElement(case, "system-out").text = xml_text(output)
    return case


def _details(finding: Finding) -> str:
    below = ((heading, "；".join(texts)) for heading, texts in under(finding))
    return xml_text("\n".join(f"{heading}：{text}" for heading, text in (*details(finding), *below)))
