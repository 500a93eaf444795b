"""Whether an account is enabled, as exports write it: the headings that say it, and the words below them.

Sources of the headings: the admin centers of Microsoft 365 ("Block credential", "Sign-in blocked") and Entra
("accountEnabled", the bulk template's "Block sign in (Yes/No) [accountEnabled]"), Get-MgUser
("AccountEnabled"), Get-ADUser ("Enabled", "userAccountControl"), MSOnline ("BlockCredential"), Google
Workspace ("Status [READ ONLY]") and Okta ("status").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import Final


class Sense(Enum):
    """What a column says of the accounts.

    Attributes:
        SAME: yes means enabled.
        OPPOSITE: yes means blocked.
        CONTROL: Active Directory's userAccountControl, a number whose bit 2 means disabled.
        STATUS: a word such as ACTIVE or SUSPENDED.
    """

    SAME = "yes means enabled"
    OPPOSITE = "yes means blocked"
    CONTROL = "a number; bit 2 means disabled"
    STATUS = "a word such as Active or Suspended"


_SAME: Final = (
    "accountenabled enabled isenabled accountisenabled active isactive accountactive useractive signinallowed"
    " signinenabled allowsignin loginenabled userenabled"
)
_OPPOSITE: Final = (
    "blocksignin blockedsignin signinblocked issigninblocked signinblock blockcredential blockcredentials"
    " blockedcredential credentialblocked blocked isblocked accountblocked accountdisabled isaccountdisabled"
    " disabled isdisabled userdisabled suspended issuspended accountsuspended inactive isinactive deactivated"
    " isdeactivated deprovisioned archived"
)
_STATUS: Final = "status accountstatus userstatus newstatus signinstatus accountstate lifecyclestate"
_HEADINGS: Final[dict[str, Sense]] = {
    **dict.fromkeys(_SAME.split(), Sense.SAME),
    **dict.fromkeys(_OPPOSITE.split(), Sense.OPPOSITE),
    **dict.fromkeys(_STATUS.split(), Sense.STATUS),
    "useraccountcontrol": Sense.CONTROL,
}

_TRUE: Final = "true yes 1 wahr vrai verdadero verdadeiro vero waar sant sand tosi prawda ano igaz истина да"
_FALSE: Final = "false no 0 falsch faux falso onwaar falskt usand epätosi fałsz ne hamis ложь нет"
TRUTH: Final[dict[str, bool]] = {
    **dict.fromkeys(_TRUE.split(), True),
    **dict.fromkeys(_FALSE.split(), False),
    "nepravda": False,
    "pravda": True,
    "falsk": False,
}
"""How yes and no may be written: a spreadsheet program saves TRUE in its own language."""

_IN_USE: Final = "active enabled provisioned recovery password_expired locked_out allowed unblocked"
_NOT_IN_USE: Final = (
    "inactive disabled staged deprovisioned suspended archived blocked deactivated deleted terminated"
)
_STATES: Final[dict[str, bool]] = {
    **dict.fromkeys(_IN_USE.split(), True),
    **dict.fromkeys(_NOT_IN_USE.split(), False),
}
"""Sources: Okta, "User status"; Google, "Download a list of users". Who is STAGED was never let in."""

_DISABLED_BIT: Final = 0x2  # ACCOUNTDISABLE; Microsoft, "UserAccountControl property flags"
_IN_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LETTERS: Final = re.compile(r"[^a-z]")


def sense_of(heading: str) -> Sense | None:
    """What a heading says of the accounts; None for one that says nothing of it.

    Example:
        >>> sense_of("Block sign in (Yes/No) [accountEnabled] Required")
        <Sense.OPPOSITE: 'yes means blocked'>
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    before = _IN_BRACKETS.split(plain)[0]
    name = _LETTERS.sub("", before)
    if (sense := _HEADINGS.get(name)) is not None:
        return sense
    # "Enabled [accountEnabled]" and "[accountEnabled]": what stands in brackets, where the text says nothing.
    return Sense.SAME if "[accountenabled]" in plain else None


def enabled_columns(headings: Sequence[str]) -> list[tuple[int, Sense]]:
    """The columns that say who is enabled, by position. A status counts only where nothing clearer stands."""
    found = [(at, sense) for at, heading in enumerate(headings) if (sense := sense_of(heading)) is not None]
    clear = [each for each in found if each[1] is not Sense.STATUS]
    return clear or found


def read_enabled(written: str, sense: Sense) -> bool | None:
    """Whether a cell says that the account is enabled; None where it cannot be read. Empty cells are none."""
    word = unicodedata.normalize("NFKC", written).strip().casefold()
    if sense is Sense.CONTROL:
        return not int(word) & _DISABLED_BIT if word.isascii() and word.isdigit() else None
    if sense is Sense.STATUS:
        said = _STATES.get(re.sub(r"[\s-]+", "_", word))
        return TRUTH.get(word) if said is None else said
    truth = TRUTH.get(word)
    if truth is None:
        return _STATES.get(word)  # "Disabled" names the account's state, whatever the heading
    return truth is (sense is Sense.SAME)
