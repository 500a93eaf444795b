"""A certificate authority of the tests' own, and TLS servers with one fault each."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from app.setup.tenant_url import TenantUrl
from tests.servers.raw_server import Answer, RawServer, found

AUTHORITY = trustme.CA(organization_name="Rollcall tests")
STRANGER = trustme.CA(organization_name="Another authority")
NOW = datetime.now(UTC)


def client_context() -> ssl.SSLContext:
    """A client's context that trusts only the tests' own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    AUTHORITY.configure_trust(context)
    return context


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def good() -> ssl.SSLContext:
    return server_context(AUTHORITY.issue_cert("localhost", "127.0.0.1"))


def expired() -> ssl.SSLContext:
    return server_context(
        AUTHORITY.issue_cert("localhost", not_before=NOW - timedelta(9), not_after=NOW - timedelta(1))
    )


def not_yet() -> ssl.SSLContext:
    return server_context(
        AUTHORITY.issue_cert("localhost", not_before=NOW + timedelta(1), not_after=NOW + timedelta(9))
    )


def wrong_name() -> ssl.SSLContext:
    return server_context(AUTHORITY.issue_cert("other.example"))


def unknown_root() -> ssl.SSLContext:
    return server_context(STRANGER.issue_cert("localhost"))


def expiring() -> ssl.SSLContext:
    return server_context(AUTHORITY.issue_cert("localhost", not_after=NOW + timedelta(days=10)))


def only_1_3() -> ssl.SSLContext:
    context = good()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def behind_intermediate(*, whole: bool, bits: int = 2048) -> ssl.SSLContext:
    """A certificate signed by an intermediate authority, which is sent with it or left out."""
    middle_key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    root_key = serialization.load_pem_private_key(AUTHORITY.private_key_pem.bytes(), None)
    root = x509.load_pem_x509_certificate(AUTHORITY.cert_pem.bytes())
    middle_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rollcall tests, intermediate")])
    middle = _signed(middle_name, middle_key.public_key(), root.subject, root_key, authority=True)
    leaf_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    leaf = _signed(leaf_name, leaf_key.public_key(), middle_name, middle_key, authority=False)
    chain = [leaf, middle] if whole else [leaf]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    key = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)
    with trustme.Blob(key + pem).tempfile() as path:
        context.load_cert_chain(path)
    return context


def _signed(
    name: x509.Name, key: Any, issuer: x509.Name, issuer_key: Any, *, authority: bool
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        )
        fetch = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier("http://ca.invalid/a.cer"),
        )
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.AuthorityInformationAccess([fetch]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def certificate_with(kind: str) -> bytes:
    """A certificate in DER whose key is an RSA or an ECC one."""
    key = trustme.KeyType.RSA if kind == "RSA" else trustme.KeyType.ECDSA
    pem = AUTHORITY.issue_cert("localhost", key_type=key).cert_chain_pems[0].bytes().decode()
    return ssl.PEM_cert_to_DER_cert(pem)


FAULTY: dict[str, Callable[[], ssl.SSLContext]] = {
    "TLS-EXPIRED": expired,
    "TLS-NOT-YET-VALID": not_yet,
    "TLS-WRONG-NAME": wrong_name,
    "TLS-UNKNOWN-ROOT": unknown_root,
}


@contextmanager
def only_tls_1_0() -> Iterator[TenantUrl]:
    """A real server that speaks TLS 1.0 only: OpenSSL 3 still can, behind security level 0.

    In a thread with plain sockets, because asyncio drops a failed handshake without sending the alert.
    """
    context = server_context(AUTHORITY.issue_cert("localhost"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is deprecated: that is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(ssl.SSLError, OSError):
                context.wrap_socket(connection, server_side=True, do_handshake_on_connect=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield TenantUrl.parse(f"https://localhost:{listening.getsockname()[1]}/scim/v2")
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


@asynccontextmanager
async def silent() -> AsyncIterator[TenantUrl]:
    """Takes connections and says nothing: a handshake that never ends."""
    done = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.transport.abort()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    try:
        yield TenantUrl.parse(f"https://localhost:{server.sockets[0].getsockname()[1]}/scim/v2")
    finally:
        server.close()
        done.set()
        await asyncio.sleep(0)


def tls_server(context: ssl.SSLContext, respond: Answer | None = None) -> RawServer:
    """A SCIM server behind TLS that answers every request with an empty list."""
    return RawServer(respond or (lambda request, writer: found()), tls=context)
