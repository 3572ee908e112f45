"""The Word report of a filing: paragraphs → sentences → statements about figures → findings."""

from xlperf.prose.check import check_report
from xlperf.prose.reading import Paragraph, Report, read_report
from xlperf.prose.titles import titled

__all__ = ["Paragraph", "Report", "check_report", "read_report", "titled"]
