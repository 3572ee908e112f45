"""What was read and what a perfect reader extracts → right, wrong, missing and invented values.

Invented: a value where the page has none, in a field, a column of an indicator, a row or a form. How the
path of a row that is not official begins is not compared, nor are the signature line, the title and the unit
of the report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.layouts.truth import KINDS, SIGNATURE

Json = dict[str, Any]
COLUMNS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation")
OUTCOMES = ("right", "wrong", "missing", "invented")
_NAMES = ("项目支出名称", "项目名称")
_RENAMED = {
    "业务工作专项": "业务工作经费",
    "运行维护专项": "运行维护经费",
    "部门整体支出预算调整": "部门基本支出预算调整",
}
_SAME = str.maketrans("≧≦＝（）；，：“”＞＜％", '≥≤=();,:""><%')
_WORDS = (("大于等于", "≥"), ("小于等于", "≤"), (">=", "≥"), ("<=", "≤"), ("等于", "="))
NUMBERED = re.compile(r"^\s*\d+(?:\.\d+)*[.．、]?\s*")
_NOTHING = ("", "—", "——", "/", "-", "－")
_PRINTED_DIGITS = 4


@dataclass(frozen=True)
class Difference:
    """A value that is not right: what it is, where, what is on the page, what was read."""

    outcome: str
    place: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.outcome:8} {self.place}: {self.expected!r} → {self.got!r}"


@dataclass
class Comparison:
    """All values of a document."""

    right: int = 0
    differences: list[Difference] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """How many values have this outcome."""
        if outcome == "right":
            return self.right
        return sum(found.outcome == outcome for found in self.differences)


def norm(value: Any) -> Any:
    """A number, a text with widths, blanks and signs made equal, or None for blank and dashes."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return round(float(value), 6)
    text = re.sub(r"[\s\u3000]+", "", str(value)).strip('"').translate(_SAME)
    for word, sign in _WORDS:
        text = text.replace(word, sign)
    if text in _NOTHING:
        return None
    if found := re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)", text):
        return round(float(found[1]) / (100 if found[2] else 1), 6)
    return text


def equal(expected: Any, got: Any) -> bool:
    """Whether both say the same; a computed rate may have more digits than the page prints."""
    expected, got = norm(expected), norm(got)
    if isinstance(expected, float) and isinstance(got, float):
        return expected == got or round(got, _PRINTED_DIGITS) == expected
    return bool(expected == got)


def compare(expected: Json, got: Json) -> Comparison:
    """Every value of ``expected`` and every other one of ``got``."""
    made = Comparison()
    year = (expected.get("report") or {}).get("year")
    if year is not None:
        _judge(made, "年度", year, (got.get("report") or {}).get("year"))
    left = [form for form in got.get("forms", []) if form.get("kind")]
    for number, form in enumerate(expected["forms"], start=1):
        found = _partner(form, left)
        left = [other for other in left if other is not found]
        _fields(made, f"表{number}", form, found)
        _rows(made, f"表{number}", form, found)
    for form in (form for form in left if form["kind"] in KINDS.values()):
        _fields(made, "多出的表", {"fields": {}}, form)
        _rows(made, "多出的表", {}, form)
    return made


def _partner(form: Json, left: list[Json]) -> Json:
    same = [other for other in left if other["kind"] == form["kind"]]
    name = _name(form)
    return next((other for other in same if name and _name(other) == name), same[0] if same else {})


def _name(form: Json) -> Any:
    return next((norm(form["fields"][key]) for key in _NAMES if form.get("fields", {}).get(key)), None)


def _judge(made: Comparison, place: str, expected: Any, got: Any) -> None:
    if norm(expected) is None and norm(got) is None:
        return
    if equal(expected, got):
        made.right += 1
        return
    outcome = "invented" if norm(expected) is None else "missing" if norm(got) is None else "wrong"
    made.differences.append(Difference(outcome, place, expected, got))


def _fields(made: Comparison, place: str, expected: Json, got: Json) -> None:
    """By path, else by the last two parts; what is left over is invented.

    A missing value that is under another name is counted once, as missing."""
    left, known = _named(got), _named(expected)
    missing = []
    for path, value in known.items():
        found = path if path in left else _like(path, left, known)
        read = left.pop(found) if found is not None else None
        if norm(read) is None and norm(value) is not None:
            missing.append(norm(value))
        _judge(made, f"{place} {path}", value, read)
    optional = expected.get("optional", {})
    for path, value in left.items():
        if norm(value) in missing:
            missing.remove(norm(value))
        elif path not in optional or norm(optional[path]) != norm(value):
            _judge(made, f"{place} {path}", None, value)


def _named(form: Json) -> Json:
    fields = form.get("fields", {})
    return {
        "/".join(_RENAMED.get(part, part) for part in path.split("/")): value
        for path, value in fields.items()
        if path not in SIGNATURE
    }


def _like(path: str, left: Json, known: Json) -> str | None:
    return next((other for other in left if other not in known and _end(other) == _end(path)), None)


def _end(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _rows(made: Comparison, place: str, expected: Json, got: Json) -> None:
    """Indicators in the order of the page, by 三级指标 and target, else by less of a row."""
    rows, left = expected.get("indicators", []), list(got.get("indicators", []))
    pairs: dict[int, Json] = {}
    for keys in (("level3", "target"), ("level3",), ("target", "actual", "score")):
        for at, row in enumerate(rows):
            if at not in pairs and (found := _same_row(row, left, keys)) is not None:
                pairs[at] = found
                left = [other for other in left if other is not found]
    for at, row in enumerate(rows):
        if at not in pairs and (agreeing := next((other for other in left if _agrees(row, other)), None)):
            pairs[at] = agreeing
            left = [other for other in left if other is not agreeing]
    for at, row in enumerate(rows):
        found = pairs.get(at, {})
        for column in COLUMNS:
            if column in row:
                _judge(made, f"{place} 指标{at + 1}/{column}", *_cell(row, found, column))
    for at, row in enumerate(left, start=1):
        for column in COLUMNS:
            _judge(made, f"{place} 多出的指标行{at}/{column}", None, row.get(column))


def _same_row(row: Json, left: list[Json], keys: tuple[str, ...]) -> Json | None:
    if all(norm(row.get(key)) is None for key in keys):
        return None
    return next((other for other in left if all(equal(row.get(key), other.get(key)) for key in keys)), None)


def _agrees(row: Json, other: Json) -> bool:
    """Whether all that was read of a row is in this one: its name and target may be missing."""
    read = [column for column in COLUMNS if norm(other.get(column)) is not None]
    return bool(read) and all(equal(*_cell(row, other, column)) for column in read)


def _cell(row: Json, found: Json, column: str) -> tuple[Any, Any]:
    """Expected and got: levels without numbers; a result may have its row's unit, a target may lack it."""
    expected, got = row.get(column), found.get(column)
    if column in ("level1", "level2"):
        expected, got = (
            NUMBERED.sub("", text) if isinstance(text, str) else text for text in (expected, got)
        )
    for other in _also(row, column):
        if norm(got) is not None and norm(got) == norm(other):
            return expected, expected
    return expected, got


def _also(row: Json, column: str) -> Iterator[Any]:
    parts = row.get("target_parts") or {}
    unit = parts.get("度量单位")
    if column == "actual" and unit and row.get(column) is not None:
        yield f"{row[column]}{unit}"
    if column == "target" and unit and "指标性质" not in parts:
        yield parts.get("指标值")
