"""What a customer sees: answers with their sources, refusals, the way to a person, and what to do when things fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.server.browser.shop import ASKED, DESKTOP, PHONE, REFUSED, ask, done, stream

pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
from playwright.sync_api import Route, expect

OpenPage = Callable[..., Any]
SAID = {"fr": "Validé par Camille Durand", "en": "Validated by Camille Durand"}
UNTIL = {"fr": "valable jusqu’au 31 décembre 2099", "en": "valid until 31 December 2099"}
PERSON = {"fr": "Parler à un conseiller", "en": "Talk to an adviser"}


@pytest.mark.parametrize(("language", "size"), [("fr", PHONE), ("en", DESKTOP)], ids=["phone", "desktop"])
def test_an_answer_opens_its_source_with_the_quote_marked(
    open_page: OpenPage, language: str, size: tuple[int, int]
) -> None:
    page = open_page(f"/?lang={language}", size)
    reply = ask(page, ASKED[language])
    expect(reply.locator(".answer")).to_contain_text("24 mois" if language == "fr" else "24 months")
    expect(reply.locator(".answer")).to_have_attribute("lang", language)
    card = reply.locator(".sources button")
    expect(card).to_contain_text(UNTIL[language])
    card.click()
    panel = page.get_by_role("dialog")
    expect(panel.locator("mark").first).to_contain_text("24")
    expect(panel.locator("mark").first).to_be_in_viewport()
    expect(panel.locator("#source-proof")).to_contain_text(SAID[language])
    expect(panel.locator("#source-proof")).to_contain_text(UNTIL[language])
    beside = page.locator("html").get_attribute("data-beside") is not None
    assert beside == (size == DESKTOP)
    if beside:
        box, answer = panel.bounding_box(), reply.bounding_box()
        assert answer["x"] + answer["width"] <= box["x"], "the source hides the answer that it proves"


def test_a_table_is_shown_as_a_table(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    reply = ask(page, "Quel est le prix d'une réparation hors garantie du robot Grand Chef ?")
    expect(reply.get_by_role("columnheader", name="Garantie", exact=True)).to_be_attached()
    expect(reply.get_by_role("cell", name="59 €")).to_be_attached()
    assert "|" not in reply.inner_text()


def test_a_heading_stands_between_what_it_parts(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    sentences = [("sentence", {"sentence": {"text": text, "starts": "paragraph"}}) for text in ("Five euros.", "Six.")]
    heading = ("message", {"text": "**In Belgium**", "choices": []})
    stream(page, sentences[0], heading, sentences[1], done(language="en", answer={"language": "en"}, handoff=None))
    reply = ask(page, "Price?")
    expect(reply.locator(".prose")).to_have_text("Five euros.In BelgiumSix.")
    expect(reply.locator(".prose b")).to_have_text("In Belgium")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_shows_the_way_to_a_person(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/?lang={language}", PHONE)
    reply = ask(page, REFUSED[language])
    expect(reply.locator(".sources")).to_have_count(0)
    reply.get_by_role("button", name=PERSON[language]).click()
    expect(page.get_by_role("dialog", name=PERSON[language])).to_be_visible()


def test_one_tap_then_a_reference(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    ask(page, REFUSED["fr"])
    page.locator("#person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("claire@example.org")
    with page.expect_response("**/v1/handoff") as sent:
        dialog.get_by_role("button", name="Transmettre à un conseiller").click()
    assert sent.value.status == 202
    assert "claire@example.org" in sent.value.request.post_data
    told = sent.value.json()
    reference = told["reference"]
    expect(page.get_by_role("dialog", name="Votre demande est transmise")).to_contain_text(reference)
    page.keyboard.press("Escape")
    expect(page.locator(".note")).to_contain_text(reference)
    expect(page.locator("#person")).to_be_focused()


def test_a_person_is_reached_before_anything_was_asked(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", PHONE)
    page.locator("#person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your message").fill("My parcel is wet.")
    dialog.get_by_role("button", name="Pass it on to an adviser").click()
    expect(page.get_by_role("dialog", name="Your request has been passed on")).to_contain_text("reference")


def test_a_number_with_words_in_it_is_asked_for_again_where_it_stands(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    page.locator("#person").click()
    form = page.locator("#bridge form")
    form.locator("textarea").fill("Rappelez-moi.")
    phone = form.locator("[name=phone]")
    phone.fill("06 12 34 56 78 (après 18 h)")
    form.locator(".strong").click()
    assert phone.evaluate("(one) => one.validity.patternMismatch")
    expect(phone).to_be_focused()
    expect(form.locator(".trouble")).to_be_empty()
    phone.fill("+33\u00a06\u00a012 34.56-78")
    form.locator(".strong").click()
    expect(page.locator("#bridge-title")).to_have_text("Votre demande est transmise")


def test_who_asks_for_a_person_is_handed_over_at_once(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    reply = ask(page, "Je veux parler à un conseiller")
    expect(reply.locator(".note")).to_contain_text("Votre demande est transmise")
    reply.get_by_role("button", name="Dire où me répondre").click()
    expect(page.get_by_role("dialog")).to_contain_text("Un conseiller a déjà votre conversation.")


def test_a_refusal_names_the_articles_that_come_close(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    text = "Rien de sûr. Ce qui s’en approche :\n- Retourner un article\nVoulez-vous un conseiller ?"
    near = {"article_id": "fr-return", "title": "Retourner un article", "url": None}
    stream(page, ("sources", {"sources": [near]}), ("message", {"text": text, "choices": []}), done())
    reply = ask(page, "Retour ?")
    reply.get_by_role("button", name="Retourner un article").click()
    expect(page.get_by_role("dialog", name="Retourner un article")).to_contain_text("14 jours")


def test_a_choice_is_a_button_that_asks(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    titles = {"en-return": "Return an item", "en-cancel": "Cancel an order"}
    choices = [{"article_id": article_id, "title": title} for article_id, title in titles.items()]
    text = "Do you mean:\n1. Return an item\n2. Cancel an order\nOr an adviser?"
    stream(page, ("message", {"text": text, "choices": choices}), done(), times=1)
    reply = ask(page, "order")
    reply.get_by_role("button", name="Cancel an order").click()
    expect(page.locator(".mine").last).to_contain_text("Cancel an order")
    expect(page.locator(".ours").last).to_contain_text("You can cancel an order until it is shipped.")


def test_the_welcome_page_offers_questions_to_begin_with(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", PHONE)
    expect(page).to_have_title("Aide de la boutique")
    page.get_by_role("region", name="Often asked").get_by_role("button", name="How do I cancel my order?").click()
    expect(page.locator(".answer")).to_contain_text("until it is shipped")
    expect(page.get_by_role("region", name="Often asked")).to_be_hidden()


def test_suggestions_come_as_it_is_typed_and_open_the_article(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    page.locator("#question").press_sequentially("annuler une com")
    entry = page.get_by_role("navigation", name="Articles proposés").get_by_role("button").first
    expect(entry).to_contain_text("Annuler une commande")
    expect(entry.locator("b").first).to_have_text("Annuler")
    entry.click()
    expect(page.get_by_role("dialog", name="Annuler une commande")).to_contain_text("Mes commandes")


def test_what_was_useful_is_passed_on_with_a_comment(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    reply = ask(page, ASKED["fr"])
    with page.expect_response("**/v1/feedback") as sent:
        reply.get_by_role("button", name="Pas utile").click()
    assert sent.value.status == 201
    expect(reply.get_by_role("button", name="Pas utile")).to_have_attribute("aria-pressed", "true")
    reply.get_by_label("Que manquait-il ?").fill("Le prix.")
    with page.expect_response("**/v1/feedback") as sent:
        reply.get_by_role("button", name="Envoyer").click()
    assert (sent.value.status, sent.value.request.post_data_json["useful"]) == (201, False)
    expect(reply.get_by_text("Merci, votre avis est transmis.")).to_be_focused()


def test_a_reload_keeps_the_conversation_and_a_new_one_forgets_it(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    ask(page, ASKED["fr"])
    page.reload()
    expect(page.locator(".ours .answer")).to_contain_text("24 mois")
    page.locator(".sources button").click()
    expect(page.get_by_role("dialog").locator("mark").first).to_be_visible()
    with page.expect_response(lambda one: one.request.method == "DELETE") as forgotten:
        page.get_by_role("button", name="Nouvelle conversation").click()
    assert forgotten.value.status == 204
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.locator("#question")).to_be_focused()
    page.reload()
    expect(page.locator("#turns > li")).to_have_count(0)
    assert page.evaluate("JSON.parse(sessionStorage.getItem('ragcare'))") == {"turns": []}


def test_the_language_changes_without_losing_anything(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    ask(page, ASKED["fr"])
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#person")).to_have_text("Talk to an adviser")
    expect(page.locator(".answer")).to_have_attribute("lang", "fr")
    expect(page.locator(".sources button")).to_contain_text(UNTIL["en"])
    expect(page.get_by_role("button", name="English")).to_be_focused()


def test_the_browser_says_which_language_is_meant(open_page: OpenPage) -> None:
    assert open_page("/", locale="en-GB").locator("html").get_attribute("lang") == "en"
    assert open_page("/", locale="fr-CA").locator("html").get_attribute("lang") == "fr"


def test_a_lost_connection_can_be_tried_again(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/?lang=fr", PHONE)
    page.route("**/v1/chat", lambda route: route.abort("internetdisconnected"), times=1)
    failed = ask(page, ASKED["fr"])
    expect(failed).to_contain_text("La connexion a été perdue.")
    failed.get_by_role("button", name="Réessayer").click()
    expect(page.locator(".answer")).to_contain_text("24 mois")
    expect(page.locator(".mine")).to_have_count(1)
    complaints.clear()  # the browser notes the lost request


def test_no_half_answer_stays_when_the_stream_breaks(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    said = {"text": "It is always free.", "starts": "paragraph", "evidence": []}
    stream(page, ("session", {"session": "0123456789abcdef"}), ("sentence", {"sentence": said}))
    failed = ask(page, ASKED["en"])
    expect(failed).to_contain_text("The connection was lost.")
    expect(page.locator("#turns")).not_to_contain_text("always free")


def test_an_error_midway_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    stream(page, ("error", {"type": "about:blank", "title": "Fault", "status": 500}))
    expect(ask(page, ASKED["en"])).to_contain_text("Try again, or talk to an adviser.")


def test_a_busy_server_says_when_to_come_back(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/?lang=fr")

    def busy(route: Route) -> None:
        route.fulfill(status=429, body="{}", headers={"Retry-After": "12", "Content-Type": "application/problem+json"})

    page.route("**/v1/chat", busy)
    expect(ask(page, ASKED["fr"])).to_contain_text("dans 12 secondes")
    complaints.clear()  # the browser notes the status


def test_a_forgotten_session_is_begun_anew(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/?lang=fr")
    page.evaluate("sessionStorage.setItem('ragcare', JSON.stringify({session: 'forgotten-long-ago-000'}))")
    page.reload()
    expect(ask(page, ASKED["fr"]).locator(".answer")).to_contain_text("24 mois")
    complaints.clear()  # the browser notes the 404


def test_too_long_a_message_is_not_cut_but_told(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    page.locator("#question").fill("a" * 4001)
    page.locator("#question").press("Enter")
    assert "4001 / 4000" in page.locator("#question").evaluate("(one) => one.validationMessage")
    expect(page.locator("#turns > li")).to_have_count(0)


def test_a_wait_can_be_stopped(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    page.route("**/v1/chat", lambda _: None)  # which is never answered
    page.locator("#question").fill(ASKED["fr"])
    page.locator("#question").press("Enter")
    expect(page.locator(".waiting")).to_have_text("Je cherche dans les articles validés…")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator(".ours")).to_contain_text("Vous avez arrêté la recherche.")
    expect(page.get_by_role("button", name="Envoyer la question")).to_be_visible()
