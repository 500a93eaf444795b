"""What *Test connection* measured of an app, kept as the engine's starting values. No secret is in it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.setup.folders import data_folder
from app.setup.whole_file import write_whole

if TYPE_CHECKING:
    from app.setup.profile import AppProfile

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AppFigures:
    """The measured limits of one app; None where nothing was measured.

    Attributes:
        rate: requests a second that the app held.
        member_portion: members that it took in one PATCH.
        listing_reliable: whether its pages could be trusted.
    """

    rate: float | None = None
    member_portion: int | None = None
    listing_reliable: bool | None = None

    @classmethod
    def of(cls, figures: Mapping[str, float]) -> AppFigures:
        """Read them off a verdict's figures, by the names they have there."""
        rate, portion = figures.get("rate"), figures.get("member-portion")
        reliable = figures.get("listing-reliable")
        return cls(
            rate if rate and rate > 0 else None,
            int(portion) if portion and portion >= 1 else None,
            None if reliable is None else bool(reliable),
        )

    def bound(self, profile: AppProfile) -> AppProfile:
        """The profile, no faster and in no larger portions than the app was seen to take."""
        limits: dict[str, Any] = {}
        if self.rate is not None and self.rate < profile.rate:
            limits["rate"] = self.rate
        if self.member_portion is not None and self.member_portion < profile.member_portion:
            limits["member_portion"] = self.member_portion
        if self.listing_reliable is False:
            limits["listing"] = False
        return profile.model_copy(update=limits) if limits else profile


def keep_figures(base: str, figures: Mapping[str, float]) -> None:
    """Keep what was measured of the app at this base address; older figures that were not measured now stay.

    A figure is a convenience: where the data folder cannot be written, it is said in the log only.
    """
    path = _path(base)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({**_stored(path), **figures}, indent=1) + "\n")
    except OSError as error:
        log.warning("the measured figures could not be kept: %s", error)


def read_figures(base: str) -> AppFigures:
    """What the last tests measured of the app at this base address."""
    return AppFigures.of(_stored(_path(base)))


def _path(base: str) -> Path:
    key = hashlib.sha256(base.encode()).hexdigest()[:16]
    return data_folder() / "checks" / f"{key}-figures.json"


def _stored(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # not measured yet, or changed by hand: the profile's own values stand
    if not isinstance(found, dict):
        return {}
    return {
        str(name): float(value)
        for name, value in found.items()
        if isinstance(value, (int, float)) and value == value
    }
