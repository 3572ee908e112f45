"""The profile and year chosen once: read by the actions, changed by 设置."""

from xlperf.core.settings import Settings, read_settings, write_settings
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.excel_ui import ExcelUI

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def chosen_profile() -> Profile | None:
    """The profile of the settings; None when none was chosen or it is not declared."""
    name = read_settings().profile
    return load_profile(name) if name in profile_ids() else None


def profile_to_use(ui: ExcelUI) -> Profile | None:
    """The chosen profile, else the one that the person picks now; None when cancelled."""
    return chosen_profile() or pick_profile(ui)


def pick_profile(ui: ExcelUI, given: str = "") -> Profile | None:
    """Ask for a profile from the numbered list of all; ``given`` is the id proposed."""
    names = profile_ids()
    shown = [text("profile", id=name, name=load_profile(name).name) for name in names]
    proposed = str(names.index(given) + 1) if given in names else ""
    number = ui.pick(text("which_profile"), shown, proposed)
    return None if number is None else load_profile(names[number])


def change(ui: ExcelUI) -> None:
    """设置: choose profile and year and keep them."""
    before = read_settings()
    profile = pick_profile(ui, before.profile)
    if profile is None:
        return
    proposed = before.year if before.year and before.profile == profile.id else profile.year
    year = _year(ui, proposed)
    if year is None:
        return
    write_settings(Settings(profile.id, year))
    ui.say(text("settings_kept", name=profile.name, id=profile.id, year=year))


def _year(ui: ExcelUI, proposed: int) -> int | None:
    while (answer := ui.enter(text("which_year"), str(proposed))) is not None:
        if answer.strip().isdecimal() and _FIRST_YEAR <= int(answer) <= _LAST_YEAR:
            return int(answer)
        ui.say(text("no_such_year", answer=answer.strip()[:50]), bad=True)
    return None
