"""Whether an account is in use, as the app shows it: one reading for the check, the cycle and the comparison.

RFC 7643, section 4.1.1: ``active`` is a boolean. Real apps also answer with text and with numbers. Text is no
proof: an app that stores the text ``"False"`` as it was sent most often keeps the person signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from app.scim.path import AttributePath

_ACTIVE: Final = AttributePath.parse("active")
_ON: Final = frozenset({"true", "yes", "on", "1", "1.0", "active", "enabled"})
_OFF: Final = frozenset({"false", "no", "off", "0", "0.0", "inactive", "disabled"})


class AccountState(Enum):
    """What an answer says of an account.

    Attributes:
        ON: it is in use.
        OFF: it is disabled, said by a boolean or a number.
        OFF_AS_TEXT: it is disabled, said by a text only. Believed only when a boolean was sent before.
        UNKNOWN: the answer does not say.
    """

    ON = "on"
    OFF = "off"
    OFF_AS_TEXT = "off-as-text"
    UNKNOWN = "unknown"


def account_state(resource: Mapping[str, Any] | None) -> AccountState:
    """The state that a user resource of the app shows.

    Args:
        resource: the resource as the app sent it; None where there was no body.

    Example:
        >>> account_state({"active": False})
        <AccountState.OFF: 'off'>
        >>> account_state({"active": "False"})
        <AccountState.OFF_AS_TEXT: 'off-as-text'>
    """
    value = None if resource is None else _ACTIVE.get(dict(resource))
    if isinstance(value, bool | int | float):
        return AccountState.ON if value else AccountState.OFF
    if isinstance(value, str):
        text = value.strip().casefold()
        if text in _ON:
            return AccountState.ON
        if text in _OFF:
            return AccountState.OFF_AS_TEXT
    return AccountState.UNKNOWN
