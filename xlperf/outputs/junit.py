"""A report as JUnit XML for build servers: a suite for each file, a case for each problem.

错误 are failures, 警告 and 提示 pass with their text as output, exempted findings are skipped. Of an
earlier check, fixed findings pass and those that could not be looked at again are skipped.
"""

from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding, Status
from xlperf.declarations.model import Severity
from xlperf.declarations.source import texts_of
from xlperf.outputs.finding_texts import details, place, subject, xml_text


def render(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 XML."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in (*report.findings, *report.exempted, *report.fixed, *report.unchecked):
        by_file[finding.location.file].append(finding)
    root = ET.Element("testsuites", name="xlperf", time=f"{report.seconds:.3f}")
    for path in dict.fromkeys((*by_file, *(file.path for file in report.files))):
        root.append(_suite(path, by_file[path]))
    for count in ("tests", "failures", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(path: str, findings: list[Finding]) -> ET.Element:
    suite = ET.Element("testsuite", name=xml_text(path) or texts_of("reports")["all_files"])
    if findings:
        suite.extend(_case(finding) for finding in findings)
    else:
        ET.SubElement(
            suite, "testcase", classname=xml_text(path), name=texts_of("reports")["junit"]["passed"]
        )
    failures, skipped = (
        sum(case.find(name) is not None for case in suite) for name in ("failure", "skipped")
    )
    for name, count in (("tests", len(suite)), ("failures", failures), ("errors", 0), ("skipped", skipped)):
        suite.set(name, str(count))
    return suite


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
    return xml_text("\n".join(f"{heading}：{text}" for heading, text in details(finding)))
