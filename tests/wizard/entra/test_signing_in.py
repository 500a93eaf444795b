"""Signing in on the page before all others, and what is looked up then."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QWizard

from app.setup.problem import Problem
from app.wizard.pages.entra.before import EntraBeforePage
from app.wizard.pages.entra.signing_in import CODE_CLOSES, address_in, code_in, may_write
from app.worker.messages import (
    Done,
    Notice,
    Pair,
    PracticeTenantReady,
    Prerequisite,
    Prerequisites,
    SignedIn,
)
from tests.wizard.stage import Stage

DEVICE = "To sign in, open https://microsoft.com/devicelogin and type the code C7K2M9PQX."
FOUND = Prerequisites(
    rows=[
        Prerequisite(id="role", title="A role that may do this", state="met"),
        Prerequisite(
            id="p1", title="Entra ID P1", state="not-met", reason="Only free.", link="https://x.example/"
        ),
        Prerequisite(id="owner", title="You own the app", state="unknown", reason="It is not there yet."),
    ],
    sso="saml",
    saml=[Pair(name="Reply URL", value="https://app.example/saml")],
)


@pytest.fixture
def page(stage: Stage) -> EntraBeforePage:
    stage.setup.facts.pop("signed_in")
    return cast("EntraBeforePage", stage.open("before"))


def test_nobody_is_signed_in_until_somebody_is(stage: Stage, page: EntraBeforePage, reads: SignedIn) -> None:
    stage.worker.of("entra-whoami")[0].end(Problem("SIGN-IN-NEEDED", "Nobody."))
    assert page.problem is None  # nobody being in is no problem
    assert page.missing == "a sign-in to Microsoft Entra"
    page.signing_in.browser.click()
    (call,) = stage.worker.of("entra-sign-in")
    assert call.params == {"method": "browser", "write": False}
    assert page.busy == "Waiting for the sign-in to be finished..."
    assert not stage.frame.button(QWizard.WizardButton.NextButton).isEnabled()
    call.end(reads)
    assert page.busy == ""
    assert page.missing == ""
    assert "admin@contoso.com to Contoso (may read;" in page.signing_in.who.text()
    assert page.describe() == [("Signed in", "admin@contoso.com"), ("Tenant", "Contoso")]


def test_whoever_was_signed_in_before_still_is(stage: Stage, page: EntraBeforePage, reads: SignedIn) -> None:
    stage.worker.of("entra-whoami")[0].end(reads)
    assert page.missing == ""
    assert not page.signing_in.browser.isVisible()
    page.signing_in.out.click()
    stage.worker.of("entra-sign-out")[0].end(Done())
    assert page.missing == "a sign-in to Microsoft Entra"
    assert page.signing_in.browser.isVisible()


def test_a_code_is_shown_large_and_can_be_copied(
    stage: Stage, page: EntraBeforePage, reads: SignedIn
) -> None:
    page.signing_in.device.click()
    (call,) = stage.worker.of("entra-sign-in")
    assert call.params["method"] == "device"
    call.say(Notice(code="device-code", text=DEVICE))
    assert page.signing_in.code.text() == "C7K2M9PQX"
    page.signing_in.copy.click()
    assert QApplication.clipboard().text() == "C7K2M9PQX"
    assert page.signing_in.open.isVisible()
    call.end(reads)
    assert not page.signing_in.code.isVisible()


def test_code_and_address_are_found_in_the_text() -> None:
    assert (code_in(DEVICE), address_in(DEVICE)) == ("C7K2M9PQX", "https://microsoft.com/devicelogin")
    assert (code_in("SIGNING in takes a while"), address_in("nowhere")) == ("", "")


def test_signing_in_can_be_stopped_and_failures_are_told(stage: Stage, page: EntraBeforePage) -> None:
    page.signing_in.browser.click()
    page.signing_in.cancel.click()
    call = stage.worker.of("entra-sign-in")[-1]
    assert (call.cancelled, call.patience) == (True, CODE_CLOSES)
    call.end(Problem("CANCELLED", "Stopped."))
    assert page.problem is None
    page.signing_in.browser.click()
    stage.worker.of("entra-sign-in")[-1].end(Problem("CONSENT", "An administrator must consent first."))
    assert page.problem is not None
    assert page.busy == ""


def test_the_practice_tenant_is_started_and_entered_with_one_button(
    stage: Stage, page: EntraBeforePage, writes: SignedIn
) -> None:
    stage.setup.choose_cloud("practice")
    page.on_show()
    assert page.heading == "Enter the practice tenant"
    assert not page.signing_in.browser.isVisible()
    page.signing_in.practice.click()
    ready = PracticeTenantReady(graph="http://127.0.0.1:5001", tenant_url="http://127.0.0.1:5002/scim/v2")
    stage.worker.of("practice-tenant")[0].end(ready)
    (call,) = stage.worker.of("entra-sign-in")
    assert call.params["method"] == "practice"
    assert call.plan is not None
    assert (call.plan.entra.graph, call.plan.app.tenant_url) == (ready.graph, ready.tenant_url)
    call.end(writes)
    assert stage.setup.missing("before") == ""
    assert stage.setup.missing("tenant") == ""  # the app's token is in the worker's memory
    # The tenant was the worker's child: it ends with it.
    stage.worker.died.emit("gone")
    assert stage.setup.missing("before") == "a sign-in to Microsoft Entra"
    assert stage.setup.missing("tenant") == "the practice app"


def test_what_is_in_place_is_looked_up_and_locks_nothing(
    stage: Stage, page: EntraBeforePage, reads: SignedIn
) -> None:
    stage.worker.of("entra-whoami")[0].end(reads)
    (call,) = stage.worker.of("entra-check")
    call.end(FOUND)
    assert [row.accessibleName() for row in page.in_place.rows] == [
        "Met: A role that may do this.",
        "Not met: Entra ID P1. Only free.",
        "Not known: You own the app. It is not there yet.",
    ]
    assert page.in_place.line.text() == "1 not met and 1 not known. You can go on either way."
    assert page.missing == ""
    (copy,) = page.single_sign_on.copies
    copy.click()
    assert QApplication.clipboard().text() == "https://app.example/saml"
    page.in_place.again.click()
    stage.worker.of("entra-check")[-1].end(Problem("GRAPH", "It could not be read.", remedy="Try later."))
    assert page.problem is None
    assert page.in_place.line.text() == "It could not be read. Try later."


def test_writing_is_told_by_the_scopes(reads: SignedIn, writes: SignedIn) -> None:
    assert [may_write(who) for who in (None, reads, writes)] == [False, False, True]


def test_saml_is_set_where_there_is_an_app_and_the_right_to(
    stage: Stage, page: EntraBeforePage, reads: SignedIn, writes: SignedIn
) -> None:
    unset = FOUND.model_copy(update={"sso": ""})
    stage.worker.answers["entra-check"] = lambda params, plan: unset
    stage.worker.of("entra-whoami")[0].end(reads)
    card = page.single_sign_on
    stage.until(card.isVisible)
    assert not card.set_button.isVisible()
    stage.setup.plan.entra.application = "sp-1"
    stage.setup.facts["signed_in"] = writes
    page.on_show()
    stage.until(card.set_button.isVisible)
    card.set_button.click()
    stage.worker.answers["entra-check"] = lambda params, plan: FOUND
    stage.worker.of("entra-set-saml")[0].end(Done(sentence="Set."))
    stage.until(lambda: "is set to SAML" in card.mode.text())
    assert not card.set_button.isVisible()
