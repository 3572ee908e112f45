"""A Word template with fields in braces, and what is put into them → a .docx file, the same at each run.

Texts are put in as texts: nothing in them is read as a field.
"""

import gc
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.errors import InputError
from xlperf.core.lazy import LazyModule
from xlperf.ooxml.package_writing import undated
from xlperf.outputs.finding_texts import one_line

if TYPE_CHECKING:
    import docxtpl
    from jinja2 import sandbox
else:
    docxtpl = LazyModule("docxtpl")
    sandbox = LazyModule("jinja2.sandbox")

_YOUNG = 0
"""What a document leaves behind: its parts name each other, and five megabytes a letter would wait."""


def filled_document(
    template: Path,
    context: Mapping[str, object],
    refusal: Callable[[str], str],
    finish: Callable[[Any], None] | None = None,
) -> bytes:
    """The document as bytes; ``finish`` gets it, as docxtpl has it, before it is saved.

    Raises InputError for a ``template`` that cannot be filled in; ``refusal`` words it, given the reason.
    """
    stream = io.BytesIO()
    try:
        document = docxtpl.DocxTemplate(template)
        document.render(context, sandbox.SandboxedEnvironment(), autoescape=True)
        if finish:
            finish(document)
        document.save(stream)
        del document
    except Exception as error:
        reason = one_line(str(error)) or type(error).__name__
        raise InputError(refusal(reason)) from error
    gc.collect(_YOUNG)
    return undated(stream)
