"""The cases of a profile by the places they are judged at, compiled once for all its filings."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.declarations.model import Form, Profile, Table
from xlperf.workbooks.working import cases as listed
from xlperf.workbooks.working.cases import Case
from xlperf.workbooks.working.judging import Judge, judge_of
from xlperf.workbooks.working.line_texts import Telling


@dataclass(frozen=True, slots=True)
class Bench:
    """Cases judged over the same names: what each says, and the function that gives all verdict words."""

    tellings: tuple[Telling, ...]
    judge: Judge


class Benches:
    """The benches of a profile: ``once`` and ``across`` by form alias, ``rows`` by alias and table."""

    def __init__(self, profile: Profile) -> None:
        forms = profile.forms.values()
        self.once = {form.alias: _bench(listed.once(profile, form)) for form in forms}
        self.rows = {
            (form.alias, table.id): _bench(listed.on_rows(profile, form, table))
            for form in forms
            for table in form.tables.values()
        }
        self.across = {form.alias: _bench(listed.over_all(profile, form)) for form in forms}
        self.filing = _bench(listed.over_all(profile, None))

    def of_rows(self, form: Form, table: Table) -> Bench:
        """The cases on each row of a table."""
        return self.rows[form.alias, table.id]


def _bench(cases: Sequence[Case]) -> Bench:
    return Bench(tuple(map(Telling, cases)), judge_of(cases))


def benches(profile: Profile) -> Benches:
    """The benches of ``profile``, made once."""
    made = _MADE.get(id(profile))
    if made is None:
        made = _MADE[id(profile)] = (Benches(profile), profile)
    return made[0]


_MADE: dict[int, tuple[Benches, Profile]] = {}
