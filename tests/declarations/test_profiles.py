"""Profiles without tables of their own have the cells and the weights of one that has."""

import pytest

from tests.profiles import WITH_TABLES
from xlperf.declarations.profile import load_profile, profile_ids


def cells(profile):
    return [
        (
            alias,
            form.columns,
            [
                (
                    row.table,
                    row.height,
                    [(cell.first, cell.last, cell.down, cell.field) for cell in row.cells],
                )
                for row in form.rows
            ],
        )
        for alias, form in profile.forms.items()
    ]


@pytest.mark.parametrize("name", [name for name in profile_ids() if name not in WITH_TABLES])
def test_a_profile_without_tables_of_its_own_has_those_of_another(name):
    profile = load_profile(name)
    ancestor = load_profile(next(name for name in profile.lineage if name in WITH_TABLES))
    assert cells(profile) == cells(ancestor)
    assert profile.rules.keys() == ancestor.rules.keys()
    assert (profile.indicators, profile.parameters) == (ancestor.indicators, ancestor.parameters)
