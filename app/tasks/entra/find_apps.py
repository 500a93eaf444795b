"""Which app to set up: those of the gallery, and those that the tenant has already."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.gallery import NON_GALLERY, existing_apps, search_gallery
from app.tasks.context import Context
from app.tasks.entra.reaching import graph_client
from app.tasks.entra_results import AppChoices, ExistingChoice, GalleryChoice
from app.tasks.registry import Said

ADVICE = (
    "An app that is there for single sign-on can be used for provisioning too. For a first test Microsoft "
    "advises a separate app."
)


class Params(BaseModel):
    """What to search for; empty means the name of the plan's app."""

    model_config = ConfigDict(extra="forbid")

    search: str = ""


async def run(context: Context, params: Params) -> Said:
    """Ask for both; an app that is not in the gallery gets the template for such apps."""
    profile = context.profile() if context.plan is not None else None
    own = profile is not None and not params.search.strip()
    text = params.search.strip() or ((profile.gallery_name or profile.title) if profile else "")
    async with graph_client(context) as client:
        gallery = []
        if not own or (profile is not None and profile.gallery_name):
            gallery = await search_gallery(client, text)
        existing = await existing_apps(client, text)
    if own and profile is not None and not profile.gallery_name:
        gallery = [NON_GALLERY]
    yield AppChoices(
        gallery=[
            GalleryChoice(
                id=app.id,
                name=app.name,
                publisher=app.publisher,
                provisioning=app.provisioning,
                deprecated=app.deprecated,
                sso=list(app.sso),
                home=app.home,
                description=app.description,
            )
            for app in gallery
        ],
        existing=[
            ExistingChoice(
                id=app.id,
                app_id=app.app_id,
                name=app.name,
                template=app.template,
                enabled=app.enabled,
                sso=app.sso,
            )
            for app in existing
        ],
        advice=ADVICE,
    )
