"""The two published filings as records: figures as they were printed, mistakes included."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record

THREE = ("上年决算数", "本年预算数", "本年决算数")
FUNDS = ("年初预算数", "全年预算数", "全年执行数")
PARTS = {
    "收入": ("一般公共预算", "政府性基金", "专户非税", "其他资金"),
    "支出": ("基本支出", "项目支出"),
    **dict.fromkeys(("年度资金总额", "财政拨款", "上年结转", "其他资金"), FUNDS),
}
INDICATOR = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因")


def published(profile_id: str) -> tuple[Filing, Profile]:
    """The filing of that profile's demonstration data, computed, with the profile."""
    profile = load_profile(profile_id)
    data = json.loads((schemas_dir() / "demo" / f"{profile_id}.json").read_text("utf-8"))
    unit = dict(fields({**data["单位"], **data["支出"]}))
    records = [record(profile, alias, alias, unit, data["指标"].get("", ())) for alias in ("基础", "整体")]
    for entry in data["项目"]:
        own = {"主管部门": unit["主管部门"], "实施单位": unit["主管部门"], **dict(fields(entry))}
        records.append(record(profile, "项目", entry["项目名称"], own, data["指标"][entry["项目编号"]]))
    filing = Filing("001", str(unit["单位名称"]), profile_id, records)
    for filed in filing.records:
        compute(filed, profile)
    return filing, profile


def fields(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in entry.items():
        if isinstance(value, list):
            suffixes = PARTS.get(name, THREE if len(value) == 3 else THREE[1:])
            yield from (
                (f"{name}_{suffix}", number(part)) for suffix, part in zip(suffixes, value, strict=True)
            )
        else:
            yield name.replace("·", "_"), number(value)


def record(profile: Profile, alias: str, sheet: str, own: Mapping[str, Any], rows: Sequence[Any]) -> Record:
    form = profile.forms[alias]
    known = {name: value for name, value in own.items() if name in form.fields}
    indicators = [dict(zip(INDICATOR, map(number, row), strict=False)) for row in rows]
    return Record(alias, sheet, known, {"指标": indicators} if "指标" in form.tables else {})


def number(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value
