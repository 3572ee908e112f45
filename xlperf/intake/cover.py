"""The first paragraphs of a Word report → its title, unit and year; else both from the forms."""

import re
from collections.abc import Sequence
from typing import Any

from xlperf.declarations.source import Json

_FIRST = 15
_YEAR = re.compile(r"(20[0-9]{2})\s*年度?")
_HAN = "[\u4e00-\u9fff]"


def report_of(
    paragraphs: Sequence[str],
    units: Sequence[Any],
    years: Sequence[int],
    words: Json,
    form_title: str | None = None,
) -> dict[str, Any]:
    """``title``, ``unit`` and ``year`` as the report has them.

    ``units`` and ``years`` are those of the forms in the same file; ``words`` is the declaration
    ``report`` of exported.json. Without a cover the title is ``form_title``, else made of unit and year.
    """
    title = _title(["".join(text.split()) for text in paragraphs if text.strip()][:_FIRST], words)
    named = next((unit for unit in units if isinstance(unit, str)), None)
    year = _YEAR.match(title)
    number = int(year[1]) if year else next(iter(years), None)
    unit = named or _unit(title[year.end() :] if year else "", paragraphs, words["subject"])
    if not title and form_title:
        title = form_title
    elif not title and unit and number:
        title = words["title"].format(年度=number, 单位=unit)
    return {"title": title or None, "unit": unit, "year": number}


def _title(heads: Sequence[str], words: Json) -> str:
    """The last run of paragraphs from one that begins with a year to one that ends as a title does."""
    found, run = "", ""
    for text in heads:
        run = text if _YEAR.match(text) else run + text if run else ""
        if run.endswith(words["ending"]):
            found, run = run, ""
    return found


def _unit(title: str, paragraphs: Sequence[str], subject: str) -> str | None:
    """The name in front of what the report is about, with the city that the text names before it."""
    name = re.split(subject, title)[0]
    if not name:
        return None
    longer = re.findall(f"{_HAN}{{1,4}}市{re.escape(name)}", "\n".join(paragraphs))
    return min(longer, key=len) if longer else name
