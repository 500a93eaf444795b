"""The certificates that a server sends in its handshake, whether or not they are trusted.

They are read off the handshake's own messages: verification stays on, and nothing else is sent. Source of the
message's form: RFC 5246, section 7.4.2 (TLS 1.2), and RFC 8446, section 4.4.2 (TLS 1.3).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_CERTIFICATE: Final = 11
_TLS_1_3: Final = 0x0304
_CA_ISSUERS: Final = bytes.fromhex("06082b06010505073002")  # 1.3.6.1.5.5.7.48.2: where the issuer's is found


@dataclass(slots=True)
class SentChain:
    """Listens to a handshake.

    Attributes:
        certificates: in DER, the server's own first; empty where this Python cannot listen.
    """

    certificates: list[bytes] = field(default_factory=list)

    def listen(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """Have the context's next handshake heard; gives the context back."""
        if hasattr(context, "_msg_callback"):
            context._msg_callback = self._hear
        return context

    def _hear(
        self, connection: Any, direction: str, version: Any, content: Any, message: Any, data: bytes
    ) -> None:
        if direction != "read" or int(message) != _CERTIFICATE or not data or data[0] != _CERTIFICATE:
            return
        try:
            self.certificates = list(_certificates(data[4:], modern=int(version) == _TLS_1_3))
        except IndexError:
            self.certificates = []  # cut off: the handshake fails of itself

    @property
    def lacks_issuer(self) -> bool:
        """Whether the server leaves out its authority's certificate, which it should send with its own.

        Told by a single certificate that says where its issuer's own can be fetched: a public authority puts
        that into each certificate, and Entra does not follow it.
        """
        return len(self.certificates) == 1 and _CA_ISSUERS in self.certificates[0]


def _certificates(body: bytes, *, modern: bool) -> Iterator[bytes]:
    at = 1 + body[0] if modern else 0
    end = at + 3 + int.from_bytes(body[at : at + 3], "big")
    at += 3
    while at < min(end, len(body)):
        length = int.from_bytes(body[at : at + 3], "big")
        at += 3
        yield body[at : at + length]
        at += length
        if modern:
            at += 2 + int.from_bytes(body[at : at + 2], "big")
