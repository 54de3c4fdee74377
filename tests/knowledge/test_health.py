from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter
from typing import Any

import pytest

from ragcare.knowledge.health import Finding, check_knowledge
from ragcare.schema import Article

TODAY = date(2026, 6, 1)
BODY = (
    "Vous pouvez renvoyer votre commande dans un délai de 14 jours après la livraison, sans donner de motif. "
    "Le remboursement est versé sur le moyen de paiement qui a servi à la commande, frais de port compris. "
    "Conservez la preuve de dépôt jusqu'au versement : elle vous sera demandée en cas de litige."
)


def article(article_id: str = "a", **changes: Any) -> Article:
    fields: dict[str, Any] = {
        "id": article_id,
        "title": f"Titre {article_id}",
        "body": BODY,
        "language": "fr",
        "owner": "équipe",
        "status": "validated",
        "validated_by": "Léa",
        "validated_at": date(2026, 1, 1),
    }
    return Article(**(fields | changes))


def check(*articles: Article) -> list[Finding]:
    return list(check_knowledge(articles, on=TODAY))


def codes(*articles: Article) -> list[tuple[str, str]]:
    return [(finding.article_id, finding.code) for finding in check(*articles)]


def test_a_healthy_article_has_no_finding() -> None:
    assert check(article()) == []


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"status": "draft"}, "draft", "warning"),
        ({"review_by": TODAY - timedelta(1)}, "review_overdue", "warning"),
        ({"valid_until": TODAY - timedelta(1)}, "expired", "error"),
        ({"valid_until": TODAY}, "expiring", "warning"),
        ({"valid_until": TODAY + timedelta(30)}, "expiring", "warning"),
        ({"valid_from": TODAY + timedelta(1)}, "not_yet_valid", "info"),
        ({"validated_at": TODAY + timedelta(1)}, "validated_in_future", "warning"),
        ({"title": " "}, "no_title", "warning"),
        ({"owner": None}, "no_owner", "info"),
        ({"language": "en"}, "other_language", "error"),
        ({"body": "Mot " * 61 + "fin."}, "long_sentence", "info"),
    ],
)
def test_what_is_wrong_with_one_article_is_told(changes: dict[str, Any], code: str, severity: str) -> None:
    (finding,) = [finding for finding in check(article(**changes)) if finding.code == code]
    assert finding.severity == severity
    assert finding.what
    assert finding.mend


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": TODAY + timedelta(31)},
        {"review_by": TODAY},
        {"valid_from": TODAY},
        {"status": "retired"},
    ],
)
def test_what_is_right_is_not_told(changes: dict[str, Any]) -> None:
    assert check(article(**changes)) == []


@pytest.mark.parametrize(
    ("link", "severity"),
    [
        ("[ici](/retour)", "warning"),
        ("[ici](retour.md)", "warning"),
        ("[ici](//exemple.fr/x)", "warning"),
        ("[ici](javascript:alert(1))", "error"),
        ("[ici](https://)", "error"),
        ("[ici](http://[x)", "error"),
        ("[ici]( <data:text/html,x>)", "error"),
        ('<a href="JavaScript:x">ici</a>', "error"),
        ("[r]\n\n[r]: ftp://exemple.fr", "error"),
        ("[ici](https://exemple.fr/retour)", None),
        ("[ici](mailto:aide@exemple.fr)", None),
        ("[ici](#plus-bas)", None),
    ],
)
def test_links_must_lead_somewhere_safe(link: str, severity: str | None) -> None:
    findings = check(article(body=f"{BODY} {link}"))
    found = [finding.severity for finding in findings if finding.code == "bad_link"]
    assert found == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Apportez :<br>votre carte", True),
        ('<p class="x">Une ligne.\n\nUne autre.</p>', True),
        ("<details>\n<summary>Scanner</summary>\n\nC'est gratuit.\n\n</details>", True),
        ("Voir <https://exemple.fr>, si 3 < 5 > 2.", False),
        ("Écrivez `<br>`.\n\n```html\n<p>Bonjour</p>\n```", False),
    ],
)
def test_html_that_customers_would_be_told_is_found(text: str, found: bool) -> None:
    assert ("html" in [code for _, code in codes(article(body=f"{BODY} {text}"))]) is found


def test_the_address_of_the_article_is_a_link_too() -> None:
    assert codes(article(url="javascript:x")) == [("a", "bad_link")]


def test_copies_are_told_of_the_later_article() -> None:
    assert codes(article("a"), article("b", body=BODY.upper() + " ")) == [("b", "exact_duplicate")]
    assert codes(article("a"), article("b", body=BODY.replace("14", "30"))) == [("b", "near_duplicate")]
    assert codes(article("a"), article("b", body="Tout autre chose, sur un autre sujet.")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": ("segment:business",)},
        {"valid_from": date(2027, 1, 1), "valid_until": date(2027, 2, 1)},
        {"status": "retired"},
    ],
)
def test_articles_that_nobody_is_told_together_are_no_copies(changes: dict[str, Any]) -> None:
    first = article("a", valid_until=date(2026, 12, 31))
    assert {"not_yet_valid"} >= {code for _, code in codes(first, article("b", title=first.title, **changes))}


def test_two_articles_of_one_name_are_told_once() -> None:
    other = "Le service est ouvert du lundi au samedi, de neuf heures à dix-neuf heures."
    assert codes(article("a", title="Les délais"), article("b", title="les délais ?", body=other)) == [
        ("b", "same_title")
    ]
    asked = article("b", questions=("Titre A ?", "titre a"), body=other)
    assert codes(article("a", questions=("titre A",)), asked) == [("b", "same_question")]


def test_a_large_base_takes_linear_time() -> None:
    def base(size: int) -> list[Article]:
        numbers = [f"{number * 7919 % 104729:x}" for number in range(size * 60)]
        return [
            article(
                str(at),
                body="Même début pour tous, mot pour mot, et même fin. " + " ".join(numbers[at * 60 :][:60]),
            )
            for at in range(size)
        ]

    start = perf_counter()
    found = check_knowledge(base(500), on=TODAY)
    assert perf_counter() - start < 30
    assert not any(finding.code.endswith("duplicate") for finding in found)
