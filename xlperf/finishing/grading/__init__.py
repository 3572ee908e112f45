"""Filing packages and their dates → the 考核评分表 of each unit and the ranking of all."""
