.PHONY: demo test setup

demo:  ## 安装并运行主任务：填报、校验一个区的 300 家单位
	@.ci/setup
	@.venv/bin/xlperf demo

test:  ## 安装测试所需（含 LibreOffice）并跑完全部检查
	@.ci/setup test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy
	.venv/bin/pytest -n 2 --dist loadfile --durations=20

setup:  ## 只安装
	@.ci/setup test
