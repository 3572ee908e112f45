"""Packages to grade: the good workbook of a made-up unit and a report of our own words."""

import io
from collections.abc import Sequence
from pathlib import Path

import docx

from tests.received import good as g

UNIT = g.filing().unit_name
SECTIONS = {
    "一、单位基本情况": ["负责辖区综合事务。"],
    "二、一般公共预算支出情况": ["全年支出用于人员和项目。"],
    "三、部门整体支出绩效情况": ["年度目标基本完成，服务对象满意。"],
    "四、存在的问题及原因分析": ["一是预算编制不细。", "二是资产台账更新不及时。", "三是采购计划执行偏慢。"],
    "五、下一步改进措施": ["一是细化预算编制。", "二是按季盘点资产。"],
    "六、自评结果拟应用和公开情况": ["自评结果用于下年度预算安排。"],
}


def report(sections: dict[str, Sequence[str]] = SECTIONS) -> bytes:
    document = docx.Document()
    document.add_paragraph(f"2024年度{UNIT}部门整体支出绩效自评报告")
    for title, texts in sections.items():
        document.add_paragraph(title)
        for text in texts:
            document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def write_package(folder: Path, sections: dict[str, Sequence[str]] | None = SECTIONS) -> Path:
    """A folder named after its unit; without ``sections`` there is no report."""
    home = folder / f"{g.filing().unit_code}_{UNIT}"
    home.mkdir(parents=True)
    (home / g.file_name()).write_bytes(g.good())
    if sections is not None:
        (home / "自评报告.docx").write_bytes(report(sections))
    return folder
