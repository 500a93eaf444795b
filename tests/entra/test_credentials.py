"""The set of credentials: always whole, never a mask, never too large unsaid."""

from __future__ import annotations

import json

import pytest

from app.entra.credentials import (
    blanked,
    check_size,
    differences,
    notification_settings,
    wanted,
    whole_set,
)
from app.entra.planned_call import SECRET
from app.entra.wish import Wish
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.setup.profile import load_profile
from tests.entra.small_tenant import TOKEN
from tests.entra.walking import URL


def wish(**more: object) -> Wish:
    plan = SetupPlan()
    plan.notifications.email = "it@contoso.com, ops@contoso.com"
    plan.notifications.on_failure = True
    plan.safety.deletion_threshold = 50
    for name, value in more.items():
        setattr(plan.entra, name, value)
    return Wish(plan, load_profile("invision"), URL, TOKEN)


def test_what_was_there_is_kept_and_the_plans_keys_are_set() -> None:
    present = {"SkipOutOfScopeDeletions": "True", "SecretToken": "*", "SyncAll": "True", "BaseAddress": "old"}
    sent = {each["key"]: each["value"] for each in whole_set(wish(), present)}
    assert sent == {
        "SkipOutOfScopeDeletions": "True",
        "BaseAddress": URL,
        "SecretToken": TOKEN,
        "SyncAll": "false",
        "SyncNotificationSettings": sent["SyncNotificationSettings"],
    }
    assert json.loads(sent["SyncNotificationSettings"]) == {
        "Enabled": True,
        "Recipients": "it@contoso.com,ops@contoso.com",
        "DeleteThresholdEnabled": True,
        "DeleteThresholdValue": 50,
        "HumanResourcesLookaheadQueryEnabled": False,
    }


def test_a_mask_is_never_sent_and_losing_a_secret_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        whole_set(wish(), {"Password": "*", "BaseAddress": "x"})
    assert caught.value.code == "CREDENTIALS-MASKED"
    assert "Password" in caught.value.what


def test_other_notification_settings_are_kept_and_a_guard_can_be_off() -> None:
    mine = wish()
    mine.plan.safety.deletion_threshold = 0
    settings = json.loads(notification_settings(mine, '{"HumanResourcesLookaheadQueryEnabled":true,"New":1}'))
    assert settings["HumanResourcesLookaheadQueryEnabled"] is True
    assert settings["New"] == 1
    assert settings["DeleteThresholdEnabled"] is False
    for damaged in ("*", "not json", "[1]"):
        assert json.loads(notification_settings(mine, damaged))["Recipients"].startswith("it@")


@pytest.mark.parametrize(("cloud", "refused"), [("us-l4", True), ("us-l5", True), ("global", False)])
def test_a_set_that_is_too_large_for_a_government_cloud_is_refused_before_it_is_sent(
    cloud: str, refused: bool
) -> None:
    mine = wish(cloud=cloud)
    large = Wish(mine.plan, mine.profile, URL, "t" * 1000)
    pairs = whole_set(large, {})
    if not refused:
        check_size(large, pairs)
        return
    with pytest.raises(Problem) as caught:
        check_size(large, pairs)
    assert caught.value.code == "CREDENTIALS-SIZE"
    check_size(mine, whole_set(mine, {}))


def test_reading_back_compares_what_can_be_compared() -> None:
    there = wanted(wish())
    assert differences(wish(), there | {"SecretToken": "*"}) == []
    assert differences(wish(), there | {"SyncAll": "False"}) == []
    assert differences(wish(), there | {"BaseAddress": "https://other.example"}) == ["BaseAddress"]
    assert differences(wish(), {"BaseAddress": URL}) == ["SecretToken", "SyncNotificationSettings", "SyncAll"]


def test_nothing_secret_is_shown() -> None:
    shown = json.dumps(blanked(whole_set(wish(), {"Username": "svc"})))
    assert TOKEN not in shown
    assert "svc" not in shown
    assert shown.count(SECRET) == 2
    assert TOKEN not in repr(wish())
