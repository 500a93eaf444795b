"""A request as a curl command, for whoever wants to see it happen. The token is a variable, never the token.

Down here because both the reports of *Test connection* and the page that shows it need it.
"""

from __future__ import annotations

TOKEN_VARIABLE = "SCIM_TOKEN"  # noqa: S105 - the name of a variable, not a token


def curl_command(request: str) -> str:
    """The command that sends a request again.

    Args:
        request: method and address, headers line by line, an empty line, the body; token blanked.

    Returns:
        One line for a POSIX shell; empty when the text is no request.
    """
    head, _, body = request.partition("\n\n")
    first, *more = head.split("\n")
    method, _, address = first.partition(" ")
    if not address:
        return ""
    parts = ["curl", "-i", "-X", method, _shell(address)]
    for line in more:
        if line.startswith("Authorization:"):
            parts += ["-H", f'"Authorization: Bearer ${TOKEN_VARIABLE}"']
        else:
            parts += ["-H", _shell(line)]
    if body:
        parts += ["--data-raw", _shell(body)]
    return " ".join(parts)


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
