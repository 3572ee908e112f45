"""A RollUp → one offline web page: the same figures and pictures, every count opens the units behind it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from xlperf.core.files import atomic_write
from xlperf.declarations.forms_and_rules import Field
from xlperf.declarations.source import Texts, texts_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value, round_half_up
from xlperf.finishing.rollup import svg_charts
from xlperf.finishing.rollup.layout import UnitClass, load_rollup, texts
from xlperf.finishing.rollup.list_sheets import titles_of
from xlperf.finishing.rollup.overview import summary
from xlperf.finishing.rollup.page_frame import PAGE
from xlperf.finishing.rollup.rollup_figures import Line, RollUp
from xlperf.finishing.rollup.svg_charts import Bar
from xlperf.finishing.rollup.workbook import title_of
from xlperf.outputs.finding_texts import xml_text

_TEXTS = 4
"""Columns of the list of what is left out, all of them texts."""


def write_page(rollup: RollUp, path: Path) -> None:
    """Write the page to ``path``; raises OutputError where it cannot be written."""
    atomic_write(path, render(rollup))


def render(rollup: RollUp) -> bytes:
    """The page as UTF-8; every text that was received is escaped."""
    made = _Page(rollup)
    return PAGE.substitute(
        title=_safe(title_of(rollup)),
        summary="".join(f"<p>{_safe(line)}</p>" for line in summary(rollup)[:-1]),
        tiles="".join(made.tiles()),
        charts="".join(made.charts()),
        sections="\n".join(made.sections()),
    ).encode(errors="replace")


def _words() -> Texts:
    found: Texts = texts_of("rollup")["page"]
    return found


def _whole(value: float) -> str:
    """An amount at a bar, rounded as a spreadsheet rounds it."""
    return f"{round_half_up(value, 0):,.0f}"


def _safe(text: object) -> str:
    return escape(xml_text(str(text)))


def _shown(value: Value, declared: Field, *, mean: bool = False) -> str:
    if value is None:
        return str(_words()["none"])
    if isinstance(value, float) and (mean or declared.type.id == "score"):
        return printed(value, declared.type) if declared.type.unit == "%" else f"{value:,.2f}"
    if isinstance(value, float) and declared.type.id == "amount":
        return f"{value:,.2f}"
    return printed(value, declared.type)


def _table(head: Iterable[str], rows: Iterable[str], *, first: int = 1) -> str:
    """A table; its columns from ``first`` on are numbers."""
    titles = _row(*map(_safe, head), first=first, tag="th")
    return f'<div class="box"><table>{titles}{"".join(rows)}</table></div>'


def _row(*cells: str, first: int = 1, tag: str = "td") -> str:
    """A row of texts, already safe; those from ``first`` on are numbers."""
    opened = (tag if number < first else f'{tag} class="n"' for number in range(len(cells)))
    shown = (f"<{start}>{cell}</{tag}>" for start, cell in zip(opened, cells, strict=True))
    return f"<tr>{''.join(shown)}</tr>"


class _Page:
    def __init__(self, rollup: RollUp) -> None:
        self._rollup, layout = rollup, load_rollup()
        self._columns = layout.units
        self._index = {id(line): number for number, line in enumerate(rollup.units, start=1)}
        self._anchors = {known: f"c{number}" for number, known in enumerate(layout.classes, 1)}
        self._projects: dict[int, list[Line]] = defaultdict(list)
        for project, unit in rollup.owners().items():
            self._projects[id(rollup.units[unit])].append(rollup.projects[project])

    def tiles(self) -> Iterator[str]:
        """The few figures that come first."""
        words = _words()
        for column in words["tiles"]:
            declared = self._columns.fields[column]
            is_mean = declared.type.id == "score"
            total = self._rollup.mean(column) if is_mean else self._rollup.total(column)
            label = words["tile_mean"].format(label=declared.label) if is_mean else declared.label
            unit = f"（{declared.type.unit}）" if declared.type.id == "amount" else ""
            under = words["tile_counted"].format(units=total.units)
            under += words["tile_doubtful"].format(count=total.doubtful) if total.doubtful else ""
            shown = _shown(total.value, declared, mean=is_mean)
            yield (
                f'<div class="tile"><small>{_safe(label + unit)}</small><b>{_safe(shown)}</b>'
                f"<small>{_safe(under)}</small></div>"
            )

    def charts(self) -> Iterator[str]:
        """The pictures of the workbook."""
        rollup, spec = self._rollup, texts()["overview"]
        spending = spec["charts"]["spending"]
        series = [
            (name, [self._amount(line, f"{line}_{period}") for line in spending["lines"]])
            for name, period in zip(spec["spending_head"][1:], spending["periods"], strict=True)
        ]
        yield svg_charts.groups(spending["title"], spending["lines"], series)
        if rollup.last:
            yield self._years(rollup.last.year)
        for number, declared in enumerate(load_rollup().distributions.values()):
            bars = [*map(self._count, declared.classes)]
            yield svg_charts.columns(declared.title, bars, kind="ab"[number % 2])
        yield svg_charts.rows(spec["limits"]["title"], [*map(self._count, load_rollup().limits.values())])
        yield self._lowest()
        if rollup.kinds:
            yield self._kinds_chart()

    def _amount(self, name: str, column: str) -> Bar:
        value = self._rollup.total(column).value
        number = value if isinstance(value, float) else 0.0
        return Bar(name, number, _whole(number))

    def _years(self, last: int) -> str:
        spec = texts()["overview"]["charts"]["years"]
        fields = self._columns.fields
        sums = [(fields[column].label, self._rollup.change(column)) for column in spec["columns"]]
        named = spec["last"].format(year=last), spec["this"].format(year=self._rollup.year)
        series = [
            (name, [Bar(label, pair[place], _whole(pair[place])) for label, pair in sums])
            for place, name in enumerate(named)
        ]
        return svg_charts.groups(spec["title"], [label for label, _ in sums], series)

    def _count(self, known: UnitClass) -> Bar:
        count = len(self._rollup.members(known))
        return Bar(known.label, float(count), str(count), self._anchors[known] if count else "")

    def _lowest(self) -> str:
        spec = texts()["overview"]["lowest"]
        column, kind = spec["column"], self._columns.fields[spec["column"]].type
        found = self._rollup.lowest(column, spec["count"])
        units = self._rollup.units
        bars = [
            Bar(units[at].name, value, printed(value, kind), self._unit(units[at])) for value, at in found
        ]
        return svg_charts.rows(spec["title"].format(count=len(found)), bars, kind="a")

    def _kinds_chart(self) -> str:
        spec = texts()["overview"]["kinds"]
        found = [*self._rollup.by_kind().items()][: spec["count"]]
        bars = []
        for code, units in found:
            total = sum(count for _, count in units)
            name = texts()["members"]["problem"].format(code=code, name=self._rollup.kinds[code].name)
            bars.append(Bar(name, float(total), str(total), f"k-{code}"))
        return svg_charts.rows(spec["title"].format(count=len(found)), bars)

    def _unit(self, line: Line) -> str:
        return f"u{self._index[id(line)]}"

    def sections(self) -> Iterator[str]:
        """Main figures, who is behind the counts, problems, what is left out, every unit."""
        words = _words()
        yield f"<h2>{_safe(words['main'])}</h2>{self._main()}"
        yield f"<h2>{_safe(words['members'])}</h2>{''.join(self._members())}"
        if self._rollup.kinds:
            yield f"<h2>{_safe(words['kinds'])}</h2>{''.join(self._kinds())}"
        if self._rollup.left_out:
            yield f"<h2>{_safe(words['left_out'])}</h2>{self._left_out()}"
        yield f"<h2>{_safe(words['units'])}</h2>{''.join(map(self._of_unit, self._rollup.units))}"

    def _main(self) -> str:
        spec = texts()["overview"]["main"]
        rows = []
        for column in self._rollup.shown(spec["columns"]):
            declared = self._columns.fields[column]
            total, mean = self._rollup.total(column), self._rollup.mean(column)
            whole = "" if declared.type.id == "score" else _shown(total.value, declared)
            cells = (
                declared.label,
                whole,
                _shown(mean.value, declared, mean=True),
                total.units,
                total.doubtful,
            )
            rows.append(_row(*map(_safe, cells)))
        return _table(spec["head"], rows)

    def _members(self) -> Iterator[str]:
        words = _words()
        for known, anchor in self._anchors.items():
            members = self._rollup.members(known)
            if members:
                title = words["member"].format(what=titles_of(known), count=len(members))
                declared = self._columns.fields[known.column]
                yield self._listed(
                    title,
                    anchor,
                    [(line, printed(line.values[known.column], declared.type)) for line in members],
                )

    def _kinds(self) -> Iterator[str]:
        for code, units in self._rollup.by_kind().items():
            kind = self._rollup.kinds[code]
            what = (
                f"{texts()['members']['problem'].format(code=code, name=kind.name)}（{kind.severity.value}）"
            )
            title = _words()["member"].format(what=what, count=len(units))
            yield self._listed(title, f"k-{code}", [(line, str(count)) for line, count in units])

    def _listed(self, title: str, anchor: str, members: Sequence[tuple[Line, str]]) -> str:
        names = "".join(
            f'<li><a href="#{self._unit(line)}">{_safe(line.name)}</a> {_safe(shown)}</li>'
            for line, shown in members
        )
        return f'<details><summary>{_safe(title)}</summary><ul id="{_safe(anchor)}">{names}</ul></details>'

    def _left_out(self) -> str:
        kinds, head = texts_of("rollup")["left_out"], texts()["left_out"]["head"]
        rows = (
            _row(*map(_safe, (kinds[left.kind], left.code, left.name, left.why)), first=_TEXTS)
            for left in self._rollup.left_out
        )
        return _table(head[:_TEXTS], rows, first=_TEXTS)

    def _of_unit(self, line: Line) -> str:
        words, fields = _words(), self._columns.fields
        figures = {
            name: _shown(line.values.get(column), fields[column])
            for name, column in words["unit_columns"].items()
        }
        name = f"{line.name}（{line.code}）" if line.code else line.name
        about = words["unit"].format(**figures)
        parts = [_table(["", words["value"]], self._values(line))]
        if projects := self._projects[id(line)]:
            parts.append(self._of_projects(projects))
        if line.problems:
            parts.append(self._problems(line))
        return (
            f"<details><summary>{_safe(name)}<small>{_safe(about)}</small></summary>"
            f'<div id="{self._unit(line)}">{"".join(parts)}</div></details>'
        )

    def _values(self, line: Line) -> Iterator[str]:
        for column, declared in self._columns.fields.items():
            if column in line.doubts:
                doubt = line.doubts[column]
                shown = _safe(texts()["doubtful"].format(shown=doubt.shown))
                label = f"{_safe(declared.label)}<br><small>{_safe(doubt.reason)}</small>"
                yield f'<tr class="doubt"><td>{label}</td><td class="n">{shown}</td></tr>'
            elif column in line.values:
                flag = f"<br><small>{_safe(line.flags[column])}</small>" if column in line.flags else ""
                shown = _safe(_shown(line.values[column], declared))
                yield _row(_safe(declared.label) + flag, shown)

    def _of_projects(self, lines: Sequence[Line]) -> str:
        layout = load_rollup().projects
        listed = self._rollup.shown(texts()["projects"]["columns"], projects=True)
        head = [_words()["projects"], *(layout.fields[column].label for column in listed)]
        rows = []
        for line in lines:
            shown = [
                texts()["doubtful"].format(shown=line.doubts[column].shown)
                if column in line.doubts
                else _shown(line.values.get(column), layout.fields[column])
                for column in listed
            ]
            rows.append(_row(*map(_safe, (line.item, *shown))))
        return _table(head, rows)

    def _problems(self, line: Line) -> str:
        words = _words()
        rows = (
            _row(f'<a href="#k-{code}">{code}</a> {_safe(self._rollup.kinds[code].name)}', str(count))
            for code, count in sorted(line.problems.items())
        )
        return _table([words["problems"], words["count"]], rows)
