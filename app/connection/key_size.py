"""How long the key of a certificate is: just enough DER to find it, without a cryptography library."""

from __future__ import annotations

from collections.abc import Iterator

_RSA = bytes.fromhex("2a864886f70d010101")  # 1.2.840.113549.1.1.1
_CURVES = {  # named curves: RFC 5480, RFC 8410
    bytes.fromhex("2a8648ce3d030107"): 256,
    bytes.fromhex("2b81040022"): 384,
    bytes.fromhex("2b81040023"): 521,
    bytes.fromhex("2a8648ce3d030101"): 192,
    bytes.fromhex("2b81040021"): 224,
}
_EDWARDS = {bytes.fromhex("2b6570"): 256, bytes.fromhex("2b6571"): 456}


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tagged values that a DER value consists of."""
    at = 0
    while at + 2 <= len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def key_size(certificate: bytes) -> tuple[str, int]:
    """``RSA`` or ``ECC`` and the bits of a certificate's public key; ("", 0) for other kinds."""
    try:
        ((_, whole), *_) = _items(certificate)
        ((_, body), *_) = _items(whole)
        fields = [value for tag, value in _items(body) if tag != 0xA0]  # 0xA0: the version
        # serial, signature, issuer, validity, subject, subjectPublicKeyInfo
        (_, algorithm), (_, bits) = list(_items(fields[5]))[:2]
        names = [value for tag, value in _items(algorithm) if tag == 0x06]
        if names[0] == _RSA:
            ((_, numbers), *_) = _items(bits[1:])
            ((_, modulus), *_) = _items(numbers)
            return "RSA", int.from_bytes(modulus, "big").bit_length()
        if names[0] in _EDWARDS:
            return "ECC", _EDWARDS[names[0]]
        return ("ECC", _CURVES[names[1]]) if len(names) > 1 and names[1] in _CURVES else ("", 0)
    except (ValueError, IndexError):
        return "", 0
