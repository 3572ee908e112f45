"""Received files → pages of cells → what the forms on them say."""
