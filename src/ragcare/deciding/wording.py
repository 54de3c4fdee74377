"""What is said to the customer where the words are not an article's: French and English, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Final

from ragcare.schema import EscalationReason, ReasonCode, RefusalReason, SocialTurn

_NOTHING_SAID: Final[frozenset[ReasonCode]] = frozenset({"no_source", "weak_source", "unsupported", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language.

    Attributes:
        refusals: why there is no answer; the offer of a person follows each of them.
        own_account: said in the place of a refusal where a look into the customer's account may be what it takes.
        for_a_person: what a customer says who asks for one by a button or a command.
        escalations: what is said when a person takes over.
        later: what is said instead of what promises a person now, while nobody is there.
        reasons: each reason in a few words, for the person who takes over.
        other_language: said before an answer whose source is in another language; takes `language`.
        social: what good manners are returned with.
        nearest: said after a refusal, before the titles of the articles that come close.
        handed_over: said instead of another refusal of a question that a person has already.
        left_open: said after an answer to the other parts of a question; takes `part`.
        unsure: how sure the draft was, for the person who takes over; takes `probability` and `threshold`.
        closed: that nobody is there; takes `when`, such as `tomorrow`, or `on_day` with its weekday and month.
    """

    refusals: dict[RefusalReason, str]
    own_account: str
    offer: str
    for_a_person: str
    escalations: dict[EscalationReason, str]
    later: dict[EscalationReason, str]
    clarification: str
    choice: str
    reasons: dict[ReasonCode, str]
    asked: str
    stopped: str
    looked_at: str
    other_language: str
    social: dict[SocialTurn, str]
    nearest: str
    handed_over: str
    left_open: str
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

    def refusal(self, reason: RefusalReason, *besides: ReasonCode, nearest: Sequence[str] = ()) -> str:
        """Why there is no answer, the titles of the articles that come close, and the door to a person."""
        own = told_first((reason, *besides)) == "account_specific"
        why = self.own_account if own else self.refusals[reason]
        if not nearest:
            return f"{why} {self.offer}"
        titles = "\n".join(f"- {title}" for title in nearest)
        return f"{why} {self.nearest}\n{titles}\n{self.offer}"

    def taken_over(self, reasons: Sequence[ReasonCode], *, now: bool) -> str:
        """That a person takes over, for the first of the reasons that has words; `now` if somebody is there."""
        said = self.escalations if now else {**self.escalations, **self.later}
        return next(text for reason in reasons for code, text in said.items() if code == reason)

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
        "out_of_scope": "Je n’ai pas trouvé de réponse à cela dans nos articles. Vous pouvez le demander autrement.",
    },
    own_account="Je ne peux pas voir votre propre compte, mais une personne peut y regarder.",
    offer="Voulez-vous qu’un conseiller vous réponde ?",
    for_a_person="Je voudrais parler à un conseiller.",
    escalations={
        "asks_person": "Je vous mets en relation avec un conseiller, qui a votre question sous les yeux.",
        "anger": "Je suis désolé de cette situation. Un conseiller reprend votre demande, avec tout ce qui a été dit.",
        "distress": "Ce que vous vivez passe avant le reste. Vous n’êtes pas seul : une personne prend le relais "
        "maintenant.",
        "bereavement": "Je vous présente mes condoléances. Un conseiller s’occupe personnellement de votre demande.",
        "fraud": "Je préviens tout de suite un conseiller, qui va vérifier et protéger votre compte avec vous.",
        "health": "Votre santé passe d’abord. Un conseiller prend votre demande en priorité, en tenant compte "
        "de ce que vous dites.",
        "legal": "Je transmets votre demande à un conseiller habilité à vous répondre sur ce point.",
        "data_protection": "Vous exercez un droit sur vos données : je transmets votre demande aux personnes "
        "qui en ont la charge.",
        "minor": "Un enfant ou un mineur est concerné : je confie tout de suite votre message à une "
        "personne formée pour cela.",
        "complaint": "Je suis désolé que cela se soit mal passé. Un conseiller reçoit votre réclamation et y répondra.",
        "cancellation": "Un conseiller va regarder avec vous ce qui vous convient, y compris si vous préférez partir.",
        "account_specific": "Il faut regarder votre dossier pour vous répondre : un conseiller s’en charge.",
        "repeated_failure": "Cela n’a pas suffi jusqu’ici, je le vois. Un conseiller reprend là où vous en êtes, sans "
        "tout vous faire répéter.",
        "topic": "Ce sujet est suivi par une équipe de chez nous : un conseiller vous répond.",
    },
    later={
        "asks_person": "Je transmets votre demande à un conseiller, avec tout ce que vous avez dit.",
        "anger": "Je suis désolé de cette situation. Un conseiller reprendra votre demande et tout ce qui a été dit.",
        "distress": "Ce que vous vivez passe avant le reste. Votre message part tout de suite à une personne, qui vous "
        "répondra.",
        "fraud": "Je transmets votre message en urgence à un conseiller, qui vérifiera et protégera votre compte avec "
        "vous.",
    },
    clarification="Je veux être sûr de bien comprendre. Parlez-vous de :",
    choice="{number}. {title}",
    reasons={
        "grounded": "réponse trouvée",
        "handed_over": "un conseiller a déjà cette question",
        "ambiguous": "la question pouvait viser plusieurs articles",
        "no_source": "aucun article validé n’y répond",
        "weak_source": "aucun article n’était assez sûr",
        "unsupported": "le sujet est traité, pas le point demandé",
        "conflict": "deux articles se contredisent",
        "expired": "le seul article est périmé",
        "out_of_scope": "aucune réponse n’a été trouvée",
        "asks_person": "le client demande une personne",
        "anger": "le client est en colère",
        "distress": "le client est en détresse ou en danger",
        "bereavement": "un décès est en cause",
        "fraud": "une fraude est en cause",
        "health": "la santé de quelqu’un est en cause",
        "legal": "une action en justice est évoquée",
        "data_protection": "le client exerce un droit sur ses données",
        "minor": "un mineur est concerné",
        "complaint": "le client fait une réclamation",
        "cancellation": "le client songe à partir",
        "account_specific": "il faut consulter le dossier du client",
        "repeated_failure": "plusieurs essais ont déjà échoué",
        "topic": "un sujet que l’entreprise traite elle-même",
        "greeting": "le client salue",
        "thanks": "le client remercie",
        "goodbye": "le client prend congé",
        "acknowledgement": "le client acquiesce",
    },
    asked="Le client demande : « {question} ».",
    stopped="Pourquoi une personne : {reason}.",
    looked_at="Articles consultés : {titles}.",
    other_language="J’ai trouvé cette réponse en {language} ; la voici telle qu’elle est écrite.",
    social={
        "greeting": "Bonjour ! Quelle est votre question ?",
        "thanks": "Avec plaisir. Puis-je vous aider sur un autre point ?",
        "goodbye": "Merci de votre visite, et à bientôt.",
        "acknowledgement": "Très bien. Dites-moi si vous avez une autre question.",
    },
    nearest="Ce qui s’en approche :",
    handed_over="Un conseiller a déjà cette question, avec tout ce qui a été dit. D’ici là, je n’ai rien à y ajouter.",
    left_open="Sur « {part} », je n’ai rien d’assez sûr.",
    languages={"fr": "français", "en": "anglais"},
    unsure="Probabilité que le projet de réponse soit juste : {probability} ; il fallait {threshold}.",
    closed="Nos conseillers ne sont pas là en ce moment ; ils vous répondront {when}.",
    closed_for_long="Nos conseillers ne sont pas joignables en ce moment ; les demandes transmises les attendent.",
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
        "out_of_scope": "I found no answer to this in our articles. You can ask it in other words.",
    },
    own_account="I cannot see your own account, but a person can look.",
    offer="Would you like one of our advisers to answer you?",
    for_a_person="I would like to speak to an adviser.",
    escalations={
        "asks_person": "I am putting you through to an adviser, who already has your question at hand.",
        "anger": "I am sorry about this. An adviser is taking over now, with everything you have already said.",
        "distress": "What you are going through comes first. You are not alone: a person is taking over now.",
        "bereavement": "Please accept my condolences. An adviser will look after your request personally.",
        "fraud": "I am alerting an adviser right away, who will check and protect your account with you.",
        "health": "Your health comes first. An adviser will take your request as a priority, with what you "
        "have told us in mind.",
        "legal": "I am passing your request to an adviser who is entitled to answer you on this point.",
        "data_protection": "You are using a right over your data: I am passing your request to those in charge of it.",
        "minor": "A child or a minor is concerned: I am giving your message at once to a person trained for this.",
        "complaint": "I am sorry that this went wrong. An adviser is receiving your complaint and will answer you.",
        "cancellation": "An adviser will look with you at what suits you, even if you would rather leave.",
        "account_specific": "Your own file has to be looked at to answer this: an adviser will do so.",
        "repeated_failure": "I see that nothing has helped so far. An adviser will go on from where you are, without "
        "making you repeat it all.",
        "topic": "One of our teams looks after this subject: an adviser will answer you.",
    },
    later={
        "asks_person": "I am passing your request to an adviser, with everything you have said.",
        "anger": "I am sorry about this. An adviser will take over, with everything you have already said.",
        "distress": "What you are going through comes first. Your message goes at once to a person, who will answer.",
        "fraud": "I am passing your message to an adviser as urgent, who will check and protect your account with you.",
    },
    clarification="I want to be sure that I understand. Do you mean:",
    choice="{number}. {title}",
    reasons={
        "grounded": "an answer was found",
        "handed_over": "an adviser has this question already",
        "ambiguous": "the question could mean several articles",
        "no_source": "no validated article answers it",
        "weak_source": "no article was certain enough",
        "unsupported": "the subject is covered, the point asked is not",
        "conflict": "two articles contradict each other",
        "expired": "the only article has expired",
        "out_of_scope": "no answer was found",
        "asks_person": "the customer asks for a person",
        "anger": "the customer is angry",
        "distress": "the customer is in distress or in danger",
        "bereavement": "there has been a death",
        "fraud": "fraud is suspected",
        "health": "somebody's health is at stake",
        "legal": "legal action is mentioned",
        "data_protection": "the customer exercises a right over their data",
        "minor": "a minor is concerned",
        "complaint": "the customer makes a complaint",
        "cancellation": "the customer may leave",
        "account_specific": "the customer's own file has to be looked at",
        "repeated_failure": "several attempts have already failed",
        "topic": "a subject that the company looks after itself",
        "greeting": "the customer greets",
        "thanks": "the customer says thank you",
        "goodbye": "the customer takes leave",
        "acknowledgement": "the customer assents",
    },
    asked="The customer asks: “{question}”.",
    stopped="Why a person: {reason}.",
    looked_at="Articles consulted: {titles}.",
    other_language="I found this answer in {language}; here it is as written.",
    social={
        "greeting": "Hello! What would you like to know?",
        "thanks": "You are welcome. Is there anything else I can help you with?",
        "goodbye": "Thank you for your visit, and goodbye.",
        "acknowledgement": "Very well. Tell me if you have another question.",
    },
    nearest="What comes close:",
    handed_over="An adviser has this question already, with all that was said. Until then I have nothing to add to it.",
    left_open="On “{part}”, I have nothing certain enough.",
    languages={"fr": "French", "en": "English"},
    unsure="Probability that the draft is right: {probability}; {threshold} was needed.",
    closed="Our advisers are away at the moment; they will answer you {when}.",
    closed_for_long="Our advisers cannot be reached at the moment; requests that are passed on wait for them.",
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


def told_first(reasons: Sequence[ReasonCode]) -> ReasonCode:
    """The reason that is told first: that it takes a look into the account goes before that nothing was found."""
    own = "account_specific" in reasons and reasons[0] in _NOTHING_SAID
    return "account_specific" if own else reasons[0]


def wording(language: str) -> Wording:
    """The texts in that language; English where it is not one of ours."""
    return FRENCH if language == "fr" else ENGLISH
