"""The profiles that tests of whole workbooks go through, as far as these differ."""

WITH_TABLES = ("hunan-hengyang-2023", "hunan-yueyang-2024", "national-2020")
"""Those declared after published tables. The others have the same cells (see test_profiles)."""
