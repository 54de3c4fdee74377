"""The words by which a message leans on what was said before it, French and English side by side.

All patterns are matched against `spoken(text)`: folded, one space between words, apostrophes and punctuation gone but
for the marks that end a sentence. Both languages are always tried: a short message is easily taken for the other one.
"""

from __future__ import annotations

import re
from typing import Final

from ragcare.language.folding import fold

_NOT_SPOKEN: Final = re.compile(r"[^\w?!.,;:]+|_+")
_SPACED: Final = re.compile(r"\s*([?!.,;:])\s*")


def spoken(text: str) -> str:
    """The text as the patterns see it: "Et qu'en est-il ?" is "et qu en est il ?"."""
    words = _NOT_SPOKEN.sub(" ", fold(text))
    return " ".join(_SPACED.sub(r" \1 ", words).split())


FILLERS: Final = re.compile(
    r"(?:(?:"
    r"ok|okay|k|merci(?: beaucoup| bien)?|mrc|thanks?(?: a lot| so much| you)?|thank you(?: very much|"
    r" so much)?|thx|ty|"
    r"d accord|dac|great|perfect|parfait|super|good|nice|cool|oh|ah|eh|euh|hmm?|um|uh|well|bon|bien|"
    r"tres bien|alors|"
    r"donc|so|right|alright|all right|i see|i understand|understood|got it|je vois|compris|entendu|bonjour|"
    r"bonsoir|"
    r"hello|hi|hey|svp|stp|please|s il (?:vous|te) plait|oui|yes|yeah|yep|ouais|non|no|nope"
    r")(?: [.,!;:?])*(?: |$))+"
)
"""What is said before coming to the point: thanks, assent, greetings."""

ELLIPSIS: Final = re.compile(
    r"(?:et|mais|and|but|ou|or) (?:si|pour|avec|sans|chez|en|a|au|aux|sur|dans|depuis|par|quand|comment|"
    r"combien|ou|"
    r"quid|les?|la|l|un|une|des|du|de|d|mon|ma|mes|votre|vos|for|with|without|in|at|on|from|what|how|when|"
    r"where|if|"
    r"the|an?|my|is|are|do|does|can|will|who|which|why|qui|quel(?:le)?s?|pourquoi|c est|est ce|ca)\b|"
    r"(?:et|and|mais|but|or|meme|even) (?:[^ ]+ ){1,4}\?$|(?:meme|even|only|seulement) (?:si|if|quand|when|"
    r"pour|for)\b|"
    r"(?:what|how) about\b|what if\b|and what\b|(?:et )?qu en est il\b|quid d|"
    r"(?:est ce|c est|is it|are they) (?:pareil|la meme|le meme|les memes|identique|the same)\b|"
    r"(?:pareil|idem|same|meme chose|la meme chose|same thing|same question|meme question) (?:pour|avec|for|"
    r"with|si|if)\b|"
    r"(?:sinon|otherwise|dans ce cas|in (?:that|this) case|du coup|or else|et apres|and then|then|ensuite|puis|"
    r"what else|anything else|quoi d autre|autre chose)\b|"
    r"(?:a partir de|jusqu a|for|pour|depuis|until|from|avec|with|without|sans|even|meme|only|seulement|"
    r"uniquement|"
    r"sauf|except) (?:[^ ?]+ ){0,4}[^ ?]+ \?$"
)
"""How a message opens that only goes on with the one before."""

GOES_ON: Final = re.compile(
    rf"(?:{FILLERS.pattern})?(?:(?:et|and|mais|but|ou|or|sinon|otherwise|meme chose|same thing|same question|pareil) )?"
    r"(?:(?:what|how) about |(?:qu en est il|quid) (?:de |du |des |d )|(?:pour|for) )?"
)
"""What stands before the subject that such a message names."""

_CLITIC_VERB: Final = r"[a-z]{2,}(?:er|ir|dre|tre|vre|ire|oir)"
_MODAL: Final = (
    "puis je|peut on|peux tu|pouvez vous|faut il|dois je|doit on|dois|doit|peux|peut|puis|pouvez|pour|comment|de|a|ou|"
    "quand|veux|voudrais|va|vais|vont|allez"
)
_BACK: Final = (
    # English: "is it possible" points at nothing
    r"(?<!is )(?<!was )\bit\b(?! possible| takes?| necessary| true| mandatory| normal)",
    r"\b(?:is|was) it\b(?! possible| true| necessary| normal| mandatory| allowed)",
    r"\b(?:its|them|they|those|these|their)\b",
    r"\b(?:that|this) (?:is|was|one|means?|works?|cost|apply|applies|happens?)\b",
    r"\b(?:that|this) (?:includes?|takes?|for|cover|depend|still|be)\b",
    r"\b(?:that|this|there|ones?|so|too|either) [?.!]?$",
    r"\bthe (?:same|others?|first|second|latter|former|other one)\b",
    r"\bone of (?:these|those|them)\b",
    r"\b(?:about|for|of|with|do|does|to|after|before|without|like|by|than|on|in) (?:that|this)\b"
    r"(?= [?.!,]|$| too| if| when)",
    # French: "ça", "celui-ci", "celle de"
    r"\b(?:ca|cela|ceci|dedans|la bas|a la place|dans ce cas|ce dernier|cette derniere)\b",
    r"\b(?:celui|celle|ceux|celles) (?:ci|la|de|du|d|des|en)\b",
    r"\b(?:l autre|les autres|le meme|la meme|les memes|lequel|laquelle|lesquel(?:le)?s)\b",
    r"\b(?:le premier|la premiere|le second|la seconde|le deuxieme|la deuxieme)\b",
    # "j'en", "peut-on y"; "en commander"
    r"\b(?:j|m|t|s|vous|nous|en|peut on|puis je) (?:en|y)\b(?! a\b)",
    r"\b(?:n|d|l) en\b|\by (?:a t il )?(?:avoir|aller|acceder)\b",
    r"\ben (?:avoir|obtenir|commander|changer|recevoir|profiter|beneficier|acheter|parler|demander|faut|faudra|ai)\b",
    # "comment l'annuler", "je les rends"
    rf"\b(?:{_MODAL}) (?:l|les?|la|lui|leur) {_CLITIC_VERB}\b",
    r"\b(?:je|j|tu|on|vous|nous|ne) (?:l|la|les|lui|leur) [a-z]+",
    r"\bc est (?:combien|gratuit|payant|cher|long|possible|obligatoire|quoi|ou|quand|inclus|rapide|valable|comment)\b",
    r"\b(?:combien|quand|ou|comment|quoi) c est\b",
)
POINTS_BACK: Final = re.compile("|".join(_BACK))
"""Words that point at something said before, unless the same message has named it."""

_VERB: Final = (
    "est|sont|coute|coutent|marche|marchent|fonctionne|fonctionnent|arrive|arrivent|dure|durent|sera|seront|doit|doivent|"
    "peut|peuvent|commence|finit|inclut|couvre|a|ont"
)
SUBJECT_BACK: Final = re.compile(
    rf"\b(?:{_VERB}) (?:t )?(?:elles?|ils)\b|\b(?:coute|marche|fonctionne|arrive|dure|commence|finit) t il\b|"
    rf"\b(?:elles?|ils) (?:{_VERB})\b|^(?:elles?|ils?) (?!faut|y a|est possible|s agit)|"
    r"\b(?:sur|dans|pour|avec|a|de|par) quel(?:le)?s? [a-z]+ (?:elles?|ils?)\b"
)
"""A pronoun as the subject: it points back if no noun stands before it, for "ma box marche-t-elle" names hers."""

YES: Final = r"oui|ouais|oui oui|exactement|tout a fait|yes|yeah|yep|sure|exactly|correct|right|indeed|si"
NO: Final = r"non|no|nope|nan|pas du tout|not at all|not really|pas vraiment"
YES_OR_NO: Final = re.compile(rf"(?:{YES}|{NO})\b")
ONLY_YES: Final = re.compile(
    rf"(?:{YES}|ok|okay|d accord|please|s il vous plait|svp|c est ca|c est bien ca|that s right|that s it|"
    r"that is right|"
    r"i do|je veux bien|volontiers|bien sur|of course)(?: (?:[.,!]|please|svp|s il vous plait|merci|thanks|"
    r"thank you|it is|"
    r"i do|c est ca|c est bien ca|that s right|that s it|bien sur|of course|exactement))* ?[.!]*$"
)
ONLY_NO: Final = re.compile(rf"(?:{NO})(?: (?:[.,!]|{NO}|merci|thanks|thank you|c est bon|it s fine))*")
_THANKS: Final = r"(?: (?:[.,!]|please|svp|merci|thanks|thank you|sorry|desolee?))*"
_OF_THEM: Final = (
    r"(?: (?:of (?:them|these|those|the (?:two|three|above))|one|of it|des (?:deux|trois)|d entre (?:eux|elles)|"
    r"de (?:ces (?:deux|trois|choix|propositions)|ceux ci|celles ci|tout (?:ca|cela))))?"
)
NEITHER: Final = re.compile(
    rf"(?:ni l une? ni l autre|(?:c est |it s |it is )?(?:neither|none|aucune?|rien|nothing|not any){_OF_THEM}|"
    r"(?:c est |it s |it is )?(?:something else|another thing|autre chose|none of that)|pas (?:ca|cela) du tout"
    rf"){_THANKS}"
)
"""Who is asked to choose means none of it."""
ALL_OF_THEM: Final = re.compile(
    r"(?:(?:c est|it s|je veux|je prends|i want|i need|i mean|pour|for) )?"
    r"(?:both|(?:all|both|all the|the|tou(?:te)?s les|les) (?:two|three|deux|trois)|all|tout|tou(?:te)?s|everything|"
    rf"l une? et l autre){_OF_THEM}{_THANKS}"
)
"""Who is asked to choose means each of them."""
UNSURE: Final = re.compile(
    r"(?:(?:i m |i am |im )?(?:not sure|unsure|not certain)(?: which(?: one)?)?|"
    r"(?:i )?(?:(?:do not|don t|dont) know|have no idea|can t (?:tell|say))(?: which(?: one)?)?|dunno|idk|no idea|"
    r"(?:je |j |ch)?(?:ne )?(?:sais|sait|ais) (?:vraiment )?pas(?: trop)?(?: (?:lequel|laquelle|du tout))?|jsp|"
    r"(?:je )?(?:ne )?suis pas sure?|pas sure?|(?:je n ai )?aucune idee|j hesite"
    rf"){_THANKS}"
)
"""Who is asked to choose cannot tell which."""
IN_LANGUAGE: Final = re.compile(
    r"(?:(?:et|and|mais|but|ok|okay|sorry|pardon|non|no|oui|yes)[ ,.!]* )*"
    r"(?:(?:the same|same|la meme chose|pareil|repetez|repondez(?: moi)?|redites le|answer(?: me)?|repeat(?: that)?|"
    r"say (?:it|that)|(?:can|could) you (?:answer|repeat that|say (?:it|that))|"
    r"(?:pouvez|pourriez) vous (?:repondre|repeter|le (?:dire|redire))|what about|is it available|existe t il)"
    r"(?: again)? )?"
    rf"(?:en|in) (?:(?P<fr>francais|french)|(?P<en>anglais|english)){_THANKS}(?: [?.!])*"
)
"""Nothing but that the same is wanted in another language."""
ASKS: Final = re.compile(
    r"(?:comment|combien|quand|ou|pourquoi|quel(?:le)?s?|qui|que|quoi|qu|est ce|puis|peut|peux|pouvez|faut|dois|"
    r"doit|y a|how|what|"
    r"when|where|why|who|which|can|could|do|does|did|is|are|will|would|should|may|i|je|j|my|mon|ma)\b"
)
"""How a sentence of its own opens; what does not, after a question of the assistant, is the answer to it."""
ASKS_THERE: Final = re.compile(
    r"^(?:qu|que|qui|ou|puis|peut|peux|pouvez|faut|dois|doit|y a|can|could|do|does|did|is|are|will|would|should|may)\b|"
    r"\b(?:comment|combien|quand|pourquoi|quel(?:le)?s?|est ce|savoir|how|what|when|where|why|which|who|know)\b"
)
"""What asks without a question mark, in its place or anywhere."""

STILL: Final = re.compile(r"\b(?:deja|toujours|encore|already|still|again|yet|anymore|any more|no longer)\b")
"""What says that something was so before, or was tried: it goes on from there."""

OWN: Final = re.compile(r"(?:my|our|mon|ma|mes|notre|nos) ")
"""What stands before a thing of the customer's own, in a sentence ("ma box clignote") and in an answer ("ma box")."""

_MEANT: Final = (
    r"(?:je (?:voulais|veux|voulait) (?:dire|parler)|je (?:parle|parlais|pensais|demandais)|i (?:mean|meant|"
    r"was thinking)|"
    r"i (?:m|am|was) (?:talking|asking) about|je me suis trompee?|my mistake)"
)
_RATHER: Final = (
    "(?:ce n est|c est(?: plutot)?|il s agit|plutot|en fait|it s|it is|actually|rather|sorry|pardon|desolee?|oups|oops|"
    r"enfin|erreur)\b"
)
_ABOUT: Final = r"(?:(?:de|du|d|des|a|au|aux|pour|about|for) )?"
_FEW: Final = r"(?:[^ ,;.:?!]+ ?){1,5}"
CORRECTIONS: Final = (
    # "pas la box, le mobile"; "not my account, the wifi"
    re.compile(
        rf"(?:(?:{NO}|mais|but) [,.!;:]* ?)?(?:(?:{_MEANT}|{_RATHER}) )*(?:pas|not) (?P<old>{_FEW})(?:[,;.:]|"
        r"mais|but) ?"
        rf"(?:(?:mais|but|{_MEANT}|{_RATHER}) )*{_ABOUT}(?P<new>.+)$"
    ),
    # "le mobile, pas la box"
    re.compile(
        rf"(?:(?:{NO}) [,.!;:]* ?)?(?:(?:{_MEANT}|{_RATHER}) )*{_ABOUT}(?P<new>{_FEW}),? ?"
        rf"(?:et pas|pas|and not|not) (?P<old>{_FEW})[.!]?$"
    ),
    # "non, je parle de la fibre"; "I meant the bill"
    re.compile(rf"(?:(?:{NO}) [,.!;:]* ?)?(?:{_RATHER}[ ,]*)*{_MEANT}[ ,.:;]*(?:{_RATHER} )*{_ABOUT}(?P<new>.+)$"),
    # "non, la fibre"; "sorry, the mobile one"
    re.compile(rf"(?:(?:{NO}) [,.!;:]* ?(?:{_RATHER}[ ,]*)*|(?:{_RATHER}[ ,]*)+){_ABOUT}(?P<new>{_FEW})[.!]?$"),
)
"""How a word is put in the place of another: the right one is `new`, the wrong one `old` where it is named."""

TOLD_OUTRIGHT: Final = re.compile(_MEANT)
"""Words that say that what follows is a correction, even if it is asked as a question."""

TOPIC_CHANGE: Final = re.compile(
    r"\b(?:autre (?:question|sujet|chose|demande)|rien a voir|changeons de sujet|sinon rien a voir|"
    r"(?:another|different|other|new|separate|unrelated) (?:question|subject|topic|thing|matter|issue)|"
    r"something else|by the way|au fait|a propos)\b(?! \?)"
)
"""That what follows is about something else."""
