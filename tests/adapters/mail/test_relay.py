"""Settings of the mail server: what is refused, and when mail is sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.mail.relay import MailFault, Relay

SENDER = "taizhang@huadu.gov.cn"


def test_what_the_settings_mean() -> None:
    found = Relay.parse("smtps://Mail.huadu.gov.cn", sender=SENDER)
    assert (found.host, found.port, found.tls, found.user, found.domain) == (
        "mail.huadu.gov.cn", 465, True, "", "huadu.gov.cn",
    )  # fmt: skip
    assert found.domains == {"huadu.gov.cn"}
    found = Relay.parse(
        "smtp://a%40b@mail:2525", sender=SENDER, password_file="/p", domains="A.gov.cn, b.gov.cn"
    )
    assert (found.port, found.tls, found.user) == (2525, False, "a@b")
    assert found.domains == {"a.gov.cn", "b.gov.cn"}


@pytest.mark.parametrize(
    "settings",
    [
        {"server": "http://mail"}, {"server": "mail.huadu.gov.cn"}, {"server": "smtps://"}, {"server": "smtps://mail:x"},
        {"server": "smtps://mail:99999"}, {"server": "smtps://mail/path"}, {"server": "smtps://mail?tls=no"},
        {"server": "smtps://user:word@mail"}, {"server": "smtps://user@mail"}, {"server": "smtps://ma il"},
        {"server": "smtps://mail\r\n"}, {"server": "smtps://[::1"}, {"sender": ""}, {"sender": "台账@huadu.gov.cn"},
        {"sender": "a@b.cn\r\nBcc: c@d.cn"}, {"domains": "*"}, {"domains": "huadu.gov.cn,@x"}, {"hours": "8-18"},
        {"hours": "18:00-08:00"}, {"hours": "08:00-08:00"}, {"hours": "08:00-24:01"}, {"hours": "08:60-18:00"},
    ],
)  # fmt: skip
def test_invalid_settings_are_refused(settings: dict[str, str]) -> None:
    """Each is refused at startup, with a message that contains no secret."""
    options = {"server": "smtps://mail", "sender": SENDER, **settings}
    with pytest.raises(MailFault) as refused:
        Relay.parse(options.pop("server"), **options)
    assert "word" not in str(refused.value)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        ("", "2026-03-02T00:00", True), ("", "2026-03-01T23:59", False), ("", "2026-03-02T09:59", True),
        ("", "2026-03-02T10:00", False), ("00:00-24:00", "2026-03-02T15:59", True), ("09:30-09:31", "2026-03-02T01:30", True),
    ],
)  # fmt: skip
def test_hours_are_in_shanghai_time(hours: str, moment: str, is_open: bool) -> None:
    """08:00 to 18:00 by default; the moments are in UTC, eight hours behind."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert Relay.parse("smtps://mail", sender=SENDER, hours=hours).is_open(at) == is_open
