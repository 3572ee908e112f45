"""新建: a profile, a number of projects and a place → a blank working copy, saved and opened."""

from pathlib import Path

from xlperf.core.files import safe_name
from xlperf.declarations.model import Profile
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.desk import free_to_write
from xlperf.excel.actions.host import Host
from xlperf.excel.actions.preferences import profile_to_use
from xlperf.workbooks.blanks import new as write_new

_MOST_PROJECTS = 50


def new(host: Host) -> None:
    """Write a blank working copy where the person wants it and open it; no file is replaced unasked."""
    profile = profile_to_use(host)
    if profile is None:
        return
    projects = ask_projects(host) if has_projects(profile) else 1
    if projects is None:
        return
    name = f"{safe_name(text('new_name', name=profile.name))}.xlsx"
    target = free_to_write(host, host.save_as(text("save_new"), Path(name)), to_open=True)
    if target is None:
        return
    write_new(profile.id, target, projects=projects)
    host.app.books.open(str(target))
    host.say(text("made_new", name=profile.name, path=target, projects=projects))


def has_projects(profile: Profile) -> bool:
    """Whether the profile has a form of which there is one sheet a project."""
    return any(form.repeated for form in profile.forms.values())


def ask_projects(host: Host) -> int | None:
    """How many project sheets are wanted; None when cancelled."""
    while (answer := host.enter(text("how_many_projects", most=_MOST_PROJECTS), "1")) is not None:
        if answer.strip().isdecimal() and 1 <= int(answer) <= _MOST_PROJECTS:
            return int(answer)
        host.say(text("no_such_count", answer=answer.strip()[:50], most=_MOST_PROJECTS), bad=True)
    return None
