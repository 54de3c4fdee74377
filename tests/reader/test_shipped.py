"""The model that ships in `training/wheel`: whole, and able to read in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragcare.reader import CrossEncoder

WHEEL = Path(__file__).parents[2] / "training" / "wheel" / "ragcare_reader"
MOST = 60_000_000


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    pytest.importorskip("onnxruntime", reason="the extra reader is not installed")
    return CrossEncoder.open(WHEEL, threads=1)


def test_it_is_one_file_with_its_checksum_and_light_enough() -> None:
    assert (WHEEL / "reader.onnx").stat().st_size < MOST
    assert (WHEEL / "reader.onnx.sha256").is_file(), "without it a damaged file would be opened"


@pytest.mark.parametrize(
    ("question", "holds", "fact", "others"),
    [
        (
            "Combien de temps ai-je pour renvoyer un article ?",
            "Vous pouvez renvoyer un article dans les 30 jours qui suivent la livraison.",
            "30 jours",
            [
                "Le retour en point relais est gratuit ; à domicile il coûte 4,90 €.",
                "Nos boutiques sont ouvertes du lundi au samedi, de 10 h à 19 h.",
            ],
        ),
        (
            "How much does express delivery cost?",
            "Express delivery costs €9.90 and arrives the next working day.",
            "9.90",
            [
                "Express delivery is not available on Sundays or in overseas territories.",
                "You can cancel your order from your account.",
            ],
        ),
    ],
)
def test_it_tells_the_passage_that_holds_the_fact_and_where(
    reader: CrossEncoder, question: str, holds: str, fact: str, others: list[str]
) -> None:
    right, *wrong = reader.read(question, [holds, *others])
    assert all(right.relevance > one.relevance and right.holds > one.holds for one in wrong)
    assert right.margin > 0 > max(one.margin for one in wrong), "the subject is there in the second, the fact is not"
    assert right.span is not None
    assert fact in holds[slice(*right.span)]


def test_it_tells_what_the_evidence_supports(reader: CrossEncoder) -> None:
    days, refunds = "Le colis est livré en 5 jours ouvrés.", "Refunds are paid within 14 days."
    said = reader.probabilities(
        [
            (days, "Le colis arrive en cinq jours ouvrés."),
            (days, "Le colis arrive en deux jours ouvrés."),
            (refunds, "Refunds are paid within 14 days."),
            (refunds, "Refunds are never paid."),
        ]
    )
    assert said[0] > said[1]
    assert said[2] > 0.9 > 0.1 > said[3]
