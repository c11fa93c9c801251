"""Daily digests by mail: the entries of the work list, to the right officers, once a day, over TLS, despite any failure.

A real mail server (aiosmtpd) receives them. Each office makes today a working day, so that the tests work on a Sunday.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from adapters.mail.refusals import MailAddressMissing, MailAddressRefused
from adapters.mail.relay import Problem, Relay
from adapters.mail.sending import greet
from adapters.register.register import Register
from api.background.digest_sending import DigestSender
from api.today import today
from domain.authority.events import DayOffSet, OfficerDismissed
from domain.authority.refusals import OfficerUnknown
from domain.entry import Event
from domain.law.calendar import Calendar
from domain.request import events
from domain.values import SHANGHAI
from tests.adapters.recordings import line
from tests.api.background.mailbox import Answer, Mailbox, die, hang, mailbox
from tests.api.certificates import certified
from tests.api.conftest import PROJECT, Running
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    Caller,
    behind,
    office_of,
    open_account,
    record,
    register_of,
)
from tests.builders import event, received

HOW: dict[str, Any] = {"actor": ADMINISTRATOR, "origin": ORIGIN}
ALWAYS = "00:00-24:00"


def relay(box: Mailbox, *, scheme: str = "smtp", hours: str = ALWAYS, **more: str) -> Relay:
    server = f"{scheme}://{more.pop('user', '')}localhost:{box.port}"
    return Relay.parse(server, sender="taizhang@huadu.gov.cn", hours=hours, **more)


class Office(NamedTuple):
    running: Running
    code: str
    register: Register
    box: Mailbox

    def address(self, officer: str) -> str:
        return f"{officer}.{self.code}@huadu.gov.cn"

    async def subscribe(self, *officers: str) -> None:
        for officer in officers:
            await self.register.mail_addresses.set(
                self.code, officer, self.address(officer), relay(self.box), **HOW
            )

    async def receive(self, *happened: Event, subject: str | None = None) -> str:
        """A request long overdue."""
        event = received("2020-03-02", subject=subject)
        reference = str(
            (await self.register.record(self.code, line(uuid4().hex, event), actor="zhang")).reference
        )
        for each in happened:
            await self.register.record(self.code, line(uuid4().hex, each, reference), actor="zhang")
        return reference

    async def look(self, sender: DigestSender | None = None) -> None:
        await (sender or DigestSender(relay(self.box), timeout=20)).look(self.register)

    async def behind(self, statement: str, *arguments: Any) -> list[Any]:
        return await behind(self.running.dsn, self.code, statement, *arguments)

    async def again(self) -> None:
        """End the wait before the next try."""
        await self.behind("UPDATE digests SET next_at = now(), leased_until = '-infinity'")

    async def state_of_digest(self, officer: str = "zhang") -> tuple[str, str, int]:
        """State, problem and failures of today's digest."""
        (row,) = await self.behind(
            "SELECT state, problem, failures FROM digests WHERE officer = $1 AND day = $2", officer, today()
        )
        return tuple(row)

    def mails(self, officer: str = "zhang") -> list[Any]:
        return self.box.of(self.address(officer))


@pytest.fixture
async def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    context = certified("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with mailbox(context) as found:
        yield found


@pytest.fixture
async def office(running: Running, box: Mailbox) -> AsyncIterator[Office]:
    code, register = f"office-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code, accounts=False)
    found = Office(running, code, register, box)
    for each in (today(), today() + timedelta(days=1)):
        await record(register, code, ADMINISTRATOR, DayOffSet(today(), each, True, "府办〔2026〕1号"))
    yield found
    await found.behind("DELETE FROM mail_addresses")  # a later test's sender reads every office


def assigned(officer: str) -> Event:
    return event(events.Assigned, "2020-03-02", unit="办公室", officer=officer)


# --- what it says, and to whom ---


def head_is_reminded(calendar: Calendar) -> bool:
    """Whether the head is reminded of last year's report, which nobody compiled: from January's last working day on."""
    return calendar.left(today(), date(today().year, 1, 31)) <= 0


async def test_a_digest_has_exactly_the_duties_of_the_work_list(office: Office) -> None:
    """Each officer gets their own; reviewer and head also get what is long overdue; nobody else gets mail."""
    first = await office.receive(assigned("zhang"), subject="某路改造方案")
    second = await office.receive()
    await office.receive(event(events.Withdrawn, "2020-03-09", reason="by_applicant"))
    await office.subscribe("zhang", "li", "wang", "zhao", "qian")
    await office.look()
    async with office.register.view(office.code) as view:
        listed = [each.reference for each in await view.work_list(today(), 5)]
        reminded = head_is_reminded(view.law.calendar)
    assert listed == [first, second]
    for officer in ("zhang", "li", "wang"):
        (mail,) = office.mails(officer)
        lines = [each for each in mail.text.splitlines() if each.startswith("20") and "-" in each[:6]]
        assert [each.split("　")[0] for each in lines] == [first, second]
        assert lines[0].startswith(f"{first}　某路改造方案　已逾期，应立即答复　期限2020-03-30，已过")
        assert ("本人承办（2项）" in mail.text) == (officer == "zhang")
        assert ("按办理规则报告（2项）" in mail.text) == (officer != "zhang")
        report = f"{today().year - 1}年度报告　尚未编制　期限" in mail.text
        assert report == (officer == "wang" and reminded)
        count = 3 if report else 2
        assert str(mail.message["Subject"]).startswith(f"台账待办{count}项，其中")
        assert (mail.message["To"], mail.sender) == (office.address(officer), "taizhang@huadu.gov.cn")
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.over_tls
    assert office.mails("zhao") == []  # the auditor has nothing to do
    assert await office.state_of_digest("zhao") == ("empty", "", 0)
    assert await office.state_of_digest() == ("sent", "", 0)
    ids = {each.id for each in office.box.got}
    assert len(ids) == len(office.box.got) == 4
    (statistician,) = office.mails("qian")
    assert "本人承办" not in statistician.text
    assert f"{today().year - 1}年度报告" in statistician.text


async def test_no_personal_data_are_in_it_and_the_address_is_sealed(office: Office) -> None:
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    await office.look()
    (mail,) = office.mails()
    for never in ("示例", "张三", "zhang某", "applicant"):
        assert never not in mail.text
    for table in ("digests", "mail_addresses", "access_log", "vault", "events"):
        rows = await office.behind(f"SELECT t::text FROM {table} AS t")
        assert not [row for row in rows if "huadu.gov.cn" in row[0]]
    (sent,) = await office.behind("SELECT subject, text FROM digests")
    assert tuple(sent) == ("", "")


async def test_one_digest_a_day(office: Office) -> None:
    """No second one from this or another process, after a change of the address, or for later duties."""
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    await office.look()
    await office.receive(assigned("zhang"))
    await office.look()
    await office.register.mail_addresses.remove(office.code, "zhang", **HOW)
    await office.subscribe("zhang")
    await office.look()
    assert len(office.mails()) == 1


async def test_several_senders_send_one_mail(office: Office) -> None:
    """Of eight senders at once one sends each officer's mail, under one id."""
    await office.receive()
    await office.subscribe("zhang", "li", "wang")
    await asyncio.gather(*(office.look() for _ in range(8)))
    assert [len(office.mails(each)) for each in ("zhang", "li", "wang")] == [1, 1, 1]


# --- when ---


async def test_on_a_day_off_and_in_quiet_hours_nothing_is_sent(office: Office) -> None:
    """Nor a digest made before the day off was set; in the next hour or on the next day it is sent."""
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    later = (datetime.now(SHANGHAI) + timedelta(hours=3)).hour
    await office.look(DigestSender(relay(office.box, hours=f"{later:02d}:00-{later:02d}:59")))
    assert await office.behind("SELECT FROM digests") == []
    office.box.recipients = ["451 4.7.1 later", "250 2.0.0 Ok"]
    await office.look()
    await office.again()
    closing = DayOffSet(today(), today(), False, "防汛〔2026〕1号")
    await record(office.register, office.code, ADMINISTRATOR, closing)
    await office.look()
    assert await office.state_of_digest() == ("waiting", "recipient_451", 1)
    opening = DayOffSet(today(), today(), True, "防汛〔2026〕2号")
    await record(office.register, office.code, ADMINISTRATOR, opening)
    await office.look()
    assert len(office.mails()) == 1


async def test_an_unsent_digest_lapses_at_midnight(office: Office) -> None:
    """The next day's digest has everything again; one mail is sent, not two."""
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    office.box.recipients = ["451 4.7.1 later", "250 2.0.0 Ok"]
    await office.look()
    await office.behind("UPDATE digests SET day = day - 1, next_at = now()")
    await office.look()
    rows = await office.behind("SELECT state, text FROM digests ORDER BY day")
    assert [tuple(row) for row in rows] == [("lapsed", ""), ("sent", "")]
    assert len(office.mails()) == 1
    assert str(today()) in office.mails()[0].message["Subject"]


async def test_a_dismissed_officer_gets_no_mail_and_the_address_is_deleted(office: Office) -> None:
    await office.receive()
    await office.subscribe("zhang")
    (address,) = await office.behind("SELECT sealed_id FROM mail_addresses")
    await record(office.register, office.code, ADMINISTRATOR, OfficerDismissed(today(), "zhang"))
    await office.look()
    assert office.mails() == []
    assert await office.behind("SELECT FROM mail_addresses") == []
    assert await office.behind("SELECT FROM vault WHERE id = $1", address[0]) == []


async def test_the_first_page_agrees_with_the_digest(office: Office) -> None:
    """For each officer, under 我的: the same requests, and the duties of the office."""
    first, second = await office.receive(assigned("zhang")), await office.receive()
    await office.subscribe("zhang", "li", "wang")
    await office.look()
    async with office.register.view(office.code) as view:
        reminded = head_is_reminded(view.law.calendar)
    for officer in ("zhang", "li", "wang"):
        await open_account(office.register, office.running.dsn, office.code, officer)
        caller = Caller(office.running, office.code, officer)
        await caller.login()
        shown = (await caller.client.get("/?of=mine&tab=overdue")).text
        (mail,) = office.mails(officer)
        for reference in (first, second):
            assert reference in mail.text
            assert f'<a class="reference" href="/requests/{reference}">' in shown
        assert (
            ("年度报告" in mail.text)
            == ('aria-labelledby="report-' in shown)
            == (officer == "wang" and reminded)
        )


# --- what one sets oneself ---


async def test_an_officer_sets_and_clears_their_own_address_on_a_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only its owner sees the address; without a mail server the page says so."""
    await open_account(office.register, office.running.dsn, office.code, "zhang")
    zhang = Caller(office.running, office.code)
    await zhang.login()
    assert "不发送邮件" in (await zhang.client.get("/me")).text
    monkeypatch.setitem(office.running.application.litestar.state._state, "mail", relay(office.box))

    async def save(address: str) -> str:
        form = {"csrf": zhang.csrf, "address": address}
        return (await zhang.client.post("/me/mail", data=form, follow_redirects=True)).text

    assert "huadu.gov.cn之中" in await save("zhang@qq.com")
    assert 'value="zhang@qq.com"' in await save("zhang@qq.com")
    assert "每日待办" in await save(office.address("zhang"))
    assert f'value="{office.address("zhang")}"' in (await zhang.client.get("/me")).text
    await office.receive()
    await office.look()
    assert f"{today()}，已发送" in (await zhang.client.get("/me")).text
    assert "地址已删除" in await save("")
    assert await office.behind("SELECT FROM mail_addresses") == []
    assert "没有填写邮件地址" in await save("")


async def test_the_server_is_checked_without_sending_mail(office: Office, tmp_path: Path) -> None:
    assert await greet(relay(office.box)) is None
    assert office.box.got == []
    async with mailbox(None) as plain:
        assert await greet(relay(plain)) == Problem("no_tls")
    nobody = relay(office.box)._replace(port=1)
    assert await greet(nobody) == Problem("not_reached")
    secret = tmp_path / "password"
    login = relay(office.box, user="taizhang@", password_file=str(secret))
    assert await greet(login) == Problem("settings")  # no such file
    secret.write_text("geheim")
    secret.chmod(0o644)
    assert await greet(login) == Problem("settings")  # others can read it


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("recipients", "contents", "problem"),
    [
        (["550 5.1.1 <{to}> unknown"], [], "recipient_550"), ([], ["554 5.6.0 no"], "status_554"),
        (["450 4.2.1 busy"], [], "recipient_450"), (["451 4.7.1 greylisted"], [], "recipient_451"),
        ([], ["452 4.3.1 full"], "status_452"), ([], [hang], "timeout"), ([hang], [], "timeout"),
        ([], [die], "disconnected"),
    ],
)  # fmt: skip
async def test_a_refused_mail_is_repeated_unchanged_or_dropped(
    office: Office, recipients: list[Answer], contents: list[Answer], problem: str
) -> None:
    """A permanent refusal ends that day's digest; after a temporary one the same bytes are sent under the same id, later."""
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    office.box.recipients = [*recipients, "250 2.0.0 Ok"]
    office.box.contents = [*contents, "250 2.0.0 Ok"]
    await office.look(DigestSender(relay(office.box), timeout=1 if problem == "timeout" else 20))
    permanent = problem[-3] == "5"
    assert await office.state_of_digest() == ("refused" if permanent else "waiting", problem, 1)
    earlier = list(office.mails())
    await office.look()
    assert office.mails() == earlier  # it waits
    await office.again()
    await office.receive(assigned("zhang"))
    await office.look()
    if permanent:
        assert office.mails() == earlier
        return
    *before, last = office.mails()
    assert before == earlier
    assert [(each.id, each.raw) for each in before] == [(last.id, last.raw)] * len(before)
    assert (await office.state_of_digest())[0] == "sent"


async def test_one_refused_recipient_does_not_delay_others(office: Office) -> None:
    await office.receive()
    await office.subscribe("zhang", "li", "wang")
    office.box.recipients = ["550 5.1.1 unknown", "250 2.0.0 Ok"]
    await office.look()
    states = sorted([(await office.state_of_digest(each))[0] for each in ("zhang", "li", "wang")])
    assert states == ["refused", "sent", "sent"]


async def test_without_tls_nothing_is_sent(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without TLS, or with an untrusted certificate, receives neither mail nor password."""
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    password = tmp_path / "password"
    password.write_text("geheim\n")
    password.chmod(0o600)
    async with mailbox(None, password="geheim") as plain:
        login = {"user": "taizhang@", "password_file": str(password)}
        await office.look(DigestSender(relay(plain, **login)))
        assert (plain.got, plain.logins) == ([], [])
    assert await office.state_of_digest() == ("waiting", "no_tls", 1)
    await office.again()
    monkeypatch.delenv("SSL_CERT_FILE")
    await office.look()
    assert await office.state_of_digest() == ("waiting", "no_tls", 2)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    await office.again()
    async with mailbox(certified("localhost", tmp_path), at_once=True, password="geheim") as secure:
        password.write_text("falsch\n")
        await office.look(DigestSender(relay(secure, scheme="smtps", **login)))
        assert await office.state_of_digest() == ("waiting", "login_refused", 3)
        await office.again()
        password.write_text("geheim\n")
        await office.look(DigestSender(relay(secure, scheme="smtps", **login)))
        assert (secure.logins[0], secure.logins[-1]) == (False, True)
        assert len(secure.of(office.address("zhang"))) == 1


SENDER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from adapters.mail.relay import Problem, Relay
from adapters.mail.sending import greet
from adapters.register.register import Register
from api.background.digest_sending import DigestSender

async def main(dsn, keys, server):
    register = await Register.open(dsn, Path(keys))
    relay = Relay.parse(server, sender="taizhang@huadu.gov.cn", hours="00:00-24:00")
    await DigestSender(relay, look=0.2).run(register)

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def sender_process(office: Office) -> AsyncIterator[subprocess.Popen[bytes]]:
    database, keys = office.register._database, office.register._vault._directory
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, database.dsn, str(keys), f"smtp://localhost:{office.box.port}"],
        cwd=PROJECT,
        env=dict(os.environ),
    )
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def test_a_mail_survives_a_killed_sender(office: Office) -> None:
    """kill -9 after the server has the content, before the sender gets the reply: nobody sends during the lease; then the same
    mail is sent under the same id, by which mail programs recognise a copy.
    """
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    office.box.contents = [hang, "250 2.0.0 Ok"]
    async with sender_process(office) as process:
        async with asyncio.timeout(120):
            while not office.mails():
                await office.box.came.wait()
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
    await office.look()
    (first,) = office.mails()
    assert (await office.state_of_digest())[0] == "waiting"
    await office.again()
    await office.look()
    await office.look()
    first, second = office.mails()
    assert (second.id, second.raw) == (first.id, first.raw)
    assert (await office.state_of_digest())[0] == "sent"


# --- addresses ---


async def test_an_address_must_be_in_an_allowed_domain(office: Office) -> None:
    addresses = office.register.mail_addresses
    for wrong in (
        "", "zhang", "zhang@", "@huadu.gov.cn", "zhang@qq.com", "zhang@huadu.gov.cn.evil.cn", "zhang@xhuadu.gov.cn",
        "zhang@huadu.gov.cn\r\nBcc: all@huadu.gov.cn", "zhang@huadu.gov.cn,li@huadu.gov.cn", "张@huadu.gov.cn",
        "<zhang@huadu.gov.cn>", "zhang li@huadu.gov.cn", "zhang\x00@huadu.gov.cn", "a" * 250 + "@huadu.gov.cn",
        "zhang@huadu.gov.cn>\r\nRCPT TO:<li@huadu.gov.cn", "a..b@huadu.gov.cn", "zhang@[127.0.0.1]", "zhang@huadu.gov.cn ",
        "zhang@huadu.gov.cn\n",
    ):  # fmt: skip
        with pytest.raises(MailAddressRefused):
            await addresses.set(office.code, "zhang", wrong, relay(office.box), **HOW)
    assert await addresses.of(office.code, "zhang") is None
    await addresses.set(office.code, "zhang", "Zhang.San+1@HUADU.gov.cn", relay(office.box), **HOW)
    assert await addresses.of(office.code, "zhang") == "Zhang.San+1@huadu.gov.cn"


async def test_an_address_is_changed_and_removed_with_its_sealed_value(office: Office) -> None:
    """Each change is in the access log without the address; a dismissed officer has none."""
    addresses = office.register.mail_addresses
    kept = len(await office.behind("SELECT FROM vault"))
    await office.subscribe("zhang", "zhang")
    assert await addresses.of(office.code, "zhang") == office.address("zhang")
    assert len(await office.behind("SELECT FROM vault")) == kept + 1
    await addresses.remove(office.code, "zhang", **HOW)
    assert len(await office.behind("SELECT FROM vault")) == kept
    with pytest.raises(MailAddressMissing):
        await addresses.remove(office.code, "zhang", **HOW)
    with pytest.raises(OfficerUnknown):
        await addresses.set(office.code, "nobody", "nobody@huadu.gov.cn", relay(office.box), **HOW)
    acts = await office.behind("SELECT act, reference FROM access_log ORDER BY at")
    assert [tuple(row) for row in acts] == [
        ("mail_address_set", "zhang"), ("mail_address_set", "zhang"), ("mail_address_removed", "zhang"),
    ]  # fmt: skip


async def test_no_mail_is_sent_to_a_domain_no_longer_allowed(office: Office) -> None:
    await office.receive(assigned("zhang"))
    await office.subscribe("zhang")
    await office.look(DigestSender(relay(office.box, domains="county.gov.cn")))
    assert office.mails() == []
    assert await office.state_of_digest() == ("refused", "domain", 1)


async def test_a_subject_cannot_become_a_header_or_end_the_mail(office: Office) -> None:
    """Lines that look like headers or an end of mail remain text."""
    await office.receive(assigned("zhang"), subject="Bcc: all@huadu.gov.cn . QUIT From 某")
    await office.subscribe("zhang")
    await office.look()
    (mail,) = office.mails()
    assert set(mail.message.keys()) == {
        "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert "Bcc: all@huadu.gov.cn . QUIT From 某" in mail.text
