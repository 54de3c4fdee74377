"""Where a full stop ends a sentence and where it does not: the list that the libraries were measured on too.

Each case is the list of its sentences; the text is those joined by one space. Structure (lists, tables,
headings) is in `test_sentences.py`.
"""

import pytest

from ragcare.language.sentences import sentence_spans

FRENCH: list[list[str]] = [
    ["Vous disposez de 14 jours.", "Passé ce délai, aucun remboursement n'est possible."],
    ["L'art. L. 221-18 du code de la consommation s'applique.", "Il est d'ordre public."],
    ["Selon l'article L. 221-18, vous avez 14 jours.", "Le délai court dès la livraison."],
    ["Voir les articles R. 123-4 et D. 5 du code.", "Ils sont en vigueur."],
    ["M. Dupont a signé le contrat.", "Mme Martin l'a validé."],
    ["Mme. Leroy et MM. Petit et Durand sont présents.", "La séance est ouverte."],
    ["Le Dr. Bernard vous recevra.", "Le Pr. Morel est absent."],
    ["Me. Robert défend le client.", "L'audience est reportée."],
    ["Le contrat date du 3 févr. 2024.", "Il expire en janv. 2026."],
    ["Livré le 12 sept. à 9 h 30.", "Le colis est chez le gardien."],
    ["Certains frais, p. ex. les frais de port, restent dus.", "Les autres sont remboursés."],
    ["Le titulaire, c.-à-d. la personne qui a signé, doit écrire.", "Un courriel suffit."],
    ["Le formulaire n° 12 est requis.", "Joignez le no. 5 également."],
    ["Le forfait coûte 4,99 € par mois.", "Il passe à 9.99 € ensuite."],
    ["La box a 3.5 Go de mémoire.", "La version 2.1.3 est disponible."],
    ["Rendez-vous sur www.exemple.fr pour en savoir plus.", "Puis cliquez sur Mon compte."],
    ["Écrivez à aide@exemple.fr.", "Nous répondons sous 48 h."],
    ["Allez sur exemple.fr.", "Connectez-vous."],
    ["Téléphone, tablette, ordinateur, etc. sont compatibles.", "La télévision ne l'est pas."],
    ["Apportez vos papiers, factures, etc.", "Le guichet ferme à 17 h."],
    ["Eh bien... je ne sais pas.", "Demandez au service client."],
    ["Attendez…", "La page se recharge."],
    ["Je voudrais résilier…", "Comment faire ?"],
    ["Quoi ?!", "Vous plaisantez !"],
    ["Puis-je annuler ?", "Oui !", "Sous 24 heures."],
    ["« Votre demande est validée. »", "Ce message confirme l'envoi."],
    ["Il a dit : « Je viens demain. » puis il est parti."],
    ["Le message « Erreur ! » s'affiche.", "Redémarrez la box."],
    ["Il demande : « Est-ce ouvert ? »", "La réponse est non."],
    ["J. Dupont et A.-M. Durand sont cogérants.", "Ils signent ensemble."],
    ["J.-P. Martin est le responsable.", "Son bureau est au 2e étage."],
    ["La société S.A.R.L. Dupont est fermée.", "Elle rouvre lundi."],
    ["Le siège est au 5 av. Foch.", "Le dépôt est au 8 bd. Voltaire."],
    ["Appelez le tél. 01 23 45 67 89.", "Un conseiller répondra."],
    ["La surface est de 20 m2 env. par pièce.", "Le plafond est haut."],
    ["Voir p. 12 et chap. 3 du guide.", "Le reste est en annexe."],
    ["L'offre (hors frais de port, cf. conditions) est valable.", "Elle finit le 31 déc. 2025."],
    ["Délai min. 3 jours, max. 10 jours.", "Au-delà, écrivez-nous."],
    ["Il faut 1 h 30 min. de trajet.", "Prévoyez de la marge."],
    ["Le taux est de 2,5 %.", "Il est révisé chaque année."],
    ["Il est né en 2004.", "La suite est connue."],
    ["Le prix était de 100 € en 2023.", "100 € c'est cher."],
    ["Il arrive vers 15 h.", "À bientôt."],
    ["C'est fini.", "Étienne part demain."],
    ["Le solde est de -5.", "Il reste 3 jours."],
    ["Choisissez l'option A ou B.", "Validez."],
    ["(Cette offre expire demain.)", "Profitez-en."],
    ["Les St. Bernard sont grands.", "Ste. Anne est fêtée en juillet."],
    ["Le J.O. du 3 mai le précise.", "Le texte est public."],
    ["Q. Il faut payer ?", "R. Il suffit d'appeler."],
    ["Conformément à l'al. 2 de l'art. 5, le délai est suspendu.", "Il reprend ensuite."],
]

ENGLISH: list[list[str]] = [
    ["You have 14 days.", "After that no refund is possible."],
    ["See No. 5 on the list.", "It is out of stock."],
    ["Some fees, e.g. shipping, are not refunded.", "Others are."],
    ["The holder, i.e. the person who signed, must write.", "An email is enough."],
    ["We ship to the U.S. and Canada.", "Duties may apply."],
    ["We ship to the U.S.", "Duties may apply."],
    ["Customers in the U.S. Virgin Islands pay more.", "Sorry."],
    ["Dr. Smith will see you now.", "Please take a seat."],
    ["Mr. and Mrs. Jones moved.", "Ms. Lee did not."],
    ["The plan has 3.5 GB of data.", "It costs $4.99 a month."],
    ["Visit www.example.com for more.", "Then sign in."],
    ["Bring phones, tablets, etc.", "Then pay at the desk."],
    ["Phones, tablets, etc. are accepted.", "Cash is not."],
    ["Wait... I am not sure.", "Ask support."],
    ["I tried everything...", "Nothing works."],
    ["What?!", "You must be joking!"],
    ["Can I cancel?", "Yes!", "Within 24 hours."],
    ["\u201cYour order shipped.\u201d", "That message is final."],
    ['He said "I am done." and left.'],
    ['"Is it open?"', "The answer is no."],
    ['The screen says "Error!" in red.', "Restart it."],
    ["J. R. Smith signed it.", "He is the owner."],
    ["It opens at 9 a.m. on Mondays.", "It closes at 5 p.m.", "No exceptions."],
    ["We are here from 8:00 a.m. to 8:00 p.m. ET.", "To write to us, use the form."],
    ["Open 9 a.m. to 5 p.m. Monday to Friday.", "Closed on Sunday."],
    ["Call before 8 p.m. Eastern time.", "Have your number ready."],
    ["CLOSED AT 5 P.M.", "THE SHOP IS OPEN."],
    ["Shops open at 9 a.m.", "Sunday is different."],
    ["Acme Inc. sells phones.", "Foo Ltd. repairs them."],
    ["You must be a client of Corinthian Colleges, Inc. CCI.", "Then apply."],
    ["Q. I believe that I am a client.", "A. You may call us."],
    ["Acme Corp. was founded in 1999.", "It is big."],
    ["The deadline is Jan. 5.", "Fees apply from Feb. 2025."],
    ["See Fig. 3 and Sec. 2.1 of the manual.", "The rest is optional."],
    ["Compare Visa vs. Mastercard fees.", "They differ."],
    ["He lives at 5 Main St. in Springfield.", "It is quiet."],
    ["Allow approx. 10 days.", "Sometimes less."],
    ["He finished his Ph.D. in 2010.", "He teaches now."],
    ["Write to help@example.com.", "We answer in 24 hours."],
    ["Go to example.com.", "Sign in."],
    ["Version 2.1.3 is out.", "Update now."],
    ["iPhones are supported.", "iPads are not."],
    ["(This offer ends soon.)", "Do not wait."],
    ["It failed (see p. 12).", "Try again."],
    ["Yes.", "No.", "Maybe."],
    ["The price was 100 in 2023.", "100 is a lot."],
    ["The balance is -5.", "3 days remain."],
    ["Ask for Plan B.", "It is cheaper."],
    ["It works with Windows XP.", "Nothing else does."],
    ["She asked, 'Why?'", "Nobody knew."],
    ["This is hepatitis A.", "Read it first."],
    ["The fee is 5%!", "That is high."],
    ["Order no. 12 is late.", "Order No. 13 is not."],
    ["Prof. Adams and Sen. Brown agree.", "Gov. Lee does not."],
    ["Use option 1 or 2.", "Then press OK."],
    ["Is it true?", "yes, it is."],
    ["St. John's office is closed.", "Call back."],
]

# Where a reader needs to know the world: "U.S. Duties" against "U.S. Army", "option B. Validez" against "J. Dupont".
# When in doubt the two stay together; only "Wait... I am" comes apart.
KNOWN_MISSES = {
    "Choisissez l'option A ou B. Validez.",
    "We ship to the U.S. Duties may apply.",
    "Wait... I am not sure. Ask support.",
    "The balance is -5. 3 days remain.",
    "This is hepatitis A. Read it first.",
    "Shops open at 9 a.m. Sunday is different.",
}


def _split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def _cases() -> list[tuple[str, list[str]]]:
    both = [("fr", case) for case in FRENCH] + [("en", case) for case in ENGLISH]
    return [(language, case) for language, case in both if " ".join(case) not in KNOWN_MISSES]


@pytest.mark.parametrize(("language", "sentences"), _cases())
def test_flat_text(language: str, sentences: list[str]) -> None:
    assert _split(" ".join(sentences), language) == sentences


@pytest.mark.parametrize("sentences", [case for _, case in _cases()])
def test_other_languages_get_the_abbreviations_of_both(sentences: list[str]) -> None:
    joined = _split(" ".join(sentences), "und")
    assert " ".join(joined) == " ".join(sentences)
    assert len(joined) <= len(sentences), "an abbreviation was taken for an end"
