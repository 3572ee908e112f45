"""诊断: what ``xlperf doctor`` finds on this machine, shown in Excel."""

from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.doctor.examine import examine


def doctor(ui: ExcelUI) -> None:
    """Examine this machine and say what works, what does not, and what to do."""
    results = examine()
    faults = [result for result in results if not result.ok]
    heading = text("ill", count=len(faults)) if faults else text("well", count=len(results))
    lines = [
        text("examined_bad", title=result.title, found=result.found, cure=result.cure) for result in faults
    ]
    lines += [
        text("examined_good", title=result.title, found=result.found) for result in results if result.ok
    ]
    ui.say("\n".join([heading, *lines]), bad=bool(faults))
