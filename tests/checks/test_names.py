"""What rules see of a filing: own values before the single forms', whole columns, printed decimals."""

from xlperf.checks.scopes import Scopes
from xlperf.declarations.evaluation import compute
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Provenance, Record

HENGYANG = load_profile("hunan-hengyang-2023")


def names(*records: Record) -> Scopes:
    return Scopes(Filing("1", "甲", HENGYANG.id, list(records)), HENGYANG)


def project(rows=(), **fields) -> Record:
    record = Record("项目", "项目支出绩效自评表1", dict(fields), {"指标": [dict(row) for row in rows]})
    compute(record, HENGYANG)
    return record


def test_own_values_come_before_single_forms_and_sheets():
    base = Record("基础", "基础数据表", {"项目支出_本年决算数": 616.73})
    sheets = [project(财政拨款_全年执行数=40.0), project(财政拨款_全年执行数=16.98)]
    all_names = names(base, *sheets)
    seen = all_names.record(sheets[1])
    assert seen["财政拨款_全年执行数"] == 16.98
    assert seen["项目支出_本年决算数"] == 616.73
    assert seen["项目!年度资金总额_全年执行数"] == [40.0, 16.98]
    assert seen["参数!执行分值"] == 10
    assert all_names.filing["收入_其他资金"] is None


def test_printed_digits_come_from_the_cell_where_known():
    record = project(执行率=0.999)
    record.provenance["执行率"] = Provenance("项目支出绩效自评表1", "H9", digits=3)
    seen = names(record).record(record)
    assert seen["digits!执行率"] == 3
    assert seen["digits!执行率得分"] == 2


def test_rows_have_columns_by_bare_name_and_whole_columns():
    rows = [{"一级指标": "产出指标", "分值": 5.0}, {"一级指标": "产出指标", "分值": 15.0}]
    record = project(rows=rows)
    seen = [dict(row) for _, row in names(record).rows(record, HENGYANG.forms["项目"].tables["指标"])]
    assert [row["分值"] for row in seen] == [5.0, 15.0]
    assert seen[1]["指标_分值"] == [5.0, 15.0]
    assert seen[1]["一级权重"] == 20
    assert [row["一级首行"] for row in seen] == [True, False]


def test_decimals_of_one_row_do_not_pass_to_the_next():
    record = project(rows=[{"分值": 5.0}, {"分值": 15.0}, {"分值": 20.0}])
    record.provenance["指标", 1, "分值"] = Provenance("项目支出绩效自评表1", "F9", digits=0)
    rows = names(record).rows(record, HENGYANG.forms["项目"].tables["指标"])
    standard = HENGYANG.forms["项目"].tables["指标"].columns["分值"].type.digits
    assert [row["digits!分值"] for _, row in rows] == [standard, 0, standard]


def test_virtual_columns_are_computed_where_no_cell_shows_them():
    record = Record("项目", "项目支出绩效自评表1", {}, {"指标": [{"二级指标": "成本指标", "分值": 8.0}]})
    (row,) = (dict(row) for _, row in names(record).rows(record, HENGYANG.forms["项目"].tables["指标"]))
    assert row["成本类"] is True
    assert row["可比"] is False
