"""Mail from cycles, through a real SMTP server: once for each event, and never in a cycle's way."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine.clock import this_moment
from app.engine.state.store import Store
from app.notify import post as posting
from app.practice.app import PracticeApp
from app.setup.plan import Place, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from tests.servers import tls_servers
from tests.servers.mail_server import PASSWORD, USER, Post, make_post
from tests.tasks.conftest import Hear

__all__ = ["make_post"]


@pytest.fixture
def mail(make_post: Callable[..., Post], plan: SetupPlan, monkeypatch: pytest.MonkeyPatch) -> Post:  # noqa: F811
    """A mail server that the plan names; the system trusts the tests' authority for once."""
    made = make_post(starttls=tls_servers.good(), sign_in=True)
    trusted: ssl.SSLContext = tls_servers.client_context()
    monkeypatch.setattr(posting, "system_tls", lambda: trusted)
    chosen = plan.notifications
    chosen.email, chosen.on_failure = "it@contoso.com", True
    chosen.smtp_host, chosen.smtp_port, chosen.smtp_user = "localhost", made.port, USER
    return made


def subjects(mail: Post) -> list[str]:
    return [str(each["Subject"]) for each in mail.handler.letters]


async def test_a_test_mail_needs_the_password_and_arrives(mail: Post, hear: Hear) -> None:
    with pytest.raises(Problem) as caught:
        await hear("mail-test")
    assert caught.value.code == "MAIL-NO-PASSWORD"
    _, state = await hear("mail-password-state")
    assert not state.stored
    _, state = await hear("mail-password-set", password=f"{PASSWORD}\n")
    assert (state.stored, state.where) == (True, "memory")  # the tests have no keyring
    assert PASSWORD not in state.model_dump_json()
    _, state = await hear("mail-password-state", host="localhost", user=USER)
    assert state.stored
    _, done = await hear("mail-test")
    assert "it@contoso.com" in done.sentence
    assert subjects(mail) == ["Rollcall: this is a test"]
    await hear("mail-password-forget")
    _, state = await hear("mail-password-state")
    assert not state.stored


async def test_a_failing_cycle_is_told_once_until_it_changes(
    mail: Post, hear: Hear, context: Context, practice: PracticeApp, plan: SetupPlan
) -> None:
    await hear("mail-password-set", password=PASSWORD)
    plan.source.users = "missing.csv"
    for _ in range(3):
        events, end = await hear("run")
        assert end.state == "failed"
    assert subjects(mail) == ["Rollcall: a provisioning cycle failed"]
    text = mail.handler.letters[0].get_content()
    assert "pilot.toml" in text
    assert practice.token not in text
    assert PASSWORD not in text
    plan.source.users = "users.csv"
    _, end = await hear("run")
    assert end.state == "succeeded"
    assert len(subjects(mail)) == 1
    plan.source.users = "missing.csv"
    await hear("run")
    assert len(subjects(mail)) == 2  # it was in order meanwhile


async def test_who_failed_is_told_once_until_somebody_else_fails(
    mail: Post, hear: Hear, practice: PracticeApp, plan: SetupPlan, tmp_path: Path
) -> None:
    await hear("mail-password-set", password=PASSWORD)
    header, *rows = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    column = header.split(",").index("objectId")

    def twin(row: str, number: int) -> str:
        """The same person once more, under another object id."""
        values = row.split(",")
        values[column] = f"{number:08d}-0000-4000-8000-000000000000"
        return ",".join(values)

    plain = [row for row in rows if row.count(",") == header.count(",") and '"' not in row and "True" in row]
    for twins in ([], plain[:1], plain[:1], plain[:2], plain[:2], []):
        more = [twin(row, number) for number, row in enumerate(twins)]
        (tmp_path / "users.csv").write_text("\n".join([header, *rows, *more]), encoding="utf-8")
        await hear("run")
        if len(twins) == 1:
            # A cycle that fails as a whole says nothing of who failed before.
            plan.source.users = "missing.csv"
            await hear("run")
            plan.source.users = "users.csv"
    assert subjects(mail) == [
        "Rollcall: 1 failure in provisioning",
        "Rollcall: a provisioning cycle failed",
        "Rollcall: a provisioning cycle failed",  # a cycle came to its end between the two
        "Rollcall: 2 failures in provisioning",
    ]
    assert "DUPLICATE-SOURCE-ENTRIES" in mail.handler.letters[0].get_content()


async def test_a_cycle_that_cannot_begin_is_told(mail: Post, hear: Hear, plan: SetupPlan) -> None:
    await hear("mail-password-set", password=PASSWORD)
    plan.app.tenant_url = "https://no-token.example.com/scim/v2"
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            await hear("run")
        assert caught.value.code == "TOKEN-MISSING"
    assert subjects(mail) == ["Rollcall: provisioning could not begin"]
    assert "TOKEN-MISSING" in mail.handler.letters[0].get_content()


async def test_the_guard_is_told(
    mail: Post, hear: Hear, context: Context, practice: PracticeApp, plan: SetupPlan, tmp_path: Path
) -> None:
    await hear("mail-password-set", password=PASSWORD)
    await hear("run")
    lines = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    (tmp_path / "users.csv").write_text("\n".join(lines[:-30]), encoding="utf-8")
    plan.safety.deletion_threshold = 3
    plan.notifications.on_failure = False
    for _ in range(2):
        _, end = await hear("run")
        assert end.state == "guarded"
    assert subjects(mail) == ["Rollcall: the deletion guard stopped a cycle"]
    plan.notifications.on_guard = False
    (tmp_path / "users.csv").write_text("\n".join(lines[:-40]), encoding="utf-8")
    await hear("run")
    assert len(subjects(mail)) == 1


async def test_a_mail_server_that_fails_never_stops_a_cycle(
    mail: Post, hear: Hear, context: Context, practice: PracticeApp, plan: SetupPlan
) -> None:
    plan.notifications.smtp_user = ""
    plan.notifications.smtp_security = "tls"  # this port speaks STARTTLS
    before = this_moment()
    quarantine = {"reason": "X", "code": "Y", "meaning": "It refused.", "remedy": "Ask.", "since": before}
    quarantine["next_try"] = before
    with Store.open(context.state()) as store:
        store.begin()
        store.keep("quarantine", json.dumps(quarantine))
        store.commit()
    context.tokens.remember(context.tenant_url(), "another-token")
    events, end = await hear("run")
    assert end.state == "failed"
    told = [event for event in events if event.event == "notice" and event.code.startswith("MAIL-")]
    assert told
    assert all("could not be sent" in event.text for event in told)
    plan.notifications.smtp_security = "starttls"
    plan.notifications.smtp_user = USER
    await hear("mail-password-set", password=PASSWORD)
    await hear("run")
    # What could not be sent then is sent now.
    assert "Rollcall: provisioning is in quarantine" in subjects(mail)
    assert "Rollcall: a provisioning cycle failed" in subjects(mail)


async def test_practice_writes_to_nobody(mail: Post, hear: Hear, plan: SetupPlan) -> None:
    await hear("mail-password-set", password=PASSWORD)
    plan.run.where = Place.PRACTICE
    plan.source.users = "missing.csv"
    events, end = await hear("run")
    assert end.state == "failed"
    assert subjects(mail) == []


async def test_rows_that_could_not_be_read_are_told_in_one_mail(
    mail: Post, hear: Hear, practice: PracticeApp, plan: SetupPlan, tmp_path: Path
) -> None:
    """One, whatever else happens: not again while they stay, and not where only their line changes."""
    await hear("mail-password-set", password=PASSWORD)
    header, *rows = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    place = header.split(",").index("userPrincipalName")
    nameless = ",".join("" if number == place else "x" for number in range(header.count(",") + 1))
    for lines in ([*rows, nameless], [*rows, nameless], [nameless, *rows]):
        (tmp_path / "users.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
        _, end = await hear("run")
        assert (end.state, len(end.unread)) == ("failures", 1)
    assert subjects(mail) == ["Rollcall: 1 row that could not be read"]
    text = mail.handler.letters[0].get_content()
    assert f"users.csv, line {len(rows) + 2}: " in text
    assert "ROW-UNREAD" in text
    (tmp_path / "users.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    _, end = await hear("run")
    assert end.state == "succeeded"
    (tmp_path / "users.csv").write_text("\n".join([header, *rows, nameless]), encoding="utf-8")
    await hear("run")
    assert len(subjects(mail)) == 2  # it was in order meanwhile
