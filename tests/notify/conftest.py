"""The mail server of these tests."""

from tests.servers.mail_server import make_post

__all__ = ["make_post"]
