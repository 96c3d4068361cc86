"""A version as a message of the Common Alerting Protocol (OASIS CAP 1.2), to be completed by whoever warns the public.

Only approved words and what an official decided (the level, the playbook) go into it. How urgent and how certain a
danger is, is not ours to judge: both are ``Unknown`` until the competent body says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from bot.model.incident import Incident
from bot.model.person import Agency
from bot.model.playbook import Bilingual
from bot.model.statement import StatementKind, StatementVersion, canonical, headline
from bot.model.xml_text import NOT_XML

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HEADLINE_LENGTH = 160
"""CAP 1.2 §3.2.2: some devices show only 160 characters."""

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SEVERITIES = MappingProxyType({1: "Minor", 2: "Moderate", 3: "Severe", 4: "Extreme"})
_LANGUAGES = MappingProxyType({"vi": "vi-VN", "en": "en-US"})
_CATEGORIES = MappingProxyType(
    {
        "flood-storm": "Met",
        "landslide": "Geo",
        "dam-discharge": "Infra",
        "fire-explosion": "Fire",
        "food-poisoning": "Health",
        "medical-incident": "Health",
        "epidemic": "Health",
        "vaccine-reaction": "Health",
        "animal-disease": "Health",
        "water-contamination": "Env",
        "environmental-pollution": "Env",
        "industrial-accident": "Safety",
        "traffic-accident": "Transport",
        "service-outage": "Infra",
        "infrastructure-failure": "Infra",
        "drowning-missing": "Rescue",
        "cyberattack": "Security",
        "data-breach": "Security",
        "protest-strike": "Security",
        "child-abuse": "Safety",
        "school-incident": "Safety",
    }
)


class NotCap(Exception):
    """The words cannot be carried by XML byte for byte."""


@dataclass(frozen=True, slots=True)
class CapOffice:
    """Who sends. ``status`` is what real messages say (``Draft`` or ``Actual``); ``web`` where our pages are."""

    sender: str
    area: str
    agency: Agency
    status: str = "Draft"
    web: str | None = None


def cap_message(
    office: CapOffice,
    incident: Incident,
    version: StatementVersion,
    refers_to: StatementVersion | None,
    event: Bilingual,
) -> bytes:
    """The message as XML, valid against OASIS' schema.

    Args:
        office: who sends.
        incident: whose words these are; those of a drill are an ``Exercise``.
        version: the words; each language's full text is an ``info``.
        refers_to: the version in public that these follow upon.
        event: what kind of matter it is, by its playbook.

    Raises:
        NotCap: characters that XML does not know.
    """
    ElementTree.register_namespace("", NAMESPACE)
    alert = ElementTree.Element(_tag("alert"))
    _add(alert, "identifier", identifier(version))
    _add(alert, "sender", office.sender)
    _add(alert, "sent", _instant(_said(version)))
    _add(alert, "status", "Exercise" if incident.drill else office.status)
    _add(alert, "msgType", _message_type(version))
    _add(alert, "scope", "Public")
    if refers_to is not None:
        _add(alert, "references", f"{office.sender},{identifier(refers_to)},{_instant(_said(refers_to))}")
    _add(alert, "incidents", incident.id)
    languages = sorted({key.partition("/")[0] for key in version.texts}, key=lambda lang: lang != "vi")
    for lang in languages:
        text = version.texts.get(f"{lang}/full")
        if text is not None:
            _info(alert, office, incident, version, lang, canonical(text), event)
    ElementTree.indent(alert)
    message: bytes = ElementTree.tostring(alert, encoding="utf-8", xml_declaration=True)
    return message + b"\n"


def identifier(version: StatementVersion) -> str:
    """Names one version for ever, in characters that CAP allows."""
    return f"{version.incident_id}-{version.version}"


def _info(
    alert: ElementTree.Element,
    office: CapOffice,
    incident: Incident,
    version: StatementVersion,
    lang: str,
    text: str,
    event: Bilingual,
) -> None:
    if NOT_XML.search(text) or "\r" in text:
        raise NotCap("characters that XML does not know")
    vietnamese = lang == "vi"
    info = ElementTree.SubElement(alert, _tag("info"))
    _add(info, "language", _LANGUAGES.get(lang, lang))
    _add(info, "category", _CATEGORIES.get(incident.playbook, "Other"))
    _add(info, "event", event.in_(lang))
    _add(info, "urgency", "Unknown")
    _add(info, "severity", _SEVERITIES[incident.level])
    _add(info, "certainty", "Unknown")
    _add(info, "effective", _instant(_said(version)))
    _add(info, "senderName", office.agency.name_vi if vietnamese else office.agency.name_en)
    _add(info, "headline", headline(text, HEADLINE_LENGTH))
    _add(info, "description", text)
    page = f"{office.web}/{identifier(version)}" + ("" if vietnamese else f"?lang={lang}")
    _add(info, "web", page if office.web else office.agency.channel_url)
    _add(info, "contact", office.agency.press_phone)
    for name, value in (("keng:sha256", version.sha256), ("keng:version", str(version.version))):
        parameter = ElementTree.SubElement(info, _tag("parameter"))
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    area = ElementTree.SubElement(info, _tag("area"))
    _add(area, "areaDesc", office.area)


def _message_type(version: StatementVersion) -> str:
    if version.refers_to is None:
        return "Alert"
    return "Cancel" if version.kind is StatementKind.RETRACTION else "Update"


def _said(version: StatementVersion) -> datetime:
    return version.approved_at or version.created_at


def _instant(at: datetime) -> str:
    """As CAP 1.2 §3.3.2 wants it: whole seconds, an offset in numbers and never Z."""
    return at.astimezone(_VIETNAM).replace(microsecond=0).isoformat()


def _add(parent: ElementTree.Element, name: str, words: str) -> None:
    ElementTree.SubElement(parent, _tag(name)).text = words


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
