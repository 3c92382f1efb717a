"""What becomes of a letter when the mail server is well, insists on TLS and a password, or says no."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dondoc.errors import SettingWrong
from notifications.smtp import Courier, NotSent, Outcome, Refused, Sent, SmtpServer, parse_smtp_url
from tests.notifications.sending import FROM, LETTER, TO, local, send_one
from tests.servers.fault_proxy import FaultProxy, close
from tests.servers.smtp_receiver import Certificate, SmtpReceiver, self_signed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"))


# --- a server that is well


async def test_a_letter_arrives_as_it_was_written_in_its_envelope():
    awkward = b"Subject: x\r\n\r\n.\r\n..mot cham\r\n" + bytes(range(14, 256)) + b"\r\n"
    with SmtpReceiver() as receiver:
        outcome = await send_one(local(receiver.port), letter=awkward)
        assert outcome == Sent("2.0.0 ok: kept as 1")
        [received] = receiver.messages
    assert (received.sender, received.recipients, received.content) == (FROM, (TO,), awkward)
    assert set(received.options) == {f"SIZE={len(awkward)}", "BODY=8BITMIME"}


async def test_bare_line_ends_leave_as_crlf_so_that_no_second_letter_can_hide_in_one():
    smuggled = b"Subject: x\n\nmot\n.\nMAIL FROM:<ai@kia.example>\r.\r"
    with SmtpReceiver() as receiver:
        await send_one(local(receiver.port), letter=smuggled)
        [received] = receiver.messages
    assert received.content == b"Subject: x\r\n\r\nmot\r\n.\r\nMAIL FROM:<ai@kia.example>\r\n.\r\n"


async def test_a_thousand_letters_go_over_at_most_four_connections():
    with SmtpReceiver() as receiver:
        async with Courier(local(receiver.port), connections=4) as courier:
            people = [f"nguoi-{number}@xa.example" for number in range(1000)]
            outcomes = await asyncio.gather(*(courier.send(FROM, person, LETTER) for person in people))
        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert sorted(message.recipients[0] for message in receiver.messages) == sorted(people)
        assert receiver.connections <= 4


async def test_a_null_sender_is_written_as_nothing():
    with SmtpReceiver() as receiver:
        async with Courier(local(receiver.port)) as courier:
            assert isinstance(await courier.send("", TO, LETTER), Sent)
        assert receiver.messages[0].sender == "<>"


async def test_a_domain_with_vietnamese_letters_is_written_in_ascii():
    with SmtpReceiver() as receiver:
        assert isinstance(await send_one(local(receiver.port), recipient="a@hội.example"), Sent)
        assert receiver.messages[0].recipients == ("a@xn--hi-79s.example",)


async def test_an_address_beyond_ascii_needs_a_server_with_smtputf8():
    async def send(receiver: SmtpReceiver) -> Outcome:
        async with Courier(local(receiver.port)) as courier:
            return await courier.send(FROM, "vănphòng@xã.example", LETTER, utf8=True)

    with SmtpReceiver() as receiver:
        assert isinstance(await send(receiver), Sent)
        assert receiver.messages[0].recipients == ("vănphòng@xn--x-yfa.example",)
    with SmtpReceiver(smtputf8=False) as receiver:
        outcome = await send(receiver)
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.permanent) == (553, True)


# --- TLS and passwords


async def test_starttls_and_a_password(certificate: Certificate):
    with SmtpReceiver(certificate=certificate, credentials={"nhac": "bí-mật"}) as receiver:
        url = f"smtp+starttls://nhac:b%C3%AD-m%E1%BA%ADt@localhost:{receiver.port}"
        assert isinstance(await send_one(parse_smtp_url(url, certificate.file)), Sent)


async def test_tls_from_the_first_byte(certificate: Certificate):
    with SmtpReceiver(certificate=certificate, tls=True) as receiver:
        url = f"smtps://localhost:{receiver.port}"
        assert isinstance(await send_one(parse_smtp_url(url, certificate.file)), Sent)


async def test_a_wrong_password_sends_nothing_and_is_not_repeated_in_the_reason(certificate: Certificate):
    with SmtpReceiver(certificate=certificate, credentials={"nhac": "dung"}) as receiver:
        url = f"smtp+starttls://nhac:sai-bet@localhost:{receiver.port}"
        outcome = await send_one(parse_smtp_url(url, certificate.file))
    assert isinstance(outcome, NotSent)
    assert "does not accept the user name and password (535" in outcome.reason
    assert "sai-bet" not in outcome.reason
    assert receiver.messages == []


async def test_a_token_that_a_program_prints_lets_us_in_and_is_asked_for_anew(certificate: Certificate, tmp_path: Path):
    token = tmp_path / "token"
    token.write_text("t0\n")
    with SmtpReceiver(certificate=certificate, credentials={"nhac": "t0"}) as receiver:
        url = f"smtp+starttls://nhac@localhost:{receiver.port}"
        server = parse_smtp_url(url, certificate.file, f"cat {token}")
        assert isinstance(await send_one(server), Sent)
        token.write_text("het-han")
        outcome = await send_one(server)
        assert isinstance(outcome, NotSent)
        assert "does not accept the user name and password (535" in outcome.reason
        token.unlink()
        outcome = await send_one(server)
        assert isinstance(outcome, NotSent)
        assert re.match(r"DONDOC_MAIL_TOKEN_COMMAND \(cat .*\) gives no token \(cat: .*No such file", outcome.reason)
    assert len(receiver.messages) == 1


async def test_without_starttls_on_offer_neither_letter_nor_password_leaves():
    with SmtpReceiver() as receiver:
        outcome = await send_one(parse_smtp_url(f"smtp+starttls://nhac:mat@localhost:{receiver.port}"))
    assert outcome == NotSent(
        f"The mail server localhost:{receiver.port} does not offer STARTTLS, "
        "which smtp+starttls:// insists on; no password was sent"
    )


@pytest.mark.parametrize("tls", [False, True])
async def test_a_certificate_nobody_vouches_for_is_not_accepted(certificate: Certificate, tls: bool):
    with SmtpReceiver(certificate=certificate, tls=tls) as receiver:
        scheme = "smtps" if tls else "smtp+starttls"
        outcome = await send_one(parse_smtp_url(f"{scheme}://localhost:{receiver.port}"))
    assert isinstance(outcome, NotSent)
    assert "certificate that is not trusted" in outcome.reason


async def test_a_missing_authority_file_is_named(tmp_path: Path):
    outcome = await send_one(SmtpServer("localhost", 1, "tls", ca_file=tmp_path / "khong-co.pem"))
    assert isinstance(outcome, NotSent)
    assert "khong-co.pem" in outcome.reason


# --- a server that says no


async def test_one_of_three_is_refused_and_the_others_are_delivered_over_the_same_connection():
    people = ["mot@xa.example", "hai@xa.example", "ba@xa.example"]
    with SmtpReceiver(refuse={"hai@xa.example": (550, "5.1.1 no such user")}) as receiver:
        async with Courier(local(receiver.port), connections=1) as courier:
            outcomes = [await courier.send(FROM, person, LETTER) for person in people]
        assert outcomes[1] == Refused(550, "5.1.1 no such user", permanent=True)
        assert [type(outcome) for outcome in outcomes] == [Sent, Refused, Sent]
        assert [message.recipients for message in receiver.messages] == [(people[0],), (people[2],)]
        assert receiver.connections == 1


async def test_all_are_refused():
    people = [f"{number}@xa.example" for number in range(5)]
    with SmtpReceiver(refuse=dict.fromkeys(people, (550, "5.7.1 not wanted"))) as receiver:
        async with Courier(local(receiver.port), connections=2) as courier:
            outcomes = await asyncio.gather(*(courier.send(FROM, person, LETTER) for person in people))
        assert outcomes == [Refused(550, "5.7.1 not wanted", permanent=True)] * 5
        assert receiver.messages == []


async def test_a_greylisted_letter_is_refused_for_now_and_taken_the_next_time():
    with SmtpReceiver(greylist=1) as receiver:
        first = await send_one(local(receiver.port))
        assert first == Refused(451, "4.7.1 greylisted, come back later", permanent=False)
        assert isinstance(await send_one(local(receiver.port)), Sent)
        assert len(receiver.messages) == 1


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ((554, "5.7.1 looks like spam"), True),
        ((452, "4.3.1 disk full"), False),
        ((421, "4.3.2 closing"), False),
    ],
)
async def test_a_verdict_after_the_text_counts_whatever_it_is(reply: tuple[int, str], permanent: bool):
    with SmtpReceiver(refuse_text=reply) as receiver:
        assert await send_one(local(receiver.port)) == Refused(*reply, permanent)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"550 5.7.1 Kh\xc3\xb4ng nh\xe1\xba\xadn\r\n", "5.7.1 Không nhận"),
        (b"550-5.7.1 one\r\n550-5.7.1\ttwo\r\n550 5.7.1 three\r\n", "5.7.1 one 5.7.1 two 5.7.1 three"),
        (b"550 \xff\xfe \x00\x1b[31m\r\n", "\ufffd\ufffd [31m"),
        (b"550 " + b"x" * 5000 + b"\r\n", "x" * 500),
    ],
)
async def test_whatever_a_server_says_can_be_stored_and_shown(said: bytes, heard: str):
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, close("verdict", farewell=said)) as proxy:
        assert await send_one(local(proxy.port)) == Refused(550, heard, permanent=True)


async def test_a_letter_too_large_is_refused_for_good_before_it_flows():
    with SmtpReceiver(size_limit=1000) as receiver:
        outcome = await send_one(local(receiver.port))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (552, True)


async def test_a_wrong_address_is_refused_without_asking():
    outcome = await send_one(local(1), recipient="không phải địa chỉ")
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (553, True)


@pytest.mark.parametrize("address", ["a@xa.example>\r\nRCPT TO:<b@xa.example", "a b@xa.example", "<a@xa.example>"])
async def test_no_command_can_be_smuggled_in_an_address(address: str):
    assert isinstance(await send_one(local(1), recipient=address), Refused)


# --- addresses of servers


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25)),
        ("smtp://[::1]:2525", SmtpServer("::1", 2525)),
        ("smtp+starttls://mail.example", SmtpServer("mail.example", 587, "starttls")),
        ("smtps://u:p@mail.example", SmtpServer("mail.example", 465, "tls", "u", "p")),
        ("smtp+starttls://a%40b:%2F%3A%23@h:26", SmtpServer("h", 26, "starttls", "a@b", "/:#")),
        ("smtp://u:p@localhost", SmtpServer("localhost", 25, "none", "u", "p")),
    ],
)
def test_addresses_of_servers(url: str, expected: SmtpServer):
    assert parse_smtp_url(url) == expected


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.example:25", "must begin with smtp://, smtp+starttls://, smtps://"),
        ("http://mail.example", "must begin with"),
        ("smtp://", "names no host"),
        ("smtp://mail.example:s3cret", "port that is no number"),
        ("smtp://mail.example:0", "port 0"),
        ("smtp://mail.example:99999", "port that is no number"),
        ("smtp+starttls://user:s3cret#1@mail.example", "write @ as %40"),
        ("smtp+starttls://user:s3cret/1@mail.example", "write @ as %40"),
        ("smtp+starttls://user:s3cret?@mail.example", "write @ as %40"),
        ("smtp+starttls://user@mail.example", "user name without a password"),
        ("smtp+starttls://:s3cret@mail.example", "password without a user name"),
        ("smtp://user:s3cret@mail.example", "would send the password to mail.example in clear"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_keeps_the_secret(url: str, why: str):
    with pytest.raises(SettingWrong) as caught:
        parse_smtp_url(url)
    assert why in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_the_secret_never_shows(show: Callable[[SmtpServer], str]):
    server = parse_smtp_url("smtps://user:s3cret@mail.example")
    assert "s3cret" not in show(server)
    assert str(server) == "mail.example:465"
