"""What Microsoft Graph, or the road to it, can answer instead of what was asked: what, why, what to do.

One row a code. ``{host}``, ``{status}``, ``{code}``, ``{needs}`` and ``{wait}`` are filled in.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Row(NamedTuple):
    """The three sentences of a fault, and whether the same call may go well when it is repeated."""

    what: str
    why: str
    remedy: str
    passing: bool = False


_NETWORK = (
    "Look whether this computer reaches {host}, then try again. Behind a company proxy, allow that host."
)
_AGAIN = "Try again in a few minutes. Nothing that was done before is lost."

GRAPH_FAULTS: Final[dict[str, Row]] = {
    "GRAPH-SIGNED-OUT": Row(
        "Microsoft Graph does not accept your sign-in any more.",
        "It has ended, was withdrawn, or your organisation asks for it again.",
        "Sign in again, then go on. If it happens at once again, your tenant may block this sign-in: ask "
        "whoever "
        "looks after Conditional Access.",
    ),
    "GRAPH-DENIED": Row(
        "Microsoft Graph did not allow this.",
        "{needs}",
        "Sign in again with an account that has the role and agree to the permissions. A role that was "
        "activated "
        "just now counts only after a new sign-in. In a new app it can also take a minute: then try again.",
    ),
    "GRAPH-LICENCE": Row(
        "The tenant's licence does not include this.",
        "Provisioning logs and the assignment of groups come with Microsoft Entra ID P1 or P2.",
        "Assign people instead of groups, or get a licence. In a new trial it can take an hour to arrive.",
    ),
    "GRAPH-NOT-FOUND": Row(
        "Microsoft Graph does not have what was asked for.",
        "It was removed, belongs to another tenant, or was made moments ago and is not there for everyone "
        "yet.",
        "Try again in a minute. If it stays away, look in the admin center whether the app and its "
        "provisioning "
        "are still there.",
    ),
    "GRAPH-CONFLICT": Row(
        "Microsoft Graph found this in conflict with what is there already.",
        "Someone else, or an earlier try, changed or made the same thing.",
        "Try again: Rollcall reads what is there first and goes on from that.",
    ),
    "GRAPH-EXISTS": Row(
        "This is there already.",
        "An earlier try, or somebody in the admin center, made it.",
        "Try again: Rollcall uses what is there.",
    ),
    "GRAPH-GONE": Row(
        "The point from which changes were to be read is no longer known.",
        "Microsoft Entra keeps it for seven days.",
        "Nothing is lost: everybody is read once again from the start.",
    ),
    "GRAPH-THROTTLED": Row(
        "Microsoft Graph asks to slow down.",
        "Too many calls came from this app in your tenant, perhaps from other programs too.{wait}",
        "Wait a few minutes, then try again. Nothing that was done before is lost.",
        passing=True,
    ),
    "GRAPH-SECRETS-SIZE": Row(
        "The credentials are larger than Microsoft Entra can keep.",
        "Token, addresses for notification and certificate mails share one small space: 1 KB in total in US "
        "Government clouds. A test of the same token succeeds, only saving fails.",
        "Make a shorter token in the app if it offers one, or name fewer or shorter mail addresses.",
    ),
    "GRAPH-CREDENTIALS": Row(
        "Microsoft Entra could not sign in to the app with this tenant URL and token.",
        "Its own test call came back with {code}.",
        "Run Test connection. If that passes, the app may let in your network but not Microsoft's: allow the "
        "service tag AzureActiveDirectory in its firewall.",
    ),
    "GRAPH-QUERY": Row(
        "Microsoft Graph does not answer this kind of search.",
        "The search holds something that it cannot look for ({code}).",
        "Search for the beginning of the name or of the mail address.",
    ),
    "GRAPH-REFUSED": Row(
        "Microsoft Graph refused what Rollcall sent.",
        "It says: {code}.",
        "Show the details: they name the part that was refused. Correct it in the plan if it comes from "
        "there, "
        "or report it with the request id.",
    ),
    "GRAPH-BUSY": Row(
        "Microsoft Graph is busy.", "The service said so (status {status}).{wait}", _AGAIN, passing=True
    ),
    "GRAPH-SERVER": Row(
        "Something failed inside Microsoft Graph.",
        "It answered with status {status}; that is mostly over soon.",
        _AGAIN + " If it stays, look at the service health page of your admin center.",
        passing=True,
    ),
    "GRAPH-TIMEOUT": Row(
        "Microsoft Graph did not answer in time.",
        "The service, the network or a proxy is slow or holds the call back.",
        _NETWORK,
        passing=True,
    ),
    "GRAPH-CUT": Row(
        "The connection to Microsoft Graph was lost before the answer was whole.",
        "The network or a proxy cut it.",
        _NETWORK,
        passing=True,
    ),
    "GRAPH-UNREACHABLE": Row(
        "Microsoft Graph cannot be reached.",
        "The host {host} was not found, or takes no connection from here.",
        _NETWORK,
        passing=True,
    ),
    "GRAPH-TLS": Row(
        "The identity of {host} could not be confirmed, so nothing was sent.",
        "Something between here and Microsoft presents a certificate that this computer does not trust, most "
        "often a proxy that inspects traffic.",
        "Ask your network team to put the proxy's root certificate into this computer's store, or to let "
        "{host} "
        "through unopened.",
    ),
    "GRAPH-PROXY": Row(
        "The proxy did not let the call to {host} through.",
        "It refused it, cannot be reached, or is of a kind that Rollcall does not speak.",
        "Check the proxy settings of this computer; only http and https proxies can be used.",
    ),
    "GRAPH-ANSWER": Row(
        "What came back is no answer of Microsoft Graph.",
        "A proxy or a sign-in page of the network most likely answered in its place.",
        "Open a web page to see whether the network asks you to sign in, then try again. Behind a company "
        "proxy, "
        "allow {host}.",
        passing=True,
    ),
    "GRAPH-ELSEWHERE": Row(
        "Microsoft Graph's answer points to another host, and Rollcall did not follow.",
        "Your sign-in must not be sent anywhere but to {host}. A proxy may have put itself in between, or "
        "the plan "
        "names the wrong cloud for your tenant.",
        "Check the cloud in the plan. Behind a company proxy, allow {host}.",
    ),
}

UNCERTAIN: Final = (
    "Whether it was still carried out is not known. Resume, or try again: Rollcall first looks at what is "
    "there, "
    "so nothing is made twice."
)
"""Put before the remedy when something that makes new things got no clear answer."""

NETWORK_CODES: Final[dict[str, str]] = {
    "HOST-NOT-FOUND": "GRAPH-UNREACHABLE",
    "CONNECTION-REFUSED": "GRAPH-UNREACHABLE",
    "NETWORK-UNREACHABLE": "GRAPH-UNREACHABLE",
    "CONNECT-TIMEOUT": "GRAPH-UNREACHABLE",
    "ANSWER-TIMEOUT": "GRAPH-TIMEOUT",
    "ANSWER-CUT": "GRAPH-CUT",
    "PROXY-REFUSED": "GRAPH-PROXY",
    "PROXY-UNREACHABLE": "GRAPH-PROXY",
    "PROXY-KIND": "GRAPH-PROXY",
}
"""From ``app.network``'s codes; every TLS one is GRAPH-TLS, every other GRAPH-ANSWER."""
