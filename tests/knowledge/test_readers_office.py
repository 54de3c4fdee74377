"""Word documents and PDF, made here."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ragcare.knowledge.readers import ReadArticles, read_articles
from ragcare.knowledge.readers.from_pdf import mend_hyphens


def read(folder: Path, name: str, data: bytes) -> ReadArticles:
    path = folder / name
    path.write_bytes(data)
    return read_articles(path)


def problem(folder: Path, name: str, data: bytes) -> str:
    reading = read(folder, name, data)
    assert reading.articles == ()
    assert len(reading.problems) == 1, reading.problems
    return str(reading.problems[0])


# --- Word --------------------------------------------------------------------------------------------


def word(write: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    write(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def write_whole(document: Any) -> None:
    document.add_heading("Annuler une commande", 0)
    document.add_paragraph("Vous avez 14 jours pour annuler la commande.")
    document.add_heading("Étapes", 2)
    for step in ("Ouvrez le compte", "Cliquez sur <Annuler>"):
        document.add_paragraph(step, style="List Number")
    document.add_paragraph("sans frais", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Pays", "Délai", "France", "5 j"), strict=True
    ):
        cell.text = text
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    document.add_picture(BytesIO(picture.getvalue()))


def test_a_word_document_becomes_markdown(tmp_path: Path) -> None:
    reading = read(tmp_path, "annuler.docx", word(write_whole))
    assert reading.problems == ()
    (article,) = reading.articles
    assert (article.id, article.title, article.language) == ("annuler", "Annuler une commande", "fr")
    assert article.body == (
        "Vous avez 14 jours pour annuler la commande.\n\n## Étapes\n\n"
        "1. Ouvrez le compte\n2. Cliquez sur &lt;Annuler>\n\n- sans frais\n\n"
        "| Pays | Délai |\n| --- | --- |\n| France | 5 j |"
    )


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(210):
            member.write(bytes(1024 * 1024))
    assert "would unpack to 210 MB" in problem(tmp_path, "bomb.docx", out.getvalue())


def test_entities_that_expand_are_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "word">{levels}]><d>&e9;</d>'
    assert "is not a whole Word document" in problem(tmp_path, "a.docx", _with_document(bomb))


def test_no_file_of_ours_is_read_into_a_document(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    bomb = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><d>&e;</d>'
    assert "the secret" not in str(read(tmp_path, "a.docx", _with_document(bomb)))


def _with_document(xml: str) -> bytes:
    """A Word document whose text is replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(word(write_whole))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, xml if name == "word/document.xml" else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "is protected by a password, or in the format of Word 97"),
        (b"PK\x03\x04 and no more", "is not a whole Word document"),
        (b"words", "is not a whole Word document"),
        (word(write_whole)[:-300], "is not a whole Word document"),
        (_with_document("<a>" * 5_000 + "</a>" * 5_000), "is not a whole Word document"),
        (_with_document("<nonsense/>"), "Word document"),
        (word(lambda _document: None), "there is no text"),
    ],
)
def test_what_is_wrong_with_a_word_document_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    assert told in problem(tmp_path, "a.docx", data)


# --- PDF ---------------------------------------------------------------------------------------------


def pdf(*pages: str, title: str | None = None, language: str | None = None, **options: Any) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, lang=language, **options)
    if title is not None:
        canvas.setTitle(title)
    for page in pages:
        text = canvas.beginText(72, 720)
        text.textLines(page)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def encrypted(data: bytes, user_password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(data))
    writer.encrypt(user_password, "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_pages_of_a_pdf_are_read(tmp_path: Path) -> None:
    data = pdf(
        "Le délai est de 14 jours,\nsauf les exem-\nplaires abîmés.", "Page 2 : fin.", title="Délais", language="fr-FR"
    )
    reading = read(tmp_path, "delais.pdf", data)
    assert reading.problems == ()
    (article,) = reading.articles
    assert article.body == "Le délai est de 14 jours,\nsauf les exemplaires abîmés.\n\nPage 2 : fin."
    assert (article.id, article.title, article.language) == ("delais", "Délais", "fr")


@pytest.mark.parametrize("title", [None, "", "untitled", "Microsoft Word - v2 final.docx", "scan.pdf"])
def test_a_title_that_a_program_left_is_no_title(tmp_path: Path, title: str | None) -> None:
    (article,) = read(tmp_path, "mon-aide.pdf", pdf("Some words.", title=title)).articles
    assert article.title == "Mon aide"


def test_a_pdf_that_opens_without_password_is_read(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "a.pdf", encrypted(pdf("Some words."), "")).articles
    assert article.body == "Some words."


def test_a_protected_pdf_says_so(tmp_path: Path) -> None:
    assert "is protected by a password" in problem(tmp_path, "a.pdf", encrypted(pdf("Some words."), "secret"))


def test_a_pdf_of_images_says_so(tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PDF")
    told = problem(tmp_path, "a.pdf", out.getvalue())
    assert "holds no text, only images of it" in told
    assert "ocrmypdf" in told


@pytest.mark.parametrize("data", [b"%PDF-1.7\nbroken", b"words", pdf("Some words.")[:200]])
def test_a_broken_pdf_says_so_and_nothing_leaks(tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert "is not a whole PDF" in problem(tmp_path, "a.pdf", data)
    assert caplog.records == []


def test_a_page_without_text_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read(tmp_path, "a.pdf", pdf("Some words.", "")).articles
    assert "page 2 holds no text" in caplog.text


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("l'exem-\nplaire", "l'exemplaire"),
        ("un rendez-\nvous, est-\n il", "un rendez-vous, est-il"),
        ("un porte-\nclés ; ce porte-clés", "un porte-clés ; ce porte-clés"),
        ("exem\u00ad\nplaire vou\u00ad\nlu", "exemplaire voulu"),
        ("Saint-\nDenis, 2020-\n2021, un -\nmot", "Saint-\nDenis, 2020-\n2021, un -\nmot"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_joined(text: str, mended: str) -> None:
    assert mend_hyphens(text) == mended
