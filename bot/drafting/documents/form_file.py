"""``document.yaml`` in the organisation's folder: the form of its papers. Without the file there is a plain form."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from bot.drafting.documents.form import Capacity, OfficeForm, Signer, plain_form
from bot.model.person import Agency
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import Text, UnitId
from bot.playbooks.yaml_files import Section, read_yaml, validate

DOCUMENT_FILE = "document.yaml"


class DocumentFaults(FileFaults):
    """A form that cannot be used."""


class SignerSection(Section):
    """How one person signs."""

    person: UnitId
    capacity: Literal["own", "TM", "Q", "KT", "TL", "TUQ"] = "own"
    title: Text
    of: Text | None = None
    collective: Text | None = None
    document: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> SignerSection:
        if self.capacity in ("TM", "KT", "TL", "TUQ") and self.of is None:
            raise ValueError(f"{self.capacity}. needs `of`: for whom they sign (NĐ 30/2020 Art. 13)")
        if self.capacity in ("own", "Q") and self.of is not None:
            raise ValueError(f"who signs as {self.capacity} signs for nobody else: take `of` out")
        if self.capacity == "TM" and self.collective is not None:
            raise ValueError("TM. names the body in `of`: take `collective` out")
        if self.capacity in ("TL", "TUQ") and self.collective is not None:
            raise ValueError(f"{self.capacity}. is not on behalf of a body: take `collective` out")
        if self.capacity == "TUQ" and self.document is None:
            raise ValueError("TUQ. needs `document`: the written mandate (NĐ 30/2020 Art. 13.4)")
        return self


class LetterSection(Section):
    """How a công văn differs: it answers somebody, and has no kind above its text."""

    symbol: Text | None = None
    recipients: list[Text] = Field(default_factory=list)
    template: Text | None = None


class DocumentSection(Section):
    """``document.yaml``."""

    agency: Text
    parent: Text | None = None
    symbol: Text | None = None
    place: Text | None = None
    recipients: list[Text] = Field(default_factory=list)
    filing: Text | None = None
    contact: Text | None = None
    size: Literal[13, 14] = 14
    signers: list[SignerSection] = Field(default_factory=list)
    template: Text | None = None
    letter: LetterSection = Field(default_factory=LetterSection)


def load_form(folder: Path, agency: Agency, people: Collection[str] | None = None) -> OfficeForm:
    """The form of the office in ``folder``; ``people`` are the ids that signers may have, None when not known here.

    Raises:
        DocumentFaults: something is wrong; it carries every fault found, each with file and line.
    """
    path, faults = folder / DOCUMENT_FILE, list[Fault]()
    if not path.exists():
        return plain_form(agency)
    file = read_yaml(path, faults)
    section = validate(DocumentSection, file, faults) if file else None
    if file is not None and section is not None:
        seen: set[str] = set()
        for number, signer in enumerate(section.signers):
            if people is not None and signer.person not in people:
                faults.append(file.fault(("signers", number, "person"), f"nobody is called {signer.person}"))
            if signer.person in seen:
                faults.append(file.fault(("signers", number, "person"), f"{signer.person} is given twice"))
            seen.add(signer.person)
        for template, where in ((section.template, ("template",)), (section.letter.template, ("letter", "template"))):
            if template is not None and not (folder / template).is_file():
                faults.append(file.fault(where, f"{template}: no such file beside {DOCUMENT_FILE}"))
    if faults or section is None:
        raise DocumentFaults(faults)
    return OfficeForm(
        agency=section.agency,
        parent=section.parent or "",
        symbol=section.symbol or "",
        place=section.place or "",
        recipients=tuple(section.recipients),
        filing=section.filing or "",
        contact=section.contact or "",
        size=section.size,
        signers=tuple(
            Signer(s.person, Capacity(s.capacity), s.title, s.of or "", s.collective or "", s.document or "")
            for s in section.signers
        ),
        template=folder / section.template if section.template else None,
        letter_symbol=section.letter.symbol or "",
        letter_recipients=tuple(section.letter.recipients),
        letter_template=folder / section.letter.template if section.letter.template else None,
    )
