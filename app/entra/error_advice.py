"""What the codes of the provisioning log and of a job's errors mean, and what to do about them.

Source: Microsoft, "Analyze the Microsoft Entra provisioning logs"; connection codes: issue threads.
Connectors put their own name in front (``SalesforceInvalidCredentials``), so a code is known by its end.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Advice(NamedTuple):
    """``again`` says whether the service tries once more by itself."""

    cause: str
    fix: str
    again: bool = True


_WAIT = "Nothing: the service tries again in the next cycle, about every 40 minutes."
_VENDOR = "Run Test connection: it finds this kind of fault and words a report for the app's vendor."

_TABLE: Final[dict[str, Advice]] = {
    "EntryConflict Conflict": Advice(
        "A value collides with another account in the app.",
        "Repair the value in Microsoft Entra, or choose another matching attribute.",
    ),
    "TooManyRequests": Advice("The app asked to slow down.", _WAIT),
    "InternalServerError": Advice("The app failed on its own side.", _WAIT),
    "InsufficientRights MethodNotAllowed NotPermitted Unauthorized": Advice(
        "The app let the token in, but does not allow this change.",
        "Give the token's owner more rights in the app, or make a new token as an administrator of it.",
    ),
    "UnprocessableEntity": Advice(
        "The app answered in a way that was not expected.",
        "Look at the app's own settings and state, and at the reason given here.",
    ),
    "WebExceptionProtocolError": Advice("The connection to the app broke in HTTP.", _WAIT),
    "InvalidAnchor": Advice(
        "The account that was once matched or made is gone from the app.",
        "Restart provisioning with full matching (reset scope Full), so that everybody is looked up anew.",
        again=False,
    ),
    "NotImplemented": Advice(
        "The app does not offer this call.", "Look at the app's settings, or ask its vendor."
    ),
    "MandatoryFieldsMissing MissingValues": Advice(
        "The app requires a value that this person does not have.",
        "Fill the value in Microsoft Entra, or give the mapping a default.",
    ),
    "SchemaAttributeNotFound": Advice(
        "A mapping names an attribute that the app does not have.", "Correct or remove that mapping."
    ),
    "InternalError": Advice("The provisioning service failed on its own side.", _WAIT),
    "InvalidDomain": Advice(
        "The app does not allow the domain of a value, such as that of the mail address.",
        "Allow the domain in the app, or map another value.",
    ),
    "Timeout": Advice("The app took too long to answer.", _WAIT),
    "LicenseLimitExceeded": Advice(
        "The app has no seat left.", "Buy seats in the app, or narrow who is in scope."
    ),
    "DuplicateTargetEntries": Advice(
        "More than one account in the app matches this person.",
        "Delete the double in the app, or match by an attribute that is unique.",
    ),
    "DuplicateSourceEntries": Advice(
        "More than one person in Microsoft Entra matches the same account.",
        "Give them different values in the matching attribute.",
    ),
    "ImportSkipped": Advice(
        "The person has no value in the matching attribute.",
        "Fill it in Microsoft Entra. This says nothing about whether the person is in scope.",
    ),
    "EntrySynchronizationSkipped": Advice(
        "The person is out of scope, or there was nothing to change.", "Usually nothing."
    ),
    "RedundantExport": Advice("The app has the same values already.", "Nothing."),
    "NotEffectivelyEntitled": Advice(
        "The person is not assigned to the app with a role that counts.",
        "Assign the person, or a group that has the person as a direct member, with the app's role for "
        "users.",
    ),
    "MultipleEntriesInResponse": Advice(
        "The app sent several accounts where one was asked for, or members that were not asked for.", _VENDOR
    ),
    "ServiceIncompatible ServiceIncompatibleFiltering": Advice(
        "The app's answer could not be understood.", _VENDOR
    ),
    "SchemaPropertyCanOnlyAcceptValue": Advice(
        "Several values would go into an attribute that holds one.",
        "Choose one of them in the mapping, for example with Item().",
    ),
    "CredentialValidationUnavailable": Advice(
        "Microsoft's test call to the app got no usable answer: wrong address, TLS, a firewall, or an error.",
        "Run Test connection. If it passes here, let Microsoft in: service tag AzureActiveDirectory.",
    ),
    "CredentialValidationFailure": Advice(
        "The token is not valid any more.",
        "Make a new token in the app, save it in Rollcall, test, and restart provisioning.",
    ),
    "InvalidCredentials": Advice(
        "The tenant URL or the token saved in Microsoft Entra is missing or wrong.",
        "Save tenant URL and token once more, test, and restart provisioning.",
    ),
    "ManagementBadRequest": Advice(
        "The app answered that the request is wrong (400).", "Read the app's answer in the reason given here."
    ),
    "DuplicateRoles": Advice(
        "Two app roles have the same name.", "Clean up the app's roles in Microsoft Entra."
    ),
}
_BY_CODE: Final = {code: advice for codes, advice in _TABLE.items() for code in codes.split()}


def advice_for(code: str) -> Advice | None:
    """The advice for a code, whatever connector's name stands in front; None for one that is not known."""
    folded = code.strip().casefold()
    ends = [known for known in _BY_CODE if folded.endswith(known.casefold())]
    # The longest: "InternalError" must not answer for a longer code that ends the same.
    return _BY_CODE[max(ends, key=len)] if ends else None
