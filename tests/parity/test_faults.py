"""Each fault declared for an engine is real: its smallest case goes wrong there, and only there."""

import pytest

from tests.engines import formualizer_values, libreoffice_values
from tests.parity.comparison import same
from tests.parity.faults import FAULTS, FORMUALIZER, LIBREOFFICE, Fault
from tests.parity.package import Formula, write_package
from xlperf.expressions import compile_expression, parse


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """The case of each fault as either engine answers it; all are in one workbook."""
    folder = tmp_path_factory.mktemp("faults")
    path = folder / "faults.xlsx"
    rows = [
        {1: fault.value, 2: Formula(fault.case.replace("A1", f"A{row}"))}
        for row, fault in enumerate(FAULTS, 1)
    ]
    write_package({"S": rows}, path)
    found = {LIBREOFFICE: libreoffice_values(path, folder / "out"), FORMUALIZER: formualizer_values(path)}
    return {
        engine: [values.get(("S", f"B{row}")) for row in range(1, len(FAULTS) + 1)]
        for engine, values in found.items()
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.construct)
def test_only_the_named_engine_is_wrong(fault: Fault, answers: dict[str, list[object]]) -> None:
    number = FAULTS.index(fault)
    other = FORMUALIZER if fault.engine == LIBREOFFICE else LIBREOFFICE
    assert same(fault.wrong, answers[fault.engine][number])
    assert same(fault.right, answers[other][number])
    assert not same(fault.right, fault.wrong)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.construct)
def test_we_are_right(fault: Fault) -> None:
    node = parse(fault.case.replace("A1", "值"))
    assert same(compile_expression(node)({"值": fault.value}), fault.right)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.construct)
def test_it_is_recognised(fault: Fault) -> None:
    assert fault.applies(fault.case, [fault.value])
    assert not fault.applies("甲+1", [0.5, "文字", None])
