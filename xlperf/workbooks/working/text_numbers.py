"""Numbers typed as text, which no formula counts → one line a sheet that names their cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.declarations.codes import builtin_codes
from xlperf.declarations.forms_and_rules import Form, Profile, Severity
from xlperf.declarations.native_formulas import call, message_node
from xlperf.declarations.rule_loading import read_message
from xlperf.declarations.source import texts_of
from xlperf.expressions import Evaluator, Node, compile_expression, native
from xlperf.expressions.tree import Binary, Number, Reference, Text
from xlperf.notation.declared_words import notation
from xlperf.workbooks.working.cases import verdict_words
from xlperf.workbooks.working.check_lines import VALUE, letter, own, rank_formula
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.entries import Content, Contents, Entries, LineTally, Shown
from xlperf.workbooks.working.filing_scopes import NameValues, SheetScope
from xlperf.workbooks.working.helper_plan import SheetInstance
from xlperf.workbooks.working.locate import OWN, TARGET, Locator, finish
from xlperf.workbooks.working.score_sheet import ScoreSheet, block_columns

NOTHING = "line!nothing"
"""The ways to say that there is no number, between bars; kept in a hidden cell of the first row."""
_REST = Number(999.0)


@dataclass(frozen=True, slots=True)
class TextNumberFormulas:
    """The labels of the cells of a form that hold text for a number, as a formula; and the message."""

    labels: Node
    labels_of: Evaluator
    message: Node
    message_of: Evaluator


@dataclass(frozen=True, slots=True)
class TextNumbers(Entries):
    """The line of one sheet."""

    profile: Profile
    site: SheetInstance
    directory: DirectorySheet
    score: ScoreSheet

    def __len__(self) -> int:
        return 1

    def contents(self, row: int) -> Iterator[Contents]:
        """See Entries."""
        words, texts = verdict_words(), texts_of("working")["check"]["text_numbers"]
        found = _found(self.site.form)
        placed = self.score.on(self.site)
        blocks = {block.block.table.id: block_columns(block.block, named=True) for block in placed}
        special = {VALUE: own("value"), NOTHING: f"${letter('slot')}$1"}
        locator = Locator(self.profile, self.site.form, blocks=blocks, special=special)
        marks = {OWN: str(row), TARGET: str(self.site.number), **self.score.marks(self.site)}
        code, verdict = builtin_codes()[texts["code"]], own("verdict")
        level = str(list(Severity).index(code.severity) + 1)
        formulas = {
            "sheet": (self.directory.cell("title", self.site), self.site.title),
            "verdict": (f'IF({own("value")}="","{words.ok}","{words.broken}")', words.ok),
            "value": (native(found.labels, locator), ""),
            "message": (f'IF({verdict}="{words.broken}",{native(found.message, locator)},"")', ""),
            "fix": (f'IF({verdict}="{words.broken}","{texts["fix"]}","")', ""),
            "rank": (f'IF({verdict}="{words.broken}",{rank_formula(level, "0")},"")', ""),
        }
        yield {
            **{role: Content("", text) for role, text in self._constants().items()},
            **{role: Content(finish(text, marks), value) for role, (text, value) in formulas.items()},
        }

    def _constants(self) -> dict[str, str]:
        texts = texts_of("working")["check"]["text_numbers"]
        code = builtin_codes()[texts["code"]]
        constants = {"severity": code.severity.value, "code": code.code, "basis": code.basis}
        return constants | {"subject": texts["subject"], "rule": texts["name"]}

    def judge(self, common: NameValues, scopes: Sequence[SheetScope], row: int, tally: LineTally) -> None:
        """See Entries."""
        found = _found(self.site.form)
        texts = texts_of("working")["check"]["text_numbers"]
        scope = scopes[self.site.number - 1].scope
        scope[NOTHING] = nothing()
        if labels := found.labels_of(scope):
            scope[VALUE] = labels
            shown: Shown = {"verdict": verdict_words().broken, "value": labels}
            shown |= {"message": found.message_of(scope), "fix": texts["fix"]}
            known: Shown = {**self._constants(), "sheet": self.site.title}
            tally.problem(row, builtin_codes()[texts["code"]].severity, self.site.number, shown, known)


@cache
def _found(form: Form) -> TextNumberFormulas:
    joined: Node = Text("")
    for label in _labels(form):
        joined = Binary("&", joined, label)
    labels = call("MID", joined, Number(2.0), _REST)
    text = read_message(
        texts_of("working")["check"]["text_numbers"]["message"], "working.json：text_numbers/message"
    )
    message = message_node(text, {"值": Reference(VALUE)})
    return TextNumberFormulas(labels, compile_expression(labels), message, compile_expression(message))


def _labels(form: Form) -> Iterator[Node]:
    """For each number typed in: its label where the cell holds text, else nothing."""
    join = texts_of("working")["check"]["text_numbers"]["join"]
    for field in form.fields.values():
        if field.type.number and field.formula is None:
            bars = Binary("&", Binary("&", Text("|"), call("TRIM", Reference(field.id))), Text("|"))
            is_other = call("ISERROR", call("FIND", bars, Reference(NOTHING)))
            label = call("IF", is_other, Text(join + field.label), Text(""))
            yield call("IF", call("ISTEXT", Reference(field.id)), label, Text(""))
    for table in form.tables.values():
        for column in table.columns.values():
            if column.type.number and not column.virtual:
                cells = Reference(f"{table.id}_{column.id}")
                filled = call("SUMPRODUCT", Binary("*", Binary("<>", cells, Text("")), Number(1.0)))
                label = call(
                    "IF", Binary(">", filled, call("COUNT", cells)), Text(join + column.label), Text("")
                )
                yield call("IFERROR", label, Text(""))


def nothing() -> str:
    """The words of notation for "no number" and its marks, single and doubled, between bars."""
    declared_nothing: Mapping[str, Any] = notation()["nothing"]
    marks: Iterable[str] = declared_nothing["marks"]
    words = ["", *marks, *(2 * mark for mark in marks), *declared_nothing["words"]]
    return f"|{'|'.join(words)}|"
