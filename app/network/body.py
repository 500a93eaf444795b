"""An answer's body: read within bounds, parsed with suspicion."""

from __future__ import annotations

import json
import zlib
from typing import Any

import httpx

LARGEST = 10 * 1024 * 1024
"""Bytes of an answer's body that are read at most, before and after decompression."""


class BodyFault(Exception):
    """A body that cannot be used. ``code`` is ``ANSWER-COMPRESSION`` or ``ANSWER-TOO-LARGE``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def read_whole(response: httpx.Response, largest: int = LARGEST) -> bytes:
    """The whole body, decompressed. Raises BodyFault when it is too large or damaged.

    httpx's own decoding is passed by: it unpacks each piece whole, and layers of compression on top of each
    other, so that a small answer could fill the memory.
    """
    encoding = response.headers.get("content-encoding", "").strip().casefold()
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise BodyFault("ANSWER-COMPRESSION")
    unpack = None if encoding in {"", "identity"} else zlib.decompressobj(wbits=47)
    pieces: list[bytes] = []
    raw = size = 0
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    async for chunk in stream:
        raw += len(chunk)
        if unpack is not None:
            try:
                chunk = unpack.decompress(chunk, largest - size + 1)
            except zlib.error as error:
                raise BodyFault("ANSWER-COMPRESSION") from error
        size += len(chunk)
        if size > largest or raw > largest:
            raise BodyFault("ANSWER-TOO-LARGE")
        pieces.append(chunk)
    if unpack is not None and size and not unpack.eof:
        raise BodyFault("ANSWER-COMPRESSION")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def parse_body(body: bytes, content_type: str) -> tuple[Any, str]:
    """The JSON of a body, and the code of what is wrong with it ("" when nothing is)."""
    if not body or not body.strip():
        return None, ""
    kind = content_type.partition(";")[0].strip().casefold()
    named_json = kind in {"application/scim+json", "application/json"} or kind.endswith("+json")
    if kind in {"text/html", "application/xhtml+xml"} or body.lstrip()[:1] == b"<":
        return None, "ANSWER-HTML"
    try:
        parsed = json.loads(body)
        if b"\\ud" in body or b"\\uD" in body:
            # Half a character: legal in JSON, but it cannot be stored or sent anywhere.
            json.dumps(parsed, ensure_ascii=False).encode()
    except RecursionError:
        return None, "ANSWER-TOO-DEEP"
    except ValueError:
        return None, "ANSWER-BROKEN" if named_json else "ANSWER-TYPE"
    return parsed, "" if named_json or not kind else "ANSWER-TYPE"
