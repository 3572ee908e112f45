"""xlperf: fill, check and hand back the workbooks of 预算绩效自评."""
