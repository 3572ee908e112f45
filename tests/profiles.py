"""The profiles that tests of whole workbooks go through, as far as these differ; writers of workbooks."""

from functools import cache

from xlperf.declarations.forms_and_rules import Profile
from xlperf.workbooks.workbook_writer import WorkbookWriter

WITH_TABLES = ("hunan-hengyang-2023", "hunan-yueyang-2024", "national-2020")
"""Those declared after published tables. The others have the same cells (see test_profiles)."""


@cache
def writer_of(profile: Profile, *, working: bool = True, functions: bool = False) -> WorkbookWriter:
    """What writes workbooks of a profile, one for all tests: making it takes longer than a workbook."""
    return WorkbookWriter(profile, working=working, functions=functions)
