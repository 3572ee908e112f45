"""The stages of a check, in the order in which their findings make sense to a reader."""

from collections.abc import Callable, Iterator, Mapping

from xlperf.checks.cells_stage import check_cells
from xlperf.checks.context import CheckContext
from xlperf.checks.file_stage import check_opening
from xlperf.checks.formulas_stage import check_formulas
from xlperf.checks.rules_stage import check_rules
from xlperf.checks.template_stage import check_template
from xlperf.checks.text_stage import check_text
from xlperf.declarations.findings import Finding

Check = Callable[[CheckContext], Iterator[Finding]]

STAGES: Mapping[str, Check] = {
    "文件": check_opening,
    "版式": check_template,
    "单元格": check_cells,
    "公式": check_formulas,
    "规则": check_rules,
    "报告正文": check_text,
}
"""Stage name, as in codes.json, → what it runs on one file. The folder as a whole: see district."""
