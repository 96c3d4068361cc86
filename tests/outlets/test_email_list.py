"""The press list over a real mail server: one letter each, exact words, and a state for every copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.headerregistry import Address

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import delete

from bot.channels.email.smtp import MailServer, Security
from bot.model.outlet_letter import CopyState
from bot.model.paper import NoPaper, Paper, PaperFormat, no_papers
from bot.model.statement import StatementKind, text_sha256
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication
from bot.outlets.email_list import GIVE_UP_AFTER, NAME, EmailListOutlet, PressList
from bot.outlets.press_letter import DkimKey, Letterhead
from bot.store import outlet_letters, publishing_stops, schema_outlets
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.outlets.samples import TEXT, a_publication, stored
from tests.postoffice import PostOffice, open_post_office
from tests.store.samples import NIGHT, an_incident

PRESS = tuple(f"tin{n}@bao.example" for n in range(1, 6))
HEAD = Letterhead(Address("Thông cáo", addr_spec="phatngon@tinh.example"), unsubscribe="mailto:bo@tinh.example")


@pytest.fixture
async def post() -> AsyncIterator[PostOffice]:
    async with open_post_office() as office:
        yield office


class Desk:
    """The outlet over a store and a mail server."""

    def __init__(self, database: Database, clock: MovableClock, post: PostOffice, **given: object) -> None:
        self.database, self.post = database, post
        press = PressList(PRESS, **{k: v for k, v in given.items() if k in PressList.__dataclass_fields__})
        self.outlet = EmailListOutlet(
            MailServer("127.0.0.1", post.port, Security.NONE, timeout=5),
            given.get("head", HEAD),
            press,
            database,
            clock,
            given.get("papers", no_papers),
            given.get("dkim"),
        )

    async def states(self, publication: Publication) -> dict[str, str]:
        async with self.database.read() as tx:
            letters = await outlet_letters.of_version(tx, publication.incident.id, publication.version.version, NAME)
        return {letter.address: letter.state.value for letter in letters}


@pytest.fixture
def desk(database: Database, clock: MovableClock, post: PostOffice) -> Desk:
    return Desk(database, clock, post)


async def test_everybody_gets_one_letter_of_their_own_with_exactly_the_approved_words(desk: Desk) -> None:
    publication = await stored(desk.database, NAME)
    assert await desk.outlet.publish(publication) == "5/5"
    assert [m["To"] for m in desk.post.sent] == list(PRESS)
    for letter in desk.post.sent:
        said = letter.get_content().encode().replace(b"\r\n", b"\n")
        assert said == f"{TEXT}\n".encode(), "the words, and the line end that every letter has"
        assert letter["Keng-SHA256"] == text_sha256(TEXT)
        assert not any(other in letter.as_string() for other in PRESS if other != letter["To"])
        assert (letter["Auto-Submitted"], letter["List-Unsubscribe"]) == ("auto-generated", "<mailto:bo@tinh.example>")
        assert letter["Subject"] == "THÔNG TIN BAN ĐẦU (số 1)"
    assert len({m["Message-ID"] for m in desk.post.sent}) == 5


async def test_another_call_sends_nobody_a_second_letter(desk: Desk) -> None:
    publication = await stored(desk.database, NAME)
    await desk.outlet.publish(publication)
    assert await desk.outlet.publish(replace(publication, attempt=2)) == "5/5"
    assert len(desk.post.sent) == 5


async def test_a_server_that_takes_the_letter_and_drops_the_line_leaves_a_doubt_that_is_not_sent_again(
    desk: Desk,
) -> None:
    publication, desk.post.drops = await stored(desk.database, NAME), 1
    with pytest.raises(DeliveryInDoubt, match=r"tin1@bao\.example") as raised:
        await desk.outlet.publish(publication)
    assert raised.value.some_went, "the others have the words for certain"
    assert await desk.states(publication) == dict.fromkeys(PRESS, "sent") | {PRESS[0]: "unknown"}
    with pytest.raises(DeliveryInDoubt):
        await desk.outlet.publish(replace(publication, attempt=2))
    assert [m["To"] for m in desk.post.heard].count(PRESS[0]) == 1


async def test_a_server_that_drops_every_line_is_left_alone_after_three(desk: Desk) -> None:
    publication, desk.post.drops = await stored(desk.database, NAME), 99
    with pytest.raises(DeliveryInDoubt):
        await desk.outlet.publish(publication)
    assert list((await desk.states(publication)).values()).count("unknown") == 3
    assert len(desk.post.heard) == 3


async def test_a_process_that_died_within_a_letter_goes_on_behind_it_and_asks_about_it(desk: Desk) -> None:
    publication = await stored(desk.database, NAME)
    known = await desk.outlet._known(publication)
    async with desk.database.write() as tx:  # two were sent, the third was being handed in
        for letter, state in zip(known, (CopyState.SENT, CopyState.SENT, None), strict=False):
            await outlet_letters.claim(tx, letter, letter.updated_at)
            if state:
                await outlet_letters.settle(tx, letter, state, letter.updated_at)
    with pytest.raises(DeliveryInDoubt, match=r"tin3@bao\.example"):
        await desk.outlet.publish(publication)
    assert [m["To"] for m in desk.post.sent] == [PRESS[3], PRESS[4]]


async def test_a_mailbox_that_does_not_exist_fails_alone(desk: Desk) -> None:
    desk.post.recipient_answers[PRESS[1]] = "550 no such mailbox"
    publication = await stored(desk.database, NAME)
    assert await desk.outlet.publish(publication) == "4/5"
    assert (await desk.states(publication))[PRESS[1]] == "failed"


async def test_a_busy_mailbox_is_tried_again_alone_and_given_up_in_the_end(desk: Desk) -> None:
    desk.post.recipient_answers[PRESS[0]] = "451 greylisted"
    publication = await stored(desk.database, NAME)
    with pytest.raises(NotDelivered) as raised:
        await desk.outlet.publish(publication)
    assert (raised.value.retry_after, raised.value.some_went) == (60.0, True)
    assert len(desk.post.sent) == 4
    desk.post.recipient_answers.clear()
    assert await desk.outlet.publish(replace(publication, attempt=2)) == "5/5"
    assert len(desk.post.sent) == 5
    desk.post.recipient_answers[PRESS[0]] = "451 greylisted"
    second = await stored(desk.database, NAME, a_publication(incident=publication.incident, version=2))
    assert await desk.outlet.publish(replace(second, attempt=GIVE_UP_AFTER)) == "4/5"


async def test_a_server_that_is_not_there_sends_nothing_and_is_tried_later(desk: Desk) -> None:
    desk.outlet._server = replace(desk.outlet._server, port=1)
    publication = await stored(desk.database, NAME)
    with pytest.raises(NotDelivered) as raised:
        await desk.outlet.publish(publication)
    assert (raised.value.retry_after, raised.value.some_went) == (60.0, False)
    assert set((await desk.states(publication)).values()) == {"queued"}


async def test_a_stop_of_all_publishing_holds_the_rest_of_the_list_until_it_is_released(desk: Desk) -> None:
    publication, post = await stored(desk.database, NAME), desk.post

    async def stop_after_two() -> None:
        while len(post.heard) < 2:
            await asyncio.sleep(0.005)
        async with desk.database.write() as tx:
            await publishing_stops.begin(tx, "sai địa danh", "truc", NIGHT)
        post.holding = set()

    post.holding = {PRESS[1]}
    stopping = asyncio.create_task(stop_after_two())
    with pytest.raises(NotDelivered) as raised:
        await desk.outlet.publish(publication)
    await stopping
    assert raised.value.some_went
    assert [m["To"] for m in post.heard] == list(PRESS[:2])


async def test_a_correction_goes_to_the_same_people_below_the_letter_that_it_corrects(desk: Desk) -> None:
    first = await stored(desk.database, NAME)
    await desk.outlet.publish(first)
    correction = a_publication(
        "ĐÍNH CHÍNH", incident=first.incident, version=2, kind=StatementKind.CORRECTION, refers_to=1
    )
    await desk.outlet.publish(await stored(desk.database, NAME, correction))
    before, after = desk.post.sent[:5], desk.post.sent[5:]
    assert [m["To"] for m in after] == [m["To"] for m in before]
    assert [m["In-Reply-To"] for m in after] == [m["Message-ID"] for m in before]


async def test_a_first_line_that_looks_encoded_makes_no_header_of_its_own(desk: Desk) -> None:
    text = "=?utf-8?q?TIN=0D=0ABcc:_all@bao.example?= va\n\nĐã rõ."
    await desk.outlet.publish(await stored(desk.database, NAME, a_publication(text)))
    for letter in desk.post.sent:
        assert letter["Bcc"] is None
        assert letter.get_content().replace("\r\n", "\n") == f"{text}\n"


async def test_the_variant_of_the_settings_goes_out_and_the_full_text_where_there_is_none(
    database: Database, clock: MovableClock, post: PostOffice
) -> None:
    publication = await stored(database, NAME)
    await Desk(database, clock, post, text="vi/short").outlet.publish(publication)
    assert post.sent[0].get_content().startswith("THÔNG TIN BAN ĐẦU")


async def test_the_document_goes_along_and_words_do_not_wait_for_one_that_cannot_be_made(
    database: Database, clock: MovableClock, post: PostOffice
) -> None:
    async def made(incident_id: str, version: int, wanted: PaperFormat) -> Paper:
        return Paper("thong-cao-7K2-ban-1.docx", b"PK..", wanted, "0" * 64)

    async def none(incident_id: str, version: int, wanted: PaperFormat) -> Paper:
        raise NoPaper("no_converter")

    matter = an_incident()
    for number, papers in enumerate((made, none), start=1):
        publication = await stored(database, NAME, a_publication(incident=matter, version=number))
        await Desk(database, clock, post, attach=PaperFormat.DOCX, papers=papers).outlet.publish(publication)
    with_one, without = post.sent[0], post.sent[5]
    assert [a.get_filename() for a in with_one.iter_attachments()] == ["thong-cao-7K2-ban-1.docx"]
    body = with_one.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == without.get_content().replace("\r\n", "\n") == f"{TEXT}\n"


async def test_a_signature_holds_and_breaks_with_the_words(
    database: Database, clock: MovableClock, post: PostOffice
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    outlet = Desk(database, clock, post, dkim=DkimKey("tinh.example", "keng", pem)).outlet
    publication = await stored(database, NAME)
    raw = outlet._written(publication, (await outlet._known(publication))[0], None, None)

    def record(name: bytes, timeout: int = 5) -> bytes:
        import base64

        assert name == b"keng._domainkey.tinh.example."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    assert dkim.verify(raw, dnsfunc=record)
    assert not dkim.verify(raw.replace(b"Subject:", b"Subject: x"), dnsfunc=record)


async def test_each_letter_has_a_return_address_of_its_own_where_the_office_wants_it(
    database: Database, clock: MovableClock, post: PostOffice
) -> None:
    desk = Desk(database, clock, post, return_address="tra-lai@tinh.example", verp=True)
    known = await desk.outlet._known(await stored(database, NAME))
    paths = [desk.outlet._return_path(letter) for letter in known]
    assert paths == [f"tra-lai+{letter.token}@tinh.example" for letter in known]
    assert len(set(paths)) == 5


async def test_no_copy_has_a_name_that_could_be_worked_out_from_what_is_public(
    database: Database, clock: MovableClock, post: PostOffice
) -> None:
    """The incident's id is in the newsroom's addresses: who can name a copy can make it look as if it came back."""
    publication = await stored(database, NAME)
    named = [set[str](), set[str]()]
    for tokens in named:
        desk = Desk(database, clock, post)
        tokens |= {letter.token for letter in await desk.outlet._known(publication)}
        async with database.write() as tx:
            await tx.execute(delete(schema_outlets.outlet_letters))
    assert not named[0] & named[1], "the same copies, written down anew"


async def test_a_copy_keeps_its_name_from_try_to_try(desk: Desk) -> None:
    publication = await stored(desk.database, NAME)
    first, second = await desk.outlet._known(publication), await desk.outlet._known(publication)
    assert {one.message_id for one in first} == {one.message_id for one in second}
