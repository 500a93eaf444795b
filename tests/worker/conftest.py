"""Starts workers and sees to it that they end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worker.pipe import ODD, Pipe, Start


@pytest.fixture
def start() -> Iterator[Start]:
    pipes: list[Pipe] = []

    def begin(command: list[str] = ODD, *, read: bool = True) -> Pipe:
        pipe = Pipe(command)
        pipes.append(pipe)
        return pipe.read() if read else pipe

    yield begin
    for pipe in pipes:
        pipe.close()
