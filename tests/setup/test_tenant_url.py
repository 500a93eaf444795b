"""The tutorial's rule for the tenant URL, on what people really paste."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.setup.tenant_url import TenantUrl, TenantUrlProblem

FLAG = "?aadOptscim062020"
WHOLE = "https://contoso.invisionapp.com/scim/v2"


@pytest.mark.parametrize(
    "pasted",
    [
        "https://contoso.invisionapp.com",
        "https://contoso.invisionapp.com/",
        "https://contoso.invisionapp.com/scim",
        "https://contoso.invisionapp.com/scim/",
        "https://contoso.invisionapp.com/scim/v2",
        "https://contoso.invisionapp.com/scim/v2/",
        "https://contoso.invisionapp.com/scim/v2/Users",
        "https://contoso.invisionapp.com/scim/v2/Users/",
        "https://contoso.invisionapp.com/scim/v2/users/2819c223?attributes=userName",
        "https://contoso.invisionapp.com/scim/v2/Groups",
        "https://contoso.invisionapp.com/scim/v2/ServiceProviderConfig",
        'https://contoso.invisionapp.com/scim/v2/Users?filter=userName eq "ann"',
        "https://contoso.invisionapp.com/scim/Users",
        "https://contoso.invisionapp.com/SCIM/V2",
        "https://contoso.invisionapp.com/scim/v2/scim/v2",
        "https://contoso.invisionapp.com/scim/v2/scim",
        "https://contoso.invisionapp.com/scim/v2/scim/v2/Users",
        "https://contoso.invisionapp.com//scim//v2",
        "https://contoso.invisionapp.com/./scim/x/../v2",
        "HTTPS://CONTOSO.InvisionApp.COM",
        "contoso.invisionapp.com",
        "contoso.invisionapp.com:443/scim/v2",
        "//contoso.invisionapp.com/scim",
        "://contoso.invisionapp.com/scim",
        "https:/contoso.invisionapp.com",
        "https:contoso.invisionapp.com",
        "https:\\\\contoso.invisionapp.com\\scim",
        "https://https://contoso.invisionapp.com",
        "https://contoso.invisionapp.com./scim",
        "https://contoso.invisionapp.com:/scim",
        "  \thttps://contoso.invisionapp.com\r\n",
        '"https://contoso.invisionapp.com"',
        "\u201chttps://contoso.invisionapp.com/scim/v2\u201d",
        "<https://contoso.invisionapp.com/scim/v2>,",
        "' \"contoso.invisionapp.com\" '",
        "\ufeffhttps://contoso.invisionapp.com\u200b",
        "https://con\u200btoso.invisionapp\u00ad.com/sc\u2060im",
        "https://contoso.invision\napp.com/scim/v2",
        "https://contoso.invisionapp.com/scim/v2?",
    ],
)
def test_repairs_what_can_mean_one_thing_only(pasted: str) -> None:
    url = TenantUrl.parse(pasted)
    assert url.text == url.base == WHOLE
    assert not url.flag
    assert url.changes or pasted in {WHOLE, WHOLE + "?"}


def test_says_in_sentences_what_was_repaired() -> None:
    url = TenantUrl.parse(' "contoso.invisionapp.com/scim/" ')
    assert url.changes == (
        "Removed the blanks around the address.",
        "Removed the quotation marks around the address.",
        "Added https:// in front.",
        "Removed the slash at the end.",
        "Appended /v2, as the app's instructions ask.",
    )
    assert TenantUrl.parse(url.text).changes == ()


@pytest.mark.parametrize(
    "pasted",
    [
        WHOLE + FLAG,
        WHOLE + "/" + FLAG,
        WHOLE + "?AADOPTSCIM062020",
        WHOLE + FLAG + "=",
        WHOLE + FLAG + "&" + FLAG[1:],
        "contoso.invisionapp.com" + FLAG,
        WHOLE + "/Users?startIndex=1&" + FLAG[1:],
    ],
)
def test_keeps_the_flag(pasted: str) -> None:
    url = TenantUrl.parse(pasted)
    assert url.flag
    assert url.text == WHOLE + FLAG
    assert url.base == WHOLE
    assert url.with_flag(False).text == WHOLE
    assert url.with_flag(False).with_flag(True) == url


@pytest.mark.parametrize(
    ("pasted", "suffix", "text"),
    [
        ("https://api.example.com", "", "https://api.example.com"),
        ("https://api.example.com/", "", "https://api.example.com"),
        ("https://api.example.com/scim", "", "https://api.example.com/scim"),
        ("https://api.example.com/scim/v2/Users", "", "https://api.example.com/scim/v2"),
        ("https://api.example.com/users", "", "https://api.example.com/users"),
        ("https://api.example.com" + FLAG, "", "https://api.example.com" + FLAG),
        ("https://api.example.com/t1/rest", "/rest/scim", "https://api.example.com/t1/rest/scim"),
        ("https://api.example.com/scim/v2/t1", "/scim/v2", "https://api.example.com/scim/v2/t1"),
        ("https://api.example.com/scim/v1", "/scim/v2", "https://api.example.com/scim/v1"),
        ("https://api.example.com/v2", "/scim/v2/", "https://api.example.com/v2/scim/v2"),
    ],
)
def test_the_suffix_is_the_profiles(pasted: str, suffix: str, text: str) -> None:
    assert TenantUrl.parse(pasted, suffix).text == text


@pytest.mark.parametrize(
    ("pasted", "host", "loopback"),
    [
        ("https://b\u00fccher.example", "xn--bcher-kva.example", False),
        ("https://B\u00dcCHER.example", "xn--bcher-kva.example", False),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example", False),
        ("https://\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah", False),
        ("https://my_app.example.com", "my_app.example.com", False),
        ("http://LOCALHOST:8080/scim", "localhost", True),
        ("http://127.0.0.1:9", "127.0.0.1", True),
        ("http://127.8.9.10", "127.8.9.10", True),
        ("http://[0:0:0:0:0:0:0:1]:80", "::1", True),
        ("https://[2001:DB8::1]:8443", "2001:db8::1", False),
        ("https://localhost.example.com", "localhost.example.com", False),
    ],
)
def test_hosts(pasted: str, host: str, loopback: bool) -> None:
    url = TenantUrl.parse(pasted)
    assert (url.host, url.is_loopback) == (host, loopback)
    assert TenantUrl.parse(url.text) == url


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("http://localhost:080/scim", "http://localhost/scim/v2"),
        ("https://x.example:0443", "https://x.example/scim/v2"),
        ("https://x.example:8443", "https://x.example:8443/scim/v2"),
        ("https://[::1]", "https://[::1]/scim/v2"),
        ("https://x.example/a b".replace(" ", "%20"), "https://x.example/a%20b/scim/v2"),
        ("https://x.example/\u00fc'", "https://x.example/%C3%BC/scim/v2"),
        ("https://x.example/100%", "https://x.example/100%25/scim/v2"),
    ],
)
def test_ports_and_paths(pasted: str, text: str) -> None:
    assert TenantUrl.parse(pasted).text == text


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "URL-EMPTY"),
        (" \u200b'\" ", "URL-EMPTY"),
        ("https://", "URL-HOST-EMPTY"),
        ("https:///scim/v2", "URL-HOST-EMPTY"),
        ("/scim/v2", "URL-HOST-EMPTY"),
        ("https://?x", "URL-HOST-EMPTY"),
        ("http://contoso.com/scim/v2", "URL-HTTP"),
        ("http://localhost.evil.example", "URL-HTTP"),
        ("http://127.0.0.1.evil.example", "URL-HTTP"),
        ("http://10.0.0.1", "URL-HTTP"),
        ("https://ann:word@contoso.com", "URL-CREDENTIALS"),
        ("https://ann@contoso.com/scim/v2", "URL-CREDENTIALS"),
        ("ann:word@contoso.com", "URL-CREDENTIALS"),
        ("ftp://contoso.com", "URL-SCHEME"),
        ("file:///etc/passwd", "URL-SCHEME"),
        ("javascript:alert(1)", "URL-SCHEME"),
        ("mailto:ann@contoso.com", "URL-SCHEME"),
        ("htps://contoso.com", "URL-SCHEME"),
        ("https://ftp://contoso.com", "URL-SCHEME"),
        ("https://contoso.com/#/settings", "URL-FRAGMENT"),
        ("https://contoso.com#", "URL-FRAGMENT"),
        ("https://contoso.com/scim?aadOptscim062020#x", "URL-FRAGMENT"),
        ("https://contoso.com/scim?token=abc", "URL-QUERY"),
        ("https://contoso.com/scim?aadOptscim062020=no", "URL-QUERY"),
        ("https://contoso.com:0", "URL-PORT"),
        ("https://contoso.com:65536", "URL-PORT"),
        ("https://contoso.com:abc", "URL-PORT"),
        ("https://contoso.com:\u0661", "URL-PORT"),
        ("https://contoso.com:443:443", "URL-PORT"),
        ("https://contoso .com", "URL-BLANK"),
        ("SCIM API URL: https://contoso.com", "URL-BLANK"),
        ("https://-contoso.com", "URL-HOST"),
        ("https://contoso..com", "URL-HOST"),
        ("https://con%74oso.com", "URL-HOST"),
        ("https://contoso!.com", "URL-HOST"),
        ("https://127.1", "URL-HOST"),
        ("https://2130706433", "URL-HOST"),
        ("https://0x7f.0.0.1.0x1", "URL-HOST"),
        ("https://256.1.1.1", "URL-HOST"),
        ("https://[::1", "URL-HOST"),
        ("https://[::1]x", "URL-HOST"),
        ("https://[fe80::1%25eth0]", "URL-HOST"),
        ("https://xn--\u00fc.example", "URL-HOST"),
        ("https://xn--99999999.example", "URL-HOST"),
        ("https://" + "a" * 64 + ".example", "URL-HOST"),
        ("https://contoso.com/" + "a" * 3000, "URL-LENGTH"),
        ("x" * 100_000, "URL-LENGTH"),
    ],
)
def test_refuses_with_a_reason(pasted: str, code: str) -> None:
    with pytest.raises(TenantUrlProblem) as caught:
        TenantUrl.parse(pasted)
    assert caught.value.code == code
    for sentence in (caught.value.what, caught.value.why, caught.value.remedy):
        assert sentence.endswith(".")
        assert "!" not in sentence


@pytest.mark.parametrize(
    "pasted",
    [
        "https://ann:Pa55word@contoso.com/scim/v2",
        "https://Pa55word@contoso.com",
        "ann:Pa55word@contoso.com",
        "https://https://ann:Pa55word@contoso.com",
        "https://ann:Pa55word#@contoso.com",
        "https://ann:Pa55word?@contoso.com",
        "https://ann:Pa55word/@contoso.com",
        "https://ann:Pa55word\\@contoso.com",
        "https://ann: Pa55word@contoso.com",
        "Pa55word://contoso.com",
        "Pa55word:x@contoso.com",
        "https://contoso.com/scim?key=Pa55word",
        "https://contoso.com/scim?Pa55word",
    ],
)
def test_no_refusal_repeats_a_password(pasted: str) -> None:
    with pytest.raises(TenantUrlProblem) as caught:
        TenantUrl.parse(pasted)
    problem = caught.value
    assert "Pa55word" not in f"{problem} {problem.details} {problem!r} {problem.args}"
    assert problem.__cause__ is None


_PIECES = st.sampled_from(
    ["https://", "HTTP://", "localhost", "contoso.com", "b\u00fccher.example", ":", "8080", "/", "scim", "v2"]
    + ["SCIM", "/scim/v2", "/Users", "Groups", "?", "&", FLAG[1:], "#", "@", "[::1]", "%", "%41", "..", "."]
    + ["'", '"', "\\", ",", ";", "<", "xn--", "\u2100", "\u0130", "127.0.0.1", "filter=", "me", "v1"]
    + [" ", "\u200b", "\ud800"]
)
_PASTED = st.one_of(st.text(), st.lists(_PIECES, max_size=14).map("".join))
_SUFFIXES = st.sampled_from(["/scim/v2", "", "/api/scim/v2", "/scim", "scim/v2/"])


@settings(max_examples=1500)
@given(_PASTED, _SUFFIXES)
@example("https://contoso.com/scim/v2/scim/", "/scim/v2")
@example("localhost/Users/Users/", "")
@example("contoso.com/a'/", "")
def test_any_text_is_an_address_or_a_problem_and_reads_again_the_same(pasted: str, suffix: str) -> None:
    try:
        url = TenantUrl.parse(pasted, suffix)
    except TenantUrlProblem:
        return
    again = TenantUrl.parse(url.text, suffix)
    assert again == url
    assert again.changes == ()
    assert url.text.isascii()
    assert url.base.startswith("https://") or url.is_loopback


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["scim", "v2", "Users", "t1", "SCIM", "V2", "v1", ""]), max_size=8))
def test_never_appends_twice(segments: list[str]) -> None:
    url = TenantUrl.parse("https://contoso.com/" + "/".join(segments))
    had = "/".join(["", *filter(None, segments), ""]).lower().count("/scim/v2/")
    have = f"{url.base}/".count("/scim/v2/")
    assert 1 <= have <= max(1, had) or "/scim/v1" in url.base.lower()
