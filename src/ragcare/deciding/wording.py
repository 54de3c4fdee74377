"""What is said to the customer where the words are not an article's: French and English, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from ragcare.schema import EscalationReason, ReasonCode, RefusalReason


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language.

    Attributes:
        refusals: why there is no answer; the offer of a person follows each of them.
        escalations: what is said when a person takes over.
        reasons: each reason in a few words, for the person who takes over.
        other_language: said before an answer whose source is in another language; takes `language`.
        unsure: how sure the draft was, for the person who takes over; takes `probability` and `threshold`.
        closed: that nobody is there; takes `when`, such as `tomorrow`, or `on_day` with its weekday and month.
    """

    refusals: dict[RefusalReason, str]
    offer: str
    escalations: dict[EscalationReason, str]
    clarification: str
    choice: str
    reasons: dict[ReasonCode, str]
    asked: str
    stopped: str
    looked_at: str
    other_language: str
    languages: dict[str, str]
    unsure: str
    closed: str
    closed_for_long: str
    today: str
    tomorrow: str
    on_day: str
    on_the_hour: str
    clock: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    first_of_month: str
    callback: str
    form: str
    team_speaks: str
    conjunction: str
    also: str

    def refusal(self, reason: RefusalReason) -> str:
        """Why there is no answer, and the door to a person."""
        return f"{self.refusals[reason]} {self.offer}"

    def clarify(self, titles: Sequence[str]) -> str:
        """Which of these is meant, or a person."""
        lines = [self.choice.format(number=number, title=title) for number, title in enumerate(titles, 1)]
        return "\n".join([self.clarification, *lines, self.offer])

    def summary(self, question: str, reason: ReasonCode, looked_at: Sequence[str]) -> str:
        """Two sentences for the person who takes over."""
        told = [self.asked.format(question=question), self.stopped.format(reason=self.reasons[reason])]
        if looked_at:
            told.append(self.looked_at.format(titles=", ".join(looked_at)))
        return " ".join(told)

    def in_another_language(self, language: str) -> str:
        """That what follows is quoted in another language than the question's."""
        return self.other_language.format(language=self.languages.get(language, language))

    def why_not(self, reasons: Sequence[ReasonCode]) -> str:
        """Why nothing was answered, for the person who takes over."""
        told = reduce(
            lambda one, another: self.also.format(one=one, another=another),
            [self.reasons[reason] for reason in reasons],
        )
        return f"{told[0].upper()}{told[1:]}."

    def away(self, opens_at: datetime | None, now: datetime) -> str:
        """That nobody is there, and when somebody is; both times in the time zone of the team."""
        if opens_at is None:
            return self.closed_for_long
        days = (opens_at.date() - now.date()).days
        day = {0: self.today, 1: self.tomorrow}.get(days, self.on_day).format(
            weekday=self.weekdays[opens_at.weekday()],
            day=self.first_of_month if opens_at.day == 1 else opens_at.day,
            month=self.months[opens_at.month - 1],
        )
        clock = self.clock if opens_at.minute else self.on_the_hour
        return self.closed.format(when=f"{day} {clock.format(hour=opens_at.hour, minute=opens_at.minute)}")

    def team(self, languages: Sequence[str]) -> str:
        """Which languages people answer in."""
        names = [self.languages.get(language, language) for language in languages]
        listed = f" {self.conjunction} ".join([part for part in (", ".join(names[:-1]), names[-1]) if part])
        return self.team_speaks.format(languages=listed)


FRENCH = Wording(
    refusals={
        "no_source": "Je n’ai pas d’article validé qui réponde à cette question.",
        "weak_source": "Je n’ai rien trouvé d’assez sûr pour vous répondre.",
        "unsupported": "Nos articles traitent de ce sujet, mais aucun ne dit ce que vous demandez.",
        "conflict": "Deux de nos articles se contredisent sur ce point ; je préfère ne rien affirmer.",
        "expired": "L’article qui répondait à cette question n’est plus valable aujourd’hui.",
        "out_of_scope": "Cette question sort des sujets que je connais.",
    },
    offer="Voulez-vous qu’un conseiller vous réponde ?",
    escalations={
        "asks_person": "Je vous mets en relation avec un conseiller, qui a votre question sous les yeux.",
        "anger": "Je suis désolé de cette situation. Un conseiller reprend votre demande, avec tout ce qui a été dit.",
        "bereavement": "Je vous présente mes condoléances. Un conseiller s’occupe personnellement de votre demande.",
        "fraud": "Je préviens tout de suite un conseiller, qui va vérifier et protéger votre compte avec vous.",
        "legal": "Je transmets votre demande à un conseiller habilité à vous répondre sur ce point.",
    },
    clarification="Je veux être sûr de bien comprendre. Parlez-vous de :",
    choice="{number}. {title}",
    reasons={
        "grounded": "réponse trouvée",
        "ambiguous": "la question pouvait viser plusieurs articles",
        "no_source": "aucun article validé n’y répond",
        "weak_source": "aucun article n’était assez sûr",
        "unsupported": "le sujet est traité, pas le point demandé",
        "conflict": "deux articles se contredisent",
        "expired": "le seul article est périmé",
        "out_of_scope": "hors des sujets de la base",
        "asks_person": "le client demande une personne",
        "anger": "le client est en colère",
        "bereavement": "un décès est en cause",
        "fraud": "une fraude est en cause",
        "legal": "une action en justice est évoquée",
    },
    asked="Le client demande : « {question} ».",
    stopped="Pourquoi une personne : {reason}.",
    looked_at="Articles consultés : {titles}.",
    other_language="Cette réponse n’existe qu’en {language} ; la voici telle qu’elle est écrite.",
    languages={"fr": "français", "en": "anglais"},
    unsure="Probabilité que le projet de réponse soit juste : {probability} ; il fallait {threshold}.",
    closed="Nos conseillers ne sont pas là en ce moment ; ils vous répondront {when}.",
    closed_for_long="Nos conseillers ne sont pas joignables en ce moment ; votre demande leur est transmise.",
    today="aujourd’hui",
    tomorrow="demain",
    on_day="{weekday} {day} {month}",
    on_the_hour="à partir de {hour} h",
    clock="à partir de {hour} h {minute:02}",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    first_of_month="1er",
    callback="Nous pouvons aussi vous rappeler.",
    form="Vous pouvez aussi nous écrire : {url}",
    team_speaks="Nos conseillers répondent en {languages}.",
    conjunction="et",
    also="{one} ; {another}",
)

ENGLISH = Wording(
    refusals={
        "no_source": "I have no validated article that answers this question.",
        "weak_source": "I found nothing certain enough to answer you.",
        "unsupported": "Our articles cover this subject, but none of them says what you are asking.",
        "conflict": "Two of our articles disagree on this point; I would rather not guess.",
        "expired": "The article that answered this question is no longer valid today.",
        "out_of_scope": "This question is outside the subjects I know.",
    },
    offer="Would you like one of our advisers to answer you?",
    escalations={
        "asks_person": "I am putting you through to an adviser, who already has your question at hand.",
        "anger": "I am sorry about this. An adviser is taking over now, with everything you have already said.",
        "bereavement": "Please accept my condolences. An adviser will look after your request personally.",
        "fraud": "I am alerting an adviser right away, who will check and protect your account with you.",
        "legal": "I am passing your request to an adviser who is entitled to answer you on this point.",
    },
    clarification="I want to be sure that I understand. Do you mean:",
    choice="{number}. {title}",
    reasons={
        "grounded": "an answer was found",
        "ambiguous": "the question could mean several articles",
        "no_source": "no validated article answers it",
        "weak_source": "no article was certain enough",
        "unsupported": "the subject is covered, the point asked is not",
        "conflict": "two articles contradict each other",
        "expired": "the only article has expired",
        "out_of_scope": "outside the subjects of the knowledge base",
        "asks_person": "the customer asks for a person",
        "anger": "the customer is angry",
        "bereavement": "there has been a death",
        "fraud": "fraud is suspected",
        "legal": "legal action is mentioned",
    },
    asked="The customer asks: “{question}”.",
    stopped="Why a person: {reason}.",
    looked_at="Articles consulted: {titles}.",
    other_language="This answer exists only in {language}; here it is as written.",
    languages={"fr": "French", "en": "English"},
    unsure="Probability that the draft is right: {probability}; {threshold} was needed.",
    closed="Our advisers are away at the moment; they will answer you {when}.",
    closed_for_long="Our advisers cannot be reached at the moment; your request is passed on to them.",
    today="today",
    tomorrow="tomorrow",
    on_day="on {weekday} {day} {month}",
    on_the_hour="from {hour}:00",
    clock="from {hour}:{minute:02}",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    first_of_month="1",
    callback="We can also call you back.",
    form="You can also write to us: {url}",
    team_speaks="Our advisers answer in {languages}.",
    conjunction="and",
    also="{one}; {another}",
)


def wording(language: str) -> Wording:
    """The texts in that language; English where it is not one of ours."""
    return FRENCH if language == "fr" else ENGLISH
