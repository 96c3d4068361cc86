"""Documents in the form of NĐ 30/2020: from an exact version to a .docx that a registry clerk completes by hand.

The number, the seal and the signature are never ours (Art. 15): the place for the number stays empty. The body is the
approved text, paragraph for paragraph; every file is read back and compared before it is handed out.
"""

from bot.drafting.documents.content import Content, content_of, is_letter
from bot.drafting.documents.form import Capacity, OfficeForm, Signer
from bot.drafting.documents.form_file import DOCUMENT_FILE, DocumentFaults, load_form
from bot.drafting.documents.making import make_document, template_fault
from bot.drafting.documents.reading import ReadBack, read_back
from bot.drafting.documents.template import TemplateFault

__all__ = [
    "DOCUMENT_FILE",
    "Capacity",
    "Content",
    "DocumentFaults",
    "OfficeForm",
    "ReadBack",
    "Signer",
    "TemplateFault",
    "content_of",
    "is_letter",
    "load_form",
    "make_document",
    "read_back",
    "template_fault",
]
