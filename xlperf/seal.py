"""How a workbook says whose it is: custom document properties that builders write and readers look up."""

PROFILE_PROPERTY = "xlperf.profile"
"""The id of the profile whose forms the workbook holds."""

VERSION_PROPERTY = "xlperf.version"
"""``Profile.version``: tells a workbook of the present declarations from an older template."""
