"""Thousands of letters through Postfix into Dovecot and back, and signatures that stay valid on the way."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifications.mime import Attachment, Mailbox, Message, one_line, to_bytes, wire_address
from notifications.smtp import Courier, Outcome, Sent, SmtpServer
from tests.notifications.message_lint import lint
from tests.notifications.written_letter import LETTER, name_read, parsed, vietnamese
from tests.servers.mailstack import MailStack

pytestmark = [pytest.mark.servers, pytest.mark.slow]

OURS, THEIRS = "nhac-viec@hoi.example", "van-phong@luong-tai.example"
DOMAINS = ("hội-phụ-nữ.example", "xn--hi-ph-n-2z4c8doe.example", "tỉnh.bắc-ninh.example", "luong-tai.example")


async def send_all(mail: MailStack, messages: list[bytes]) -> None:
    waiting = asyncio.Semaphore(20)
    async with Courier(SmtpServer("127.0.0.1", mail.smtp_port)) as courier:

        async def send(message: bytes) -> Outcome:
            async with waiting:
                return await courier.send(OURS, THEIRS, message)

        outcomes = await asyncio.gather(*map(send, messages))
    assert all(isinstance(one, Sent) for one in outcomes)


async def fetched(mail: MailStack, mark: str, count: int) -> dict[str, tuple[bytes, str]]:
    """By Message-ID, the messages that have the mark in it: as they came, and their envelope as Dovecot gives it."""
    with mail.mailbox(THEIRS) as box:
        for _ in range(600):
            box.client.noop()
            uids = box.uids(f'HEADER Message-ID "{mark}"')
            if len(uids) >= count:
                break
            await asyncio.sleep(0.1)
        found, envelope = {}, b""
        for start in range(0, len(uids), 500):
            for line in box.client.uid("FETCH", ",".join(uids[start : start + 500]), "(ENVELOPE BODY.PEEK[])")[1]:
                if isinstance(line, tuple) and re.search(rb"BODY\[\] \{\d+\}$", line[0]):
                    found[str(parsed(line[1])["message-id"])] = (line[1], (envelope + line[0]).decode())
                    envelope = b""
                elif isinstance(line, tuple):
                    envelope += line[0] + line[1]  # Dovecot gives a long name as a literal of its own
        box.delete(uids)
    return found


def random_letter(chance: random.Random, number: int) -> Message:
    local = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789.-_+") for _ in range(chance.randint(1, 20)))
    local = re.sub(r"\.+", ".", local).strip(".") or "a"
    name = f"{vietnamese(chance, 12)}.{chance.choice(['docx', 'xlsx', 'ics', 'pdf'])}"
    return replace(
        LETTER,
        message_id=f"<ngau-nhien.{number}@hoi.example>",
        sender=Mailbox(vietnamese(chance, 12), OURS),
        to=Mailbox(vietnamese(chance, 12), f"{local}@{chance.choice(DOMAINS)}"),
        subject=vietnamese(chance),
        text=vietnamese(chance, 100),
        attachments=(Attachment(name, "application/octet-stream", chance.randbytes(chance.randint(0, 300))),),
    )


@pytest.mark.proof
@pytest.mark.timeout(1_800)
async def test_random_letters_come_back_from_dovecot_as_they_were_written(mail: MailStack, proof_share: float):
    chance = random.Random(2023)
    letters = [random_letter(chance, number) for number in range(int(10_000 * proof_share))]
    await send_all(mail, [to_bytes(letter) for letter in letters])
    came = await fetched(mail, "ngau-nhien", len(letters))
    assert len(came) == len(letters)
    for letter in letters:
        data, envelope = came[letter.message_id]
        assert data.endswith(to_bytes(letter)), "nothing on the way had reason to touch it"
        message = parsed(data)
        [file] = message.iter_attachments()
        assert message["subject"] == one_line(letter.subject)
        assert message["to"].addresses[0].addr_spec == wire_address(letter.to.address)
        assert name_read(data, "to") == one_line(letter.to.name)
        assert name_read(data, "from") == one_line(letter.sender.name)
        assert file["content-disposition"].params["filename"] == re.sub(
            r"[/\\]", "_", one_line(letter.attachments[0].filename)
        )
        assert file.get_content() == letter.attachments[0].content
        local, _, domain = wire_address(letter.to.address).rpartition("@")
        assert f'"{local}" "{domain}"' in envelope, "Dovecot takes the address apart as we meant it"


async def test_a_signature_stays_valid_through_postfix_into_dovecot(mail: MailStack):
    """Signed as a mail server signs (relaxed/relaxed and simple/simple), checked on what Dovecot has."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    chance = random.Random(7)
    signed = []
    for number in range(20):
        plain = to_bytes(replace(random_letter(chance, number), message_id=f"<da-ky.{number}@hoi.example>"))
        how = (b"simple", b"simple") if number % 2 else (b"relaxed", b"relaxed")
        signed.append(dkim.sign(plain, b"s1", b"hoi.example", private, canonicalize=how) + plain)
    await send_all(mail, signed)
    came = await fetched(mail, "da-ky", len(signed))
    assert len(came) == len(signed)
    for data, _ in came.values():
        assert dkim.verify(data, dnsfunc=lambda name, timeout=5: record)
        assert not dkim.verify(data.replace(b"=utf-8", b"=utf-9", 1), dnsfunc=lambda name, timeout=5: record)
        ours = data[data.index(b"From: ") :]
        assert lint(ours) == []
