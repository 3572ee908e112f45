"""A season of filing in one file: what units sent in each round, what was answered, returned, accepted."""
