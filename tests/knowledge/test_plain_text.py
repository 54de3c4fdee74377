"""What plain text says by its lines alone."""

import pytest

from ragcare.knowledge.passages import split
from ragcare.knowledge.plain_text import utterances
from ragcare.testing import validated

ASKED = ["where is my parcel", "my parcel has not come yet.", "Why is it late?", "Delayed order"]
DEMANDE = ["où est mon colis", "je n'ai rien reçu", "Pourquoi ce retard ?", "Colis en retard"]


@pytest.mark.parametrize("lines", [ASKED, DEMANDE])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\n\n"])
def test_a_body_of_what_customers_say_is_told_by_its_form(lines: list[str], line_break: str) -> None:
    assert utterances(line_break.join(lines) + line_break) == tuple(lines)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "where is my parcel\nwhy is it late?",
        "Returns are free.\nParcels take two days.\nOur shop is in Lyon.\nWe open at nine.\nCall us.",
        "You will need:\nyour passport\nyour ticket",
        "your passport;\nyour ticket;\nyour pass",
        "- where is my parcel\n- why is it late\n- delayed order",
        "# Parcels\nwhere is my parcel\nwhy is it late\ndelayed order",
        "| parcel | late |\n|---|---|\n| where | why |",
        "where is my parcel\nwhy is it late\n" + "and so on " * 20,
        "A paragraph whose lines are wrapped at some width, as\neditors do it, has no full stop before its end and\n"
        "yet is nothing that anybody says, for its lines go on\nfrom one to the next until the paragraph has ended",
    ],
)
def test_no_other_body_is_taken_for_that(body: str) -> None:
    assert utterances(body) == ()


def test_a_passage_knows_the_questions_of_its_article_and_the_utterances_that_stand_in_it() -> None:
    lines = [
        f"{what} {number}" for number in range(20) for what in ("where is it", "late", "why is my parcel late today")
    ]
    passages = split(validated("a", "\n".join(lines), language="en", questions=("Any news?",)), words=30)
    assert len(passages) > 2
    assert [one for passage in passages for one in passage.questions[1:]] == lines
    assert all(passage.questions == ("Any news?", *passage.text.splitlines()) for passage in passages)
    assert split(validated("b", "\n".join([*lines, "Call us:", "any day"]), language="en"))[0].questions == ()
