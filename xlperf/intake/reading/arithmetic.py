"""All values found for each field → one, by sums and scores that hold on the page; else none, with why.

Arithmetic never chooses columns: it would repair the very mistakes that are to be found.
"""

from collections.abc import Sequence

from xlperf.intake.reading import names
from xlperf.intake.reading.board import Draft
from xlperf.intake.reading.form_readings import Account, FormReading, PageValue, Plain, Role, reason
from xlperf.intake.reading.texts import FULL_MARKS, Number, near, neat

_SCORE_MAY_DIFFER = 0.06
_RATE_MAY_DIFFER = 0.02
_WHOLE = 1.01


def settle(draft: Draft, account: Account) -> None:
    """Fill ``draft.form.fields``; cells whose values are not taken end unused."""
    form = draft.form
    for path, values in draft.found.items():
        form.fields[path] = _one_of(draft, path, values, account)
    if form.kind == names.UNIT and names.DEPARTMENT not in form.fields and names.CHARGE in form.fields:
        form.fields[names.DEPARTMENT] = form.fields.pop(names.CHARGE)
    _weights_as_parts(form)
    for path in draft.bare_rates:
        _settle_rate(form, path)
    for value in (*draft.totals, *draft.loose_totals):
        _settle_total(form, value, account, strict=value in draft.loose_totals)


def _one_of(draft: Draft, path: str, values: Sequence[PageValue], account: Account) -> PageValue:
    first = values[0]
    distinct: dict[Plain, PageValue] = {}
    for value in values:
        distinct.setdefault(value.value, value)
    if len(distinct) == 1:
        for value in values[1:]:
            if value.cell is not None and account.role(value.cell) is Role.VALUE:
                account.entries[id(value.cell)].reason = reason("again", path=path)
        return first
    chosen = _decided(draft, path, list(distinct.values()))
    printed = "、".join(str(plain) for plain in distinct)
    is_goal = path.startswith(names.GOALS)
    said = "several" if chosen is None else "headed" if is_goal else "summed"
    why = reason(said, path=path, values=printed)
    for value in values:
        if value is not chosen and not (chosen and is_goal and _filed(draft, value, account)):
            _drop(value, account, why)
    draft.form.problems.append(why)
    if chosen is not None:
        chosen.notes = (*chosen.notes, why)
        chosen.others = tuple(plain for plain in distinct if plain != chosen.value)
        return chosen
    return PageValue(None, first.cell, first.raw, doubt=why, others=tuple(distinct), labels=first.labels)


def _filed(draft: Draft, value: PageValue, account: Account) -> bool:
    """File a goal that another one is nearer to under its printed label; False where that is taken."""
    path = value.labels[0] if value.labels else ""
    if not path or path in draft.found or path in draft.form.fields:
        return False
    draft.form.fields[path] = value
    if value.cell is not None:
        account.entries[id(value.cell)].paths = (path,)
    return True


def _drop(value: PageValue, account: Account, why: str) -> None:
    if value.cell is not None and not value.part and account.role(value.cell) is Role.VALUE:
        account.change(value.cell, Role.UNUSED, why)


def _decided(draft: Draft, path: str, options: Sequence[PageValue]) -> PageValue | None:
    """The option with which a sum holds, if exactly one does."""
    row, _, column = path.rpartition("/")
    root = names.FUND_ROOTS[draft.form.kind]
    good: list[PageValue] = []
    if root and row.startswith(root) and column in (names.INITIAL, names.ADJUSTED, names.EXECUTED):
        good = [option for option in options if _adds_up(draft, row, column, option.value)]
    elif path.startswith(names.GOALS):
        good = [option for option in options if option.headings]
    elif path == names.TOTAL_SCORE:
        scores = _scores(draft)
        good = [option for option in options if near(option.value, scores, _SCORE_MAY_DIFFER)]
    elif path.endswith(f"{names.TOTAL_FUNDS}/{names.WEIGHT}"):
        good = [option for option in options if not option.part]
    return good[0] if len(good) == 1 else None


def _adds_up(draft: Draft, row: str, column: str, option: Plain) -> bool:
    """Whether total and sources agree with this value in its place; false where no source is there."""
    root = names.FUND_ROOTS[draft.form.kind]
    total_row = f"{root}/{names.TOTAL_FUNDS}"
    parts = [
        amount
        for path, values in draft.found.items()
        if path.startswith(root) and path.endswith(f"/{column}") and path.count("/") == 2
        if path not in (f"{total_row}/{column}", f"{row}/{column}")
        and len(values) == 1
        and isinstance(amount := values[0].value, int | float)
    ]
    if row == total_row:
        return bool(parts) and near(option, sum(parts))
    total = draft.found.get(f"{total_row}/{column}", [])
    if len(total) != 1 or not isinstance(option, int | float):
        return False
    return near(total[0].value, sum(parts) + option)


def _scores(draft: Draft) -> Number:
    path = f"{names.FUND_ROOTS[draft.form.kind]}/{names.TOTAL_FUNDS}/{names.SCORE}"
    own = [value.value for value in draft.found.get(path, ()) if isinstance(value.value, int | float)]
    return sum(own[:1]) + _sum(draft.form, "score")


def _sum(form: FormReading, column: str) -> Number:
    values = (row.plain(column) for row in form.indicators)
    return sum(value for value in values if isinstance(value, int | float))


def _weights_as_parts(form: FormReading) -> None:
    """Weights printed as parts of one (0.25) while scores are points: they are hundredths of 100."""
    weights = [found for row in form.indicators if (found := row.values.get("weight"))]
    numbers = [value.value for value in weights if isinstance(value.value, int | float)]
    scores = [score for row in form.indicators if isinstance(score := row.plain("score"), int | float)]
    if not numbers or sum(numbers) > _WHOLE or not any(score > 1 for score in scores):
        return
    for value in weights:
        if isinstance(value.value, int | float):
            value.value = neat(value.value * 100)
            value.notes = (*value.notes, reason("whole_weight"))


def _settle_rate(form: FormReading, path: str) -> None:
    """A rate without a percent sign is a share or a percentage, by B/A; far from both, it is doubted."""
    value = form.fields.get(path)
    if value is None or not isinstance(value.value, int | float):
        return
    row = path.rpartition("/")[0]
    budget = form.plain(f"{row}/{names.ADJUSTED}") or form.plain(f"{row}/{names.INITIAL}")
    executed = form.plain(f"{row}/{names.EXECUTED}")
    if isinstance(budget, int | float) and isinstance(executed, int | float) and budget:
        rate = executed / budget
        options = sorted([value.value, value.value / 100], key=lambda option: abs(option - rate))
        value.value = neat(options[0])
        if abs(options[0] - rate) > max(_RATE_MAY_DIFFER, abs(options[1] - rate) / 2):
            value.doubt = reason("rate_unclear")
    elif value.value > 1.5:
        value.value = neat(value.value / 100)


def _settle_total(form: FormReading, value: PageValue, account: Account, *, strict: bool) -> None:
    """A number of the row of totals under both 分值 and 得分, or in its label: which of both it is."""
    path = f"{names.FUND_ROOTS[form.kind]}/{names.TOTAL_FUNDS}"
    own_weight, own_score = form.plain(f"{path}/{names.WEIGHT}"), form.plain(f"{path}/{names.SCORE}")
    weights = _sum(form, "weight") + (own_weight if isinstance(own_weight, int | float) else 0)
    scores = _sum(form, "score") + (own_score if isinstance(own_score, int | float) else 0)
    is_score = near(value.value, scores, _SCORE_MAY_DIFFER)
    is_weight = near(value.value, weights, _SCORE_MAY_DIFFER)
    if strict and is_score == is_weight and form.indicators:
        field = ""
    elif is_score or (not strict and not is_weight and value.value != FULL_MARKS):
        field = names.TOTAL_SCORE
    elif is_weight:
        field = names.TOTAL_WEIGHT
    else:
        field = ""
    if not field:
        why = reason("total_undecided")
        form.problems.append(why)
        _drop(value, account, why)
        return
    if field in form.fields:
        _drop(value, account, reason("again", path=field))
        return
    form.fields[field] = value
    if value.cell is not None:
        account.entries[id(value.cell)].paths = (field,)
