"""The practice tenant's own process."""

from __future__ import annotations

from app.practice.serving import HOST, serve
from app.practice.tenant.service import GraphService


def main() -> int:
    """Be the practice tenant until standard input closes."""
    service = GraphService()
    try:
        return serve(lambda wish: service, lambda port: {"url": f"http://{HOST}:{port}", "port": port})
    finally:
        service.tenant.end()
