"""Pages of visible cells → what the forms on them say, by labels and headings, never by position.

``read.read_document`` reads a Document; ``export.exported`` makes the JSON of ``xlperf import`` of it;
``lexicon.lexicon`` is what texts mean, with what a bureau adds. A sealed workbook needs none of it.
"""
