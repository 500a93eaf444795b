"""Starts and stops the practice tenant, a process of its own."""

from __future__ import annotations

from types import TracebackType

from app.practice.child import Child


class PracticeTenant:
    """A running practice tenant. It ends with :meth:`stop`, and at the latest with this process.

    Attributes:
        graph_url: where it is: ``http://127.0.0.1:port``; Graph's paths begin with ``/v1.0`` below it.
        port: its port.
    """

    def __init__(self, child: Child) -> None:
        self._child = child
        self.graph_url = str(child.answer["url"])
        self.port = int(child.answer["port"])

    @classmethod
    def start(cls, port: int = 0) -> PracticeTenant:
        """Start one, on a free port where none is named, and return when it answers.

        Raises:
            Problem: it did not start.
        """
        return cls(Child.start("practice-tenant", "practice tenant", {"port": port}))

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._child.running

    def stop(self) -> None:
        """End it; all that was in it is gone. A second call does nothing."""
        self._child.stop()

    def __enter__(self) -> PracticeTenant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
