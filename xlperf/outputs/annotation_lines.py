"""Findings → what comments and the sheet of findings in an annotated copy say of them."""

from collections.abc import Sequence

from xlperf.declarations.annotation_texts import NUMBER, columns
from xlperf.declarations.findings import Finding
from xlperf.declarations.texts import texts_of
from xlperf.outputs.escaping import xml_text
from xlperf.outputs.finding_texts import details, texts_of_finding


def paragraph(finding: Finding) -> str:
    """What a comment says of one finding: severity, code, message, and the details line by line."""
    head = f"{finding.severity.value} {finding.code}：{finding.message}"
    wanted = texts_of("annotate")["comment"]["details"]
    lines = [head, *(f"{name}：{text}" for name, text in details(finding) if name in wanted)]
    return xml_text("\n".join(lines))


def line_of(finding: Finding, number: int) -> Sequence[str]:
    """The texts of a finding under the columns of the sheet."""
    texts = {NUMBER: str(number), **texts_of_finding(finding)}
    return [texts[one.shows] for one in columns()]
