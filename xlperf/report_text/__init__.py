"""The Word report of a filing: paragraphs → sentences → statements about figures → findings."""

from xlperf.report_text.report_reading import ReportParagraph, ReportText, read_report
from xlperf.report_text.text_check import check_report, named_unit
from xlperf.report_text.titles import titled

__all__ = ["ReportParagraph", "ReportText", "check_report", "named_unit", "read_report", "titled"]
