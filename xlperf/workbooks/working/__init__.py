"""The helper sheets of a working copy (目录, 计分, 校验): planned once for a set of official sheets, filled for each unit."""
