"""新建: a profile, a number of projects and a place → a blank working copy, saved and opened."""

from pathlib import Path

from xlperf.core.files import safe_name
from xlperf.declarations.model import Profile
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.actions.preferences import profile_to_use
from xlperf.excel.actions.workbook_copy import free_to_write
from xlperf.workbooks.blanks import new as write_new

_MOST_PROJECTS = 50


def new(ui: ExcelUI) -> None:
    """Write a blank working copy where the person chooses and open it; no file is replaced unasked."""
    profile = profile_to_use(ui)
    if profile is None:
        return
    projects = ask_projects(ui) if has_projects(profile) else 1
    if projects is None:
        return
    name = f"{safe_name(text('new_name', name=profile.name))}.xlsx"
    target = free_to_write(ui, ui.save_as(text("save_new"), Path(name)), to_open=True)
    if target is None:
        return
    write_new(profile.id, target, projects=projects)
    ui.app.books.open(str(target))
    ui.say(text("made_new", name=profile.name, path=target, projects=projects))


def has_projects(profile: Profile) -> bool:
    """Whether the profile has a form of which there is one sheet a project."""
    return any(form.repeated for form in profile.forms.values())


def ask_projects(ui: ExcelUI) -> int | None:
    """How many project sheets the workbook is to have; None when cancelled."""
    while (answer := ui.enter(text("how_many_projects", most=_MOST_PROJECTS), "1")) is not None:
        if answer.strip().isdecimal() and 1 <= int(answer) <= _MOST_PROJECTS:
            return int(answer)
        ui.say(text("no_such_count", answer=answer.strip()[:50], most=_MOST_PROJECTS), bad=True)
    return None
