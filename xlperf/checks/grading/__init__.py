"""How a filing is graded: what of it is measured, the points that follow, and a table filled by hand."""
