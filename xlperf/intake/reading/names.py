"""The official names of fields, rows and columns that the reading reasons about, each written once."""

SUMMARY = "汇总"
BASIC, UNIT, PROJECT, ASSESSMENT = "基础", "整体", "项目", "考核"
"""The kinds of form, by the aliases that schemas/exported.json knows."""

TOTAL_FUNDS = "年度资金总额"
INITIAL, ADJUSTED, EXECUTED = "年初预算数", "全年预算数", "全年执行数"
BUDGET, SOME_BUDGET, FINAL = "预算数", "预算数?", "决算数"
WEIGHT, RATE, SCORE = "分值", "执行率", "得分"
AMOUNTS = (INITIAL, ADJUSTED, SOME_BUDGET, EXECUTED)
FUND_ROOTS = {PROJECT: "项目资金", UNIT: "年度预算申请", BASIC: "", ASSESSMENT: ""}

GRANTS, GRANTS_WORD, GENERAL = "当年财政拨款", "财政拨款", "一般公共"
GENERAL_BUDGET, GOVERNMENT_FUNDS = "按收入性质分/一般公共预算", "按收入性质分/政府性基金拨款"
GOALS, EXPECTED, ACHIEVED = "年度总体目标", "预期目标", "实际完成情况"
TOTAL, GRADE, UNDECIDED = "总分", "等级", "?"
TOTAL_WEIGHT, TOTAL_SCORE, TOTAL_GRADE = f"{TOTAL}/{WEIGHT}", f"{TOTAL}/{SCORE}", f"{TOTAL}/{GRADE}"
SUM, SUM_WEIGHT, SUM_SCORE = "合计", "合计/分值", "合计/评分"

PROJECT_NAME, CHARGE, DOER, DEPARTMENT = "项目支出名称", "主管部门", "实施单位", "预算部门名称"
OWN_NAME, UNIT_NAME = "@", "单位名称"
SIGNATURES = ("填表人", "填报日期", "联系电话", "单位负责人签字")
NAME_FIELDS = (PROJECT_NAME, CHARGE, DOER, DEPARTMENT)
STAFF, BUILDINGS, THREE_PUBLIC = "财政供养人员情况", "楼堂馆所控制情况", "三公经费"
STAFF_QUOTA = f"{STAFF}/编制数"
BASIC_STARTS = (STAFF, THREE_PUBLIC, "公用经费", BUILDINGS, "政府采购")
BASIC_PARENTS = ("项目支出", "公用经费", THREE_PUBLIC)

LEVEL1, LEVEL2, LEVEL3 = "一级", "二级", "三级"
LEVELS = (LEVEL1, LEVEL2, LEVEL3)
LEVEL1_POINTS = "一级分值"
TARGET, NEW_TARGET, ACTUAL, REASON = "target", "target_adjusted", "actual", "deviation"
SIGN, MEASURE, REMARK, NUMBER = "sign", "unit", "remark", "number"
MONEY_UNIT, PERCENT_SIGN = "万元", "%"
POINTS_WORD = "分"
NOWHERE = ""
