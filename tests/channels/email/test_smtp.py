"""What a mail server's answer means, each classified once; with a real server on the other end."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.email.smtp import (
    AddressBusy,
    AddressRefused,
    InDoubt,
    LetterRefused,
    MailServer,
    Misconfigured,
    NotSent,
    Security,
)
from tests.acceptance.service import free_port
from tests.postoffice import open_post_office

TO = "p102@thuonggiang.example.vn"


def a_letter() -> EmailMessage:
    letter = EmailMessage(policy=EmailPolicy())
    letter["From"] = Address("Kẻng", addr_spec="keng@thuonggiang.example.vn")
    letter["To"] = Address("Nguyễn Văn Phát", addr_spec=TO)
    letter["Subject"] = "Chờ duyệt"
    letter.set_content("Nội dung có dấu.\n.\nmột dấu chấm đầu dòng", cte="quoted-printable")
    return letter


def server(port: int, security: Security = Security.NONE, **fields: str) -> MailServer:
    return MailServer("127.0.0.1", port, security, timeout=5, **fields)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's own certificate, as many offices have it: (its context, the PEM to trust)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.vn")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    file: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        pem
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, pem.decode()


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with open_post_office() as post:
        assert "taken" in await server(post.port).send(a_letter())
        (arrived,) = post.sent
    assert arrived["To"] == f"Nguyễn Văn Phát <{TO}>"
    assert arrived.get_content().replace("\r\n", "\n").rstrip("\n") == "Nội dung có dấu.\n.\nmột dấu chấm đầu dòng"


async def test_no_server_means_not_sent() -> None:
    with pytest.raises(NotSent):
        await server(free_port()).send(a_letter())


@pytest.mark.parametrize(
    ("answer", "means"),
    [("550 5.1.1 no such user", AddressRefused), ("450 4.2.1 try again later", AddressBusy), ("452 full", AddressBusy)],
)
async def test_what_is_said_of_the_recipient(answer: str, means: type[Exception]) -> None:
    async with open_post_office() as post:
        post.recipient_answers[TO] = answer
        with pytest.raises(means) as raised:
            await server(post.port).send(a_letter())
    assert type(raised.value) is means
    assert answer[:3] in str(raised.value)


@pytest.mark.parametrize(("answer", "means"), [("554 5.6.0 refused", LetterRefused), ("451 busy", NotSent)])
async def test_what_is_said_of_the_letter(answer: str, means: type[Exception]) -> None:
    async with open_post_office() as post:
        post.data_answers.append(answer)
        with pytest.raises(means) as raised:
            await server(post.port).send(a_letter())
    assert type(raised.value) is means


async def test_a_line_that_breaks_before_the_answer_leaves_a_doubt() -> None:
    async with open_post_office() as post:
        post.drops = 1
        with pytest.raises(InDoubt):
            await server(post.port).send(a_letter())
        assert len(post.heard) == 1, "the server had the whole letter"


async def test_starttls_with_the_offices_own_certificate(certificate: tuple[ssl.SSLContext, str]) -> None:
    context, pem = certificate
    async with open_post_office(tls=context, login=("keng", "bí mật")) as post:
        sending = server(post.port, Security.STARTTLS, ca=pem, username="keng", password="bí mật")
        await sending.send(a_letter())
        assert len(post.sent) == 1


async def test_a_line_protected_from_the_first_byte(certificate: tuple[ssl.SSLContext, str]) -> None:
    context, pem = certificate
    async with open_post_office(tls=context, implicit=True) as post:
        await server(post.port, Security.TLS, ca=pem).send(a_letter())
        assert len(post.sent) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: tuple[ssl.SSLContext, str]) -> None:
    async with open_post_office(tls=certificate[0]) as post:
        with pytest.raises(Misconfigured, match=r"(?i)certificate"):
            await server(post.port, Security.STARTTLS).send(a_letter())
        assert post.heard == []


async def test_a_server_that_offers_no_starttls_gets_nothing() -> None:
    async with open_post_office() as post:
        with pytest.raises(Misconfigured):
            await server(post.port, Security.STARTTLS).send(a_letter())
        assert post.heard == []


async def test_wrong_credentials_are_named_without_the_password() -> None:
    async with open_post_office(login=("keng", "right")) as post:
        with pytest.raises(Misconfigured) as raised:
            await server(post.port, username="keng", password="wrong-one").send(a_letter())
    assert "wrong-one" not in str(raised.value)
    assert "wrong-one" not in repr(server(post.port, username="keng", password="wrong-one"))
