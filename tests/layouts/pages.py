"""A page drawn as text (pages/NN.txt) → its cells with their spans, and its forms as a reader takes them.

The markup, line by line: ``year``, ``unit``, ``make``, ``must`` and ``may`` describe the document, ``==
name`` begins a sheet, ``form kind`` a form, ``columns`` names the money columns, ``indicators`` the
columns of the indicator rows, ``level1`` the level of the rows that follow, ``^`` is a line above or
between tables, ``_`` one below, ``---`` ends a Word table, ``|`` is a row and ``&`` a row of an
indicator. In a row ``3>`` spans columns, ``~`` is a level left blank, ``{path}`` makes a value cell,
``{path=x}`` one that reads x, ``{*row}`` the first of a money row, ``[[name]]`` holds the nested table of
``=nested= name``, a quotation mark continues the cell above.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.layouts.content import Content, parse
from tests.layouts.truth import Form, Json

PAGES = Path(__file__).resolve().parent / "pages"
_ACROSS = re.compile(r"(\d+)>")
_FIELD = re.compile(r"\{(\*?)([^{}=]*)(?:=([^{}]*))?\}")
_NESTED = re.compile(r"\[\[(.+)\]\]")


@dataclass
class Cell:
    """A cell at a place of the grid, with the rows and columns it covers."""

    row: int
    column: int
    across: int
    down: int = 1
    content: Content = None
    nested: "Page | None" = None


@dataclass
class Page:
    """A sheet, or a part of a Word document."""

    name: str
    cells: list[Cell] = field(default_factory=list)
    lines: dict[int, list[str]] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    rows: int = 0
    options: set[str] = field(default_factory=set)

    @property
    def width(self) -> int:
        """Grid columns."""
        return max((cell.column + cell.across for cell in self.cells), default=1)

    def labelled(self) -> dict[str, str]:
        """Lines around the tables that read label：value; a reader may take them as fields."""
        lines = [part for listed in self.lines.values() for line in listed for part in line.split("|")]
        pairs = [re.split("[:：]", line.strip(), maxsplit=1) for line in lines]
        return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2 and pair[1].strip()}


@dataclass
class Document:
    """The pages of one document and what is said about it."""

    number: str
    year: int | None = None
    unit: str | None = None
    kinds: list[str] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    pages: list[Page] = field(default_factory=list)
    nested: dict[str, Page] = field(default_factory=dict)
    must: list[list[str]] = field(default_factory=list)
    may: list[list[str]] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)

    @property
    def forms(self) -> list[Form]:
        """Every form, in the order of the pages."""
        return [form for page in self.pages for form in page.forms]

    def json(self, conventions: str) -> Json:
        """What a perfect reader extracts."""
        kind = self.kinds[0]
        forms: list[Json] = []
        for page in self.pages:
            sheet = {} if kind == "docx" else {"sheet": page.name}
            optional = {"optional": page.labelled()} if page.labelled() else {}
            forms += [{"kind": form.official, **sheet, **form.json(), **optional} for form in page.forms]
        year = None if "undated" in self.options else self.year
        report = {"title": None, "unit": self.unit, "year": year}
        return {
            "source": f"{self.number}.{kind}",
            "report": report,
            "conventions": conventions,
            "forms": forms,
        }

    def findings(self) -> Json:
        """The planted defects, in the shape of NN.findings.json."""
        return {"must": self.must, "may": self.may, "must_not": "no other finding at 错误/警告"}


def documents() -> Iterator[Document]:
    """Every document of the folder pages."""
    for path in sorted(PAGES.glob("*.txt")):
        yield Reader(path.stem).document(path.read_text(encoding="utf-8"))


class Reader:
    """One drawn document on its way to cells and forms."""

    def __init__(self, number: str) -> None:
        self._document = Document(number)
        self._page = Page("")
        self._form: Form | None = None
        self._columns: list[str] = []
        self._open: dict[int, Cell] = {}

    def document(self, text: str) -> Document:
        """The whole of it; a line that no rule knows is an error."""
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            try:
                self._line(word, rest.strip() if word not in "|&" else rest)
            except Exception as failure:
                raise ValueError(f"{self._document.number}: {line}") from failure
        for cell in (cell for page in self._document.pages for cell in page.cells):
            if isinstance(cell.content, str) and (found := _NESTED.fullmatch(cell.content)):
                cell.content, cell.nested = None, self._document.nested[found[1]]
        return self._document

    def _line(self, word: str, rest: str) -> None:
        if word in ("|", "&"):
            self._row(rest, word == "&")
        elif word in ("==", "=nested="):
            self._begin(rest, word == "=nested=")
        elif word in ("^", "_", "---"):
            self._around(word, rest)
        elif word in ("form", "columns", "indicators", "level1"):
            self._of_form(word, rest)
        else:
            self._about(word, rest)

    def _about(self, word: str, rest: str) -> None:
        document = self._document
        match word:
            case "year":
                document.year = int(rest) if rest else None
            case "unit":
                document.unit = rest or None
            case "make":
                document.kinds = rest.split()
            case "options" | "faulty":
                getattr(document, word).update(rest.split())
            case "must" | "may":
                getattr(document, word).append([part.strip() for part in rest.split(";")])
            case _:
                raise ValueError(word)

    def _around(self, word: str, rest: str) -> None:
        page = self._page
        if word == "^":
            page.lines.setdefault(page.rows, []).append(rest)
        elif word == "_":
            page.below.append(rest)
        else:
            page.cuts.append(page.rows)
            self._open = {}

    def _of_form(self, word: str, rest: str) -> None:
        if word == "form":
            self._start(rest.split())
        elif word == "columns":
            self._columns = rest.split()
        elif self._form and word == "indicators":
            self._form.columns = rest.split()
        elif self._form:
            self._form.under(rest)

    def _begin(self, name: str, nested: bool) -> None:
        name, _, options = name.partition(";")
        self._page = Page(name.strip(), options=set(options.split()))
        self._open = {}
        if nested:
            self._document.nested[self._page.name] = self._page
        else:
            self._document.pages.append(self._page)

    def _start(self, words: list[str]) -> None:
        assert self._document.year is not None
        self._form = Form(words[0], self._document.year, set(words[1:]))
        self._document.pages[-1].forms.append(self._form)

    def _row(self, rest: str, indicator: bool) -> None:
        row, column = self._page.rows, 0
        following: list[str] = []
        values: list[tuple[str, Content]] = []
        for at, markup in enumerate(rest.split("|")):
            cell, text = self._cell(markup.strip(), row, column)
            if self._form and text is not None:
                self._value(cell, text, following)
            column += cell.across
            if indicator:
                assert self._form
                values.append((self._form.columns[at], cell.content))
        if indicator:
            assert self._form
            self._form.add(values)
        self._page.rows += 1

    def _cell(self, markup: str, row: int, column: int) -> tuple[Cell, str | None]:
        """The cell at a place; its text is None where it only continues the cell above."""
        if markup == '"':
            cell = self._open[column]
            cell.down += 1
            return cell, None
        across = 1
        if found := _ACROSS.match(markup):
            across, markup = int(found[1]), markup[found.end() :].strip()
        cell = Cell(row, column, across)
        for taken in range(column, column + across):
            self._open[taken] = cell
        self._page.cells.append(cell)
        cell.content = None if markup == "~" else parse(_FIELD.sub("", markup))
        return cell, markup

    def _value(self, cell: Cell, markup: str, following: list[str]) -> None:
        """The field of a value cell, and of the cells after the first of a money row."""
        assert self._form
        found = _FIELD.match(markup)
        read = parse(found[3]) if found and found[3] is not None else None
        if found and found[2] and not found[1]:
            for path in found[2].split(";"):
                self._form.put(path, cell.content, read)
            return
        if found and found[1]:
            block, *columns = self._columns
            following[:] = [f"{block}/{found[2]}/{column}" for column in columns]
        if following and not (path := following.pop(0)).endswith("/-"):
            self._form.put(path, cell.content, read)


def written(value: Json) -> str:
    """JSON as the truth files have it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
