"""Filings of the demo ledgers, and reports written of them, for every profile."""

from functools import cache
from pathlib import Path

from xlperf.core.paths import workbooks_dir
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing
from xlperf.finishing.reports.report_document import report_document
from xlperf.finishing.reports.report_paragraphs import kinds_of, write_report
from xlperf.ledgers.ledger import read_ledger

PROFILES = profile_ids()
REPORTS = [(name, kind) for name in PROFILES for kind in kinds_of(load_profile(name))]
_HENGYANG = "hunan-hengyang-2023"


@cache
def filings(profile_id: str) -> list[Filing]:
    """The units of the demo ledger that fits ``profile_id``: the one of 衡阳 or the large one."""
    name = "演示台账-衡阳.xlsx" if profile_id == _HENGYANG else "演示台账.xlsx"
    return read_ledger(workbooks_dir() / name, load_profile(profile_id)).filings


def document(path: Path, filing: Filing, profile: Profile, kind: str = "整体") -> Path:
    """The report of ``filing`` written to ``path``."""
    path.write_bytes(report_document(write_report(filing, profile, kind), profile))
    return path


def texts(filing: Filing, profile: Profile, kind: str = "整体") -> list[str]:
    """The paragraphs of a report."""
    return [paragraph.text for paragraph in write_report(filing, profile, kind).paragraphs]
