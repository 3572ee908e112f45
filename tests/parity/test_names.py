"""The formula by which a workbook compares names: engines and we give one text, equal for one name."""

import pytest

from tests.engines import formualizer_values, libreoffice_values
from tests.parity.comparison import same
from tests.parity.package import Formula, write_package
from xlperf.declarations.column_readings import plain_name
from xlperf.expressions import compile_expression, parse
from xlperf.notation.text import is_same_name

SAME = [
    ("岳阳市（君山区）政府办\n", "岳阳市(君山区)政府办"),
    ("第一〇中学", "第一○中学"),
    ("第１０中学", "第10中学"),
    ("甲　局 ", "甲局"),
    ("“甲”局", "\u200b甲\xa0局"),
    ("A－B·局", "A-B・局"),
]
OTHER = [("甲局", "乙局"), ("[101001]甲局", "甲局")]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[list[object]]:
    """For each name: what we, LibreOffice and formualizer make of it."""
    folder = tmp_path_factory.mktemp("names")
    names = [name for pair in (*SAME, *OTHER) for name in pair]
    path = folder / "names.xlsx"
    rows = [{1: name, 2: Formula(plain_name(f"A{row}"))} for row, name in enumerate(names, 1)]
    write_package({"S": rows}, path)
    engines = [libreoffice_values(path, folder / "out"), formualizer_values(path)]
    ours = compile_expression(parse(plain_name("名称")))
    return [
        [ours({"名称": name}), *(values.get(("S", f"B{row}")) for values in engines)]
        for row, name in enumerate(names, 1)
    ]


def test_all_agree(answers: list[list[object]]) -> None:
    assert all(same(ours, answer) for ours, *others in answers for answer in others)


def test_what_is_one_name_is_one_text(answers: list[list[object]]) -> None:
    ours = [answer[0] for answer in answers]
    pairs = list(zip(ours[::2], ours[1::2], strict=True))
    assert all(is_same_name(*names) for names in SAME)
    assert [name == other for name, other in pairs] == [True] * len(SAME) + [False] * len(OTHER)
