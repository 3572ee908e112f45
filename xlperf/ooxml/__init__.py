"""Office packages (.xlsx, .docx) as bytes: opened within limits, read, changed part by part, written."""
