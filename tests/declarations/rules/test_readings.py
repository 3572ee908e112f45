"""Native readings against those of the batch: the same, or said to be unread."""

import json
import re
from itertools import product
from random import Random

import pytest

from tests.declarations.rules.readings import FORM, PROFILE, TABLE, read_rows, read_text
from tests.profiles import WITH_TABLES
from xlperf.core.paths import schemas_dir
from xlperf.declarations.column_readings import native_columns, unread_sources
from xlperf.declarations.evaluation import derive_columns
from xlperf.declarations.profile import load_profile
from xlperf.declarations.value_display import undisplay
from xlperf.expressions import Node, native
from xlperf.expressions.tree import Binary, Call
from xlperf.notation import parse_date, parse_quantity
from xlperf.notation.declared_words import notation

NUMBERS = [
    "0",
    "5",
    "007",
    "98.5",
    "80",
    "2024",
    "1980",
    "0.05",
    ".5",
    "5.",
    "1.2.3",
    "123456789012345",
    "1234567890123456",
]
NUMBERS += ["1,234", "1 000", "-5", "+5", "1E5", "10-12", "1/2", "3:00", "９５", "12", "31.5", "20241231"]


def agreement(value: str | float) -> bool:
    """Whether the text is read natively; what is read must be what notation reads."""
    read, quantity = read_text(value), parse_quantity(value)
    if not read["年度指标值!可读"]:
        return False
    comparator, number, unit = (read[f"指标值_{part}"] for part in ("符号", "数", "单位"))
    if quantity is None:
        assert (comparator, number, unit) == ("", "", ""), value
    else:
        assert (comparator, unit) == (quantity.comparator, quantity.unit), value
        assert number == pytest.approx(quantity.value, rel=1e-14), value
    if isinstance(value, str):
        assert parse_date(value) is None, value
    return True


@pytest.mark.parametrize(
    ("text", "comparator", "number", "unit"),
    [
        ("1000人次", "=", 1000.0, "人次"),
        ("100%", "=", 1.0, "%"),
        ("≤80万元", "<=", 80.0, "万元"),
        ("≦80万", "<=", 80.0, "万元"),
        ("12次", "=", 12.0, "次"),
        ("98.5", "=", 98.5, ""),
        ("　≥ 50 次", ">=", 50.0, "次"),
        ("＝100％", "=", 1.0, "%"),
        ("不低于\n９５%", ">=", 0.95, "%"),
        ("百分之百", "=", 1.0, "%"),
        ("3年", "=", 3.0, "年"),
        (98.5, "=", 98.5, ""),
        (0.0, "=", 0.0, ""),
        ("效果明显", "", "", ""),
        (None, "", "", ""),
    ],
)
def test_plain_targets_are_read(text, comparator, number, unit):
    read = read_text(text)
    assert read["年度指标值!可读"] is True
    assert (read["指标值_符号"], read["指标值_数"], read["指标值_单位"]) == (comparator, number, unit)


UNSURE = ["10-12", "1/2", "1E5", "3:00", "1,234", "1 000", "2024年", "2024.12.31", "2024年12月前", "5亿元"]
UNSURE += ["5000元", "3百", "5千克", "完成5号楼", "-5", "5.", "1.2.3", "1234567890123456", "90|次", "> =5"]


@pytest.mark.parametrize("text", [*UNSURE, "5次以上", 0.95, 45657.0])
def test_what_formulas_cannot_be_sure_of_is_left_to_the_batch(text):
    read = read_text(text)
    assert read["年度指标值!可读"] is False
    assert read["指标值_数"] == ""


def test_every_declared_comparator_and_unit_reads_as_in_the_batch():
    declared = notation()
    words = ["", *(word for meaning in declared["comparators"]["before"].values() for word in meaning)]
    units = [
        "",
        "%",
        "‰",
        *declared["units"],
        *(word for others in declared["units"].values() for word in others),
    ]
    units += ["元", "万元", "万", "亿", "亿元", "百", "千", "元整", "万元整", "元/亩", "篇、条", "月", "日"]
    read = [agreement(f"{word}5{unit}") for word, unit in product(words, units)]
    assert sum(read) > len(read) / 2


def random_text(chance: Random) -> str:
    """Comparators, numbers and units put together, some with other texts around them."""
    declared = notation()
    words = [word for meaning in declared["comparators"]["before"].values() for word in meaning]
    after = [word for meaning in declared["comparators"]["after"].values() for word in meaning]
    odd = [
        *after,
        *declared["words"]["lead"],
        *declared["words"]["label_endings"],
        *declared["numbers"]["multipliers"],
    ]
    odd += ["|", "。", "％", "-", "~", "、", "百分之", "多", "每", "²", "月", "日", "号", *NUMBERS]
    blanks = [" ", "　", "\n", "\t", "\u200b"]
    pieces = [
        chance.choice(["", *words]),
        chance.choice(NUMBERS),
        chance.choice(["", "%", "万元", *declared["units"]]),
    ]
    for _ in range(chance.choice([0, 0, 1, 2])):
        pieces.insert(chance.randint(0, len(pieces)), chance.choice(odd))
    return "".join(piece + (chance.choice(blanks) if chance.random() < 0.1 else "") for piece in pieces)


def test_random_texts_never_contradict_the_batch():
    chance = Random(7)
    read = sum(agreement(random_text(chance)) for _ in range(20_000))
    assert read > 2_000


def published_targets():
    for path in (schemas_dir() / "demo").glob("hunan-*.json"):
        for rows in json.loads(path.read_text("utf-8"))["指标"].values():
            for row in rows:
                yield from (str(goal) for goal in row[3:5])


def test_nearly_all_published_quantities_are_read_natively():
    quantities = [text for text in published_targets() if parse_quantity(text)]
    assert sum(map(agreement, quantities)) >= 0.95 * len(quantities)
    assert [
        text for text in published_targets() if not agreement(text) and not any(map(str.isdigit, text))
    ] == []


LEVELS = [
    "产出指标\n（50分）",
    "产出指标(50分)",
    "产出指标",
    "效益指标 （30 分）",
    "效益指标50分",
    "满意度指标[10%]",
]
LEVELS += [
    "特色指标（5）",
    "特色指标（社会）",
    "产出（含）指标",
    "成本",
    "（50分）",
    "50",
    "　",
    None,
    None,
    None,
    None,
]


def test_levels_are_filled_down_and_read_as_in_the_batch():
    chance, field = Random(3), TABLE.columns["一级指标"]
    seen = 0
    for _ in range(400):
        cells = [
            {
                "一级指标": chance.choice(LEVELS),
                "二级指标": chance.choice(["数量指标", "成本指标", "质量指标", "　", None, None, None]),
                "三级指标": chance.choice(["培训", "维修", "采购", None]),
            }
            for _ in range(8)
        ]
        batch = []
        for row in batch_rows(cells, field):
            if row["三级指标"] is not None:
                batch.append(row)
        derive_columns(batch, TABLE, PROFILE.indicators[FORM.alias])
        native_rows = [row for row in read_rows(cells) if row["行_有"]]
        assert len(native_rows) == len(batch)
        if all(row["一级指标!可读"] for row in native_rows):
            seen += 1
            for name in ("一级指标", "二级指标", "一级权重", "一级首行", "二级首行"):
                assert [row[name] for row in native_rows] == [
                    "" if row[name] is None else row[name] for row in batch
                ], cells
    assert seen > 100


def batch_rows(cells, field):
    """The rows as the reader of received workbooks gives them: labels cleaned, levels filled down."""
    above = {"一级指标": None, "二级指标": None}
    for cell in cells:
        first, second = cell["一级指标"], cell["二级指标"]
        row = {
            **cell,
            "一级指标": first and undisplay(field, first),
            "二级指标": second if second and second.strip() else None,
        }
        if row["一级指标"] is None:
            row["一级指标"] = above["一级指标"]
            row["二级指标"] = row["二级指标"] or above["二级指标"]
        above = row
        yield row


def depth(node: Node) -> int:
    """How deep functions are nested; Excel takes 64 levels."""
    match node:
        case Call(arguments=arguments):
            return 1 + max(map(depth, arguments), default=0)
        case Binary(left=left, right=right):
            return max(depth(left), depth(right))
    return 0


@pytest.mark.parametrize("name", WITH_TABLES)
def test_native_columns_keep_within_what_excel_takes(name):
    profile = load_profile(name)
    for form in profile.forms.values():
        for table in form.tables.values():
            for node in native_columns(form, table, profile).values():
                text = native(node, lambda _: "'项目支出绩效自评表12'!$AB$123")
                assert len(text) < 4000
                assert depth(node) <= 64
                assert all(len(literal) <= 255 for literal in re.findall('"((?:[^"]|"")*)"', text))


@pytest.mark.parametrize(
    ("code", "sources"),
    [
        ("S614", ("实际完成值", "年度指标值", "一级指标")),
        ("S635", ("指标_年度指标值",)),
        ("S607", ("一级指标", "指标_一级指标")),
        ("S606", ()),
    ],
)
def test_what_a_verdict_rests_on(code, sources):
    instance = PROFILE.rules[code].instances[0]
    nodes = (instance.when, instance.check, instance.expected, instance.terms)
    assert set(unread_sources(nodes, TABLE)) == set(sources)
