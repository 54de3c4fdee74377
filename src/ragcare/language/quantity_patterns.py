"""What a date, a time, an amount, a percentage, a duration or a bare number looks like.

One pattern a language, longest reading first, so that nothing inside a quantity is found again.
"""

import re
from functools import lru_cache
from typing import Final

from ragcare.language.dates import date_pattern
from ragcare.language.numerals import number_pattern
from ragcare.language.spelled import spelled_pattern
from ragcare.language.whose_words import read_as

_BLANK: Final = "[ \t\n\u00a0\u202f\u2009]?"
_SIGN: Final = "(?:(?<!\\S)[-−]|(?<=\\()[-−])?"
_END: Final = "(?!\\w)"

_SYMBOLS: Final = "US\\$|C\\$|[€$£]"
_CODES: Final = "EUR|USD|GBP|CHF|CAD"
_CURRENCY_WORDS: Final = {
    "fr": "euros?|dollars?|livres sterling|francs suisses",
    "en": "euros?|dollars?|pounds|swiss francs",
}
_MAGNITUDES: Final = {"fr": "millions?|milliards?|Md|M|k", "en": "thousand|millions?|billions?|M|k"}
_PERCENT: Final = {"fr": f"%|pour{_BLANK}cents?{_END}", "en": f"%|per{_BLANK}cent{_END}"}
_NOT_A_DECADE: Final = "(?<!1[5-9][0-9]0)(?<!20[0-9]0)"  # "the 1950s" are no seconds
_DURATIONS: Final = {
    "fr": (
        f"(?:de )?(?P<unit>secondes?|sec|s|minutes?|min|mn|heures?|h|jours?|j|semaines?|sem|mois|trimestres?"
        f"|semestres?|ann[eé]es?|ans?){_END}"
        f"(?P<more> et (?:demie?|quart){_END})?(?:{_BLANK}(?P<sort>ouvr[eé]s?|ouvrables?|francs?|calendaires?){_END})?"
    ),
    "en": (
        f"(?P<and_half>[ -]and[ -]a[ -]half)?{_BLANK}-?"
        f"(?:(?P<sort>business|working|calendar){_BLANK})?(?P<unit>seconds?|secs?|{_NOT_A_DECADE}s|minutes?|mins?|hours?|hrs?|h"
        f"|days?|weeks?|fortnights?|months?|years?|yrs?){_END}"
        f"(?P<more> and a (?:half|quarter){_END})?"
    ),
}
_PART_OF_HOUR: Final = {
    "fr": "(?:une )?demi[- ]heure|(?:un|trois)[- ]quarts? d['’ʼ]heure",
    "en": "half an hour|(?:a )?half[- ]hour|(?:a |three[- ])?quarters? of an hour",
}
_ONE_AND_MORE: Final = {
    "fr": "(?!)",
    "en": "an? (?P<whole>hour|day|week|month|year) and a (?P<whole_more>half|quarter)",
}
_PAST: Final = {
    "fr": "(?!)",
    "en": "(?P<past>(?:half|(?:a )?quarter) past|(?:a )?quarter to) (?P<past_h>1[0-2]|[1-9]|one|two|three|four|five|six"
    "|seven|eight|nine|ten|eleven|twelve)(?!\\w|[.,:]?[0-9])",
}
_HOURS: Final = {"fr": "h(?:eures?)?", "en": "h"}
_OWN_CENTS: Final = {"fr": "centimes?|cents?", "en": "cents?"}
# "15 euros 99": the two digits are cents where the price ends there, not in "15 euros 20 jours".
_CENTS_END: Final = (
    f"(?:{_BLANK}centimes?{_END}|(?=\\s{{0,3}}(?:[,;:!?)](?![0-9])|\\.(?:\\s|$)|$|(?:par|ttc|ht){_END})))"
)
_ORDINALS: Final = {"fr": "er|re|i?[eè]mes?|nde?|e", "en": "st|nd|rd|th"}


@lru_cache(maxsize=8)
def quantity_pattern(language: str) -> re.Pattern[str]:
    """Return the pattern whose outermost group says the kind; other languages get the English words."""
    words = read_as(language)
    number = number_pattern(language)
    hours, minutes = f"{_BLANK}{_HOURS[words]}{_BLANK}", "[0-5][0-9](?![0-9])"
    half = f"(?:{_BLANK}(?P<half>[ap])\\.?m(?:\\.|{_END}))"
    currency = f"(?:{_SYMBOLS}|(?:{_CODES}|{_CURRENCY_WORDS[words]}){_END})"
    magnitude = f"(?:{_BLANK}(?P<magnitude>{_MAGNITUDES[words]})(?={_BLANK}(?:d['’ʼ])?(?:{currency})))?"
    trailing = (
        f"(?P<amount>{magnitude}{_BLANK}(?:d['’ʼ])?(?P<after>{currency})"
        f"(?:(?<=€)(?P<tight>[0-9]{{2}})(?![0-9])|{_BLANK}(?:et )?(?P<cents>[0-9]{{2}}){_CENTS_END})?)"
        f"|(?P<own_cents>{_BLANK}(?:{_OWN_CENTS[words]}){_END})"
        f"|(?P<percent>{_BLANK}(?:{_PERCENT[words]}))"
        f"|(?P<duration>{_BLANK}{_DURATIONS[words]})"
        f"|(?P<large>{_BLANK}(?P<size>thousand|millions?|milliards?|billions?){_END})"
        f"|(?P<bare>(?![0-9]|[.,][0-9]|(?:{_ORDINALS[words]}){_END}))"
    )
    not_inside = "(?<!\\w)(?<![0-9][.,])"
    # Nothing starts within a word: asking that once spares most positions the whole list of alternatives.
    start = "(?=[€$£+−-]|(?<!\\w)\\w)"
    alternatives = (
        f"(?P<date>{not_inside}(?:{date_pattern(language)}))",
        "(?P<phone>(?<!\\w)(?:\\+33[ .]?[1-9]|0[1-9])(?:[ \u00a0\u202f.-]?[0-9]{2}){4}(?![0-9]))",
        "(?P<reference>(?<!\\w)[LRD]\\.?[ \u00a0\u202f]?[0-9]++(?:-[0-9]++)*+(?!\\w))",
        f"(?P<version>{not_inside}(?!{number}(?![.0-9]))[0-9]++(?:\\.[0-9]++){{2,}}+)",
        f"(?P<span>{not_inside}(?P<span_h>[0-9]{{1,3}}){hours}(?P<span_m>{minutes}){_BLANK}min(?:utes?)?{_END})",
        f"(?P<clock>(?<!\\w)(?:{_PAST[words]}){half.replace('half', 'half_past')}?)",
        f"(?P<time>{not_inside}(?:(?P<clock_h>[0-2]?[0-9])(?::|{hours}|\\.(?=[0-9]{{2}}{_BLANK}[ap]\\.?m\\b))"
        f"(?P<clock_m>{minutes}){half}?"
        f"|(?P<clock_only>[01]?[0-9]){half.replace('half', 'half_only')}))",
        f"(?P<part>(?<!\\w)(?:{_PART_OF_HOUR[words]}){_END})",
        f"(?P<one_and_more>(?<!\\w)(?:{_ONE_AND_MORE[words]}){_END})",
        f"(?P<prefixed>(?:(?<!\\w)(?:US\\$|C\\$|{_CODES})|[€$£]){_BLANK}(?P<value>{number})"
        f"(?:{_BLANK}(?P<times>{_MAGNITUDES[words]}){_END})?)",
        f"(?P<measured>{_SIGN}{not_inside}(?:(?P<digits>{number})|(?P<spelled>{spelled_pattern(words)}))(?:{trailing}))",
    )
    return re.compile(f"{start}(?:{'|'.join(alternatives)})", re.IGNORECASE)
