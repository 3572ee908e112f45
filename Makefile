.PHONY: demo page test lint tests long fuzz setup

demo:  ## 安装并运行主任务：填报、校验一个区的 300 家单位
	@.ci/setup
	@.venv/bin/xlperf demo

page:  ## 生成自查网页：自查.html，发给单位，在浏览器里检查，不装任何程序
	@.ci/setup page
	@.venv/bin/xlperf page build --engine .venv/engine/node_modules/pyodide --force

test:  ## 安装测试所需（含 LibreOffice）并跑完全部检查
	@.ci/setup test
	@$(MAKE) --no-print-directory --jobs 2 lint tests

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy

tests:
	.venv/bin/pytest -n 2 --dist loadfile -m "not long" --durations=20

long:  ## 费时的测试（不在 test 中）：同类事例里的其余，要等很久的
	@.ci/setup test
	.venv/bin/pytest -n 2 --dist loadfile -m long

fuzz:  ## 性质测试换新的随机例子再跑一遍（比 test 慢，不在其中）
	@.ci/setup test
	XLPERF_FUZZ=1 .venv/bin/pytest -n 2 $$(grep -rl "from hypothesis" --include="test_*.py" tests)

setup:  ## 只安装
	@.ci/setup test
