"""The credentials and settings of provisioning: one set of keys that is always replaced whole.

Source: Microsoft Graph, "Add synchronization secrets"; what reads back as ``*`` is from the azuread provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.entra.graph import GraphClient
from app.entra.planned_call import SECRET
from app.entra.service_principal import principal_path
from app.entra.synchronization_job import jobs_path
from app.entra.wish import Wish
from app.setup.deletion_threshold import in_people
from app.setup.problem import Problem

MASK: Final = "*"
"""What a secret reads back as. It is never sent: what that would do is not documented."""

GOVERNMENT_LIMIT: Final = 1024
"""Bytes that token, notification addresses and certificate mails may have together in US Government clouds.
No figure is documented for the others: there, Graph's own refusal is explained."""

SETTINGS: Final = "SyncNotificationSettings"


def secrets_path(service_principal: str) -> str:
    """Where the set is."""
    return principal_path(service_principal, "synchronization", "secrets")


def notification_settings(wish: Wish, present: str = "") -> str:
    """Mail and deletion guard as JSON text; what is there beside them is kept."""
    try:
        settings = json.loads(present) if present and present != MASK else {}
    except ValueError:
        settings = {}
    if not isinstance(settings, dict):
        settings = {}
    # The service takes a number only; how many it will link is not known before it has run.
    mail, limit = wish.plan.notifications, in_people(wish.plan.safety.deletion_threshold, None)
    receivers = ",".join(part.strip() for part in mail.email.split(",") if part.strip())
    settings["Enabled"] = bool(receivers) and mail.on_failure
    settings["Recipients"] = receivers
    settings["DeleteThresholdEnabled"] = limit > 0
    if limit > 0:
        settings["DeleteThresholdValue"] = limit
    settings.setdefault("HumanResourcesLookaheadQueryEnabled", False)
    return json.dumps(settings, separators=(",", ":"))


def guard_needs_mail(wish: Wish) -> bool:
    """Whether the deletion guard is on and nobody would hear of it: Entra documents an address as needed."""
    return wish.plan.safety.deletion_threshold != 0 and not wish.plan.notifications.email.strip()


def wanted(wish: Wish, present: Mapping[str, str] | None = None) -> dict[str, str]:
    """The keys that the plan decides on."""
    return {
        "BaseAddress": wish.base_address,
        "SecretToken": wish.token,
        SETTINGS: notification_settings(wish, (present or {}).get(SETTINGS, "")),
        "SyncAll": "true" if wish.everybody else "false",
    }


def whole_set(wish: Wish, present: Mapping[str, str]) -> list[dict[str, str]]:
    """The set to send: the plan's keys, and what was there before.

    Raises:
        Problem: a key that is there cannot be read, and sending the set without it would remove it.
    """
    new = wanted(wish, present)
    masked = [key for key, value in present.items() if value == MASK and key not in new]
    if masked:
        raise Problem(
            "CREDENTIALS-MASKED",
            f"The app's credentials hold {' and '.join(masked)}, which can be written but not read.",
            "They are replaced as a whole: saving the tenant URL and token would remove it, and Rollcall "
            "does not know its value.",
            "Use a separate enterprise app for this setup, or enter the tenant URL and token in the admin "
            "center, where the other values stay.",
        )
    kept = {key: value for key, value in present.items() if key not in new}
    return as_pairs(kept | new)


def as_pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    """As Graph has a set."""
    return [{"key": key, "value": value} for key, value in values.items()]


def blanked(pairs: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """A set that can be shown: the secret token, and all that is not known to be none, blanked."""
    open_keys = {"BaseAddress", SETTINGS, "SyncAll", "SkipOutOfScopeDeletions"}
    return [
        {"key": each["key"], "value": each["value"] if each["key"] in open_keys else SECRET} for each in pairs
    ]


def check_size(wish: Wish, pairs: Sequence[Mapping[str, str]]) -> None:
    """Refuse a set that is known to be too large before it is sent.

    Raises:
        Problem: it is.
    """
    if wish.plan.entra.cloud not in {"us-l4", "us-l5"}:
        return
    counted = [each["value"] for each in pairs if each["key"] in {"SecretToken", SETTINGS}]
    size = sum(len(value.encode()) for value in counted)
    if size > GOVERNMENT_LIMIT:
        raise Problem(
            "CREDENTIALS-SIZE",
            f"Token and notification addresses have {size:,} bytes together, and {GOVERNMENT_LIMIT:,} is the "
            "most.",
            "In US Government clouds they share one space with the addresses for certificate mails. A test "
            "of the same token succeeds; only saving fails.",
            "Make a shorter token in the app if it offers one, or name fewer or shorter mail addresses.",
        )


async def read_set(client: GraphClient, service_principal: str) -> dict[str, str]:
    """What is there, secrets masked; empty for an app whose provisioning was never set up."""
    page = await client.get(secrets_path(service_principal))
    pairs: list[Mapping[str, Any]] = [each for each in page.get("value") or [] if isinstance(each, dict)]
    return {str(each["key"]): str(each.get("value") or "") for each in pairs if each.get("key")}


def validation(wish: Wish, template: str) -> dict[str, Any]:
    """The body that asks Entra to try credentials before there is a job."""
    pairs = {"BaseAddress": wish.base_address, "SecretToken": wish.token}
    return {"useSavedCredentials": False, "templateId": template, "credentials": as_pairs(pairs)}


async def validate(client: GraphClient, service_principal: str, wish: Wish, template: str) -> None:
    """Have Entra call the app with the plan's credentials. Raises GraphProblem where it could not."""
    await client.post(jobs_path(service_principal, "validateCredentials"), validation(wish, template))


def differences(wish: Wish, present: Mapping[str, str]) -> list[str]:
    """Which of the plan's keys did not take effect. A masked secret is there, and more cannot be told."""
    found = []
    for key, value in wanted(wish, present).items():
        there = present.get(key, "")
        if there == MASK and value:
            continue
        if key == SETTINGS:
            same = _same_json(there, value)
        elif key == "SyncAll":
            same = there.casefold() == value
        else:
            same = there == value
        if not same:
            found.append(key)
    return found


def _same_json(first: str, second: str) -> bool:
    try:
        return bool(json.loads(first) == json.loads(second))
    except ValueError:
        return False
