"""Making the file: the office's frame or the built-in one, saved, read back and compared before anybody gets it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from docx.document import Document

from bot.drafting.documents.content import Content
from bot.drafting.documents.form import OfficeForm
from bot.drafting.documents.layout import lay_out
from bot.drafting.documents.marks import write_properties
from bot.drafting.documents.reading import read_back
from bot.drafting.documents.template import TemplateFault, fill
from bot.model.paper import NoPaper


def make_document(content: Content, form: OfficeForm) -> tuple[bytes, str]:
    """The .docx, and why the office's own template was not used; empty when it was, or when there is none.

    Raises:
        NoPaper: these words cannot be carried by a .docx byte for byte.
    """
    fault = ""
    frame = _frame(content, form)
    if frame is not None:
        try:
            return _in_frame(frame, content), ""
        except TemplateFault as error:
            fault = str(error)
    return _saved(_built_in(content), content), fault


def template_fault(content: Content, form: OfficeForm) -> str:
    """Why the office's own template cannot be used; empty when it can, or when there is none."""
    frame = _frame(content, form)
    if frame is None:
        return ""
    try:
        _in_frame(frame, content)
    except TemplateFault as error:
        return str(error)
    return ""


def _frame(content: Content, form: OfficeForm) -> Path | None:
    """The office's own template for this kind of paper."""
    return form.letter_template if content.addressee else form.template


def _in_frame(template: Path, content: Content) -> bytes:
    try:
        return _saved(fill(template, content), content)
    except TemplateFault:
        raise
    except Exception as error:  # a damaged file is met with odd errors, some of them only when it is saved
        raise TemplateFault(f"{template.name}: cannot be used: {type(error).__name__}: {str(error)[:80]}") from error


def _saved(document: Document, content: Content) -> bytes:
    write_properties(document, content)
    file = BytesIO()
    document.save(file)
    made = file.getvalue()
    read = read_back(made)
    if read.text != content.body or read.sha256 != content.sha256:
        raise NoPaper("bytes_differ", f"version {content.version}: what was written is not what is read back")
    return made


def _built_in(content: Content) -> Document:
    try:
        return lay_out(content)
    except ValueError as error:  # characters that XML does not know
        raise NoPaper("characters", str(error)[:120]) from error
