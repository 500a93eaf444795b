"""What mails say, and what nobody can make them say."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from app.notify.address import address, addresses
from app.notify.letter import LONGEST_SUBJECT, News, letter
from app.notify.mail_problem import _TABLE, MailProblem
from app.notify.password import SERVICE, VARIABLE, MailPasswords
from app.notify.server import MailServer, mail_server
from app.notify.told import FILE, Told
from app.setup.plan import Notifications
from app.setup.redaction import secrets_seen

SERVER = MailServer("localhost", 587, "starttls", "", "rollcall@contoso.com", ("it@contoso.com",))
MOMENT = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
ANY = st.text(st.characters(), max_size=80)
NASTY = st.sampled_from(
    [
        "\r\nBcc: evil@example.com",
        "\nTo: x@y.z\n\nbody",
        "\x0b",
        "\u2028Bcc: a@b.c",
        "\x85",
        "\r",
        "\x00",
        "\ud800",
    ]
)
TEXT = st.lists(ANY | NASTY, max_size=4).map("".join)
HEADERS = [
    "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip


@given(subject=TEXT, texts=st.lists(TEXT, max_size=3), facts=st.dictionaries(TEXT, TEXT, max_size=3))
def test_nothing_that_others_wrote_becomes_a_header(
    subject: str, texts: list[str], facts: dict[str, str]
) -> None:
    made = letter(News("failure", subject, texts, facts, frozenset({"x"})), SERVER, MOMENT)
    sent = made.as_bytes(policy=email.policy.SMTP)
    read = email.message_from_bytes(sent, policy=email.policy.default)
    assert sorted(read.keys()) == sorted(HEADERS)
    assert read["To"] == "it@contoso.com"
    assert read["From"] == "Rollcall <rollcall@contoso.com>"
    assert len(str(read["Subject"])) <= LONGEST_SUBJECT
    assert not read.is_multipart()
    assert not read.defects


@given(text=TEXT)
def test_any_text_is_an_address_or_a_problem(text: str) -> None:
    for tried in (text, f"{text}@contoso.com", f"it@{text}"):
        try:
            made = address(tried)
        except MailProblem:
            continue
        assert made.isascii()
        assert made.isprintable()
        assert made.count("@") == 1
        assert not set(made) & set(' <>,;:"()[]\\')


def test_lists_of_addresses() -> None:
    assert addresses("it@contoso.com, ops@contoso.com; it@contoso.com,") == [
        "it@contoso.com",
        "ops@contoso.com",
    ]
    assert addresses("it@müller.example") == ["it@xn--mller-kva.example"]
    for text, code in ((" ;, ", "MAIL-NO-ADDRESS"), ("it", "MAIL-ADDRESS"), ("a@b@c", "MAIL-ADDRESS")):
        with pytest.raises(MailProblem) as caught:
            addresses(text)
        assert caught.value.code == code
    with pytest.raises(MailProblem):
        addresses(",".join(f"it{number}@contoso.com" for number in range(21)))


@pytest.mark.parametrize(
    ("host", "security", "code"),
    [
        ("", "starttls", "MAIL-NO-SERVER"),
        ("smtp.contoso.com", "none", "MAIL-PLAIN"),
        ("localhost.contoso.com", "none", "MAIL-PLAIN"),
        ("10.0.0.1", "none", "MAIL-PLAIN"),
        ("https://smtp.contoso.com", "tls", "MAIL-HOST"),
        ("smtp contoso", "tls", "MAIL-HOST"),
        ("smtp.contoso.com\r\nRCPT TO:<x@y.z>", "tls", "MAIL-HOST"),
    ],
)
def test_servers_that_cannot_be(host: str, security: str, code: str) -> None:
    chosen = Notifications(email="it@contoso.com", smtp_host=host, smtp_security=security)
    with pytest.raises(MailProblem) as caught:
        mail_server(chosen)
    assert caught.value.code == code


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "LOCALHOST."])
def test_this_computer_may_be_spoken_to_plainly(host: str) -> None:
    chosen = Notifications(email="it@contoso.com", smtp_host=host, smtp_security="none")
    assert mail_server(chosen).sender == "it@contoso.com"


def test_whom_a_mail_is_from() -> None:
    chosen = Notifications(
        email="it@contoso.com", smtp_host="smtp.contoso.com", smtp_user="relay@contoso.com"
    )
    assert mail_server(chosen).sender == "relay@contoso.com"
    chosen.smtp_user = "relay"
    assert mail_server(chosen).sender == "it@contoso.com"
    chosen.sender = "rollcall@contoso.com"
    assert mail_server(chosen).sender == "rollcall@contoso.com"


def test_secrets_are_blanked_in_a_mail() -> None:
    secrets_seen.add("token-planted-77")
    news = News(
        "failure", "token-planted-77", ["see token-planted-77"], {"x": "token-planted-77"}, frozenset("x")
    )
    assert b"planted" not in letter(news, SERVER).as_bytes()


def test_the_same_is_told_once_until_it_changes(tmp_path: Path) -> None:
    def news(*marks: str) -> News:
        return News("failure", "x", [], marks=frozenset(marks))

    told = Told(tmp_path)
    assert told.is_new(news("a"))
    told.tell(news("a"))
    told.write()
    told = Told(tmp_path)
    assert not told.is_new(news("a"))
    assert told.is_new(news("a", "b"))
    told.tell(news("a", "b"))
    assert not told.is_new(news("b"))  # one of them is in order again
    told.settle(news("b"))
    assert told.is_new(news("a", "b"))  # and fails again
    told.in_order("failure")
    assert told.is_new(news("b"))
    assert told.is_new(News("guard", "x", [], marks=frozenset({"a"})))
    (tmp_path / FILE).write_text('{"failure": 7}')
    assert Told(tmp_path).is_new(news("a"))


def test_a_password_is_kept_under_a_service_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = MailPasswords()
    assert passwords.of("smtp.contoso.com", "relay") is None
    passwords.put("relay@smtp.contoso.com", "kept-password-1")
    assert passwords.of("SMTP.contoso.com ", " relay") == "kept-password-1"
    assert passwords.of("smtp.contoso.com", "other") is None
    monkeypatch.setenv(VARIABLE, "password-of-the-environment")
    assert passwords.of("smtp.contoso.com", "other") == "password-of-the-environment"
    assert secrets_seen.clean("password-of-the-environment") != "password-of-the-environment"
    assert SERVICE != "Rollcall"


class Vault(KeyringBackend):
    """A keyring in memory, as a person's own would be."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


def test_the_keyring_has_one_entry_for_each_server_and_user() -> None:
    vault = Vault()
    assert MailPasswords(vault).put("relay@smtp.contoso.com", "kept-password-2") == "keyring"
    assert vault.entries == {("Rollcall mail", "relay@smtp.contoso.com"): "kept-password-2"}
    assert MailPasswords(vault).of("smtp.contoso.com", "relay") == "kept-password-2"
    assert MailPasswords(vault).forget("relay@smtp.contoso.com")
    assert vault.entries == {}


def test_every_problem_says_what_why_and_what_next() -> None:
    for code in _TABLE:
        problem = MailProblem(code)
        assert problem.what
        assert problem.why
        assert problem.remedy
