"""French and English: tokens for the index, sentences, detection of the language, figures and negations.

Importing this loads nothing heavy: Snowball and the detector come with the first call that needs them.
"""

from ragcare.language.analyser import KNOWN_LANGUAGES, Analyser, Word, analyser_for
from ragcare.language.detect import Detected, detect_language
from ragcare.language.negations import negations
from ragcare.language.quantities import Quantity, quantities
from ragcare.language.sentences import Span, ends_as_question, sentence_spans

__all__ = [
    "KNOWN_LANGUAGES",
    "Analyser",
    "Detected",
    "Quantity",
    "Span",
    "Word",
    "analyser_for",
    "detect_language",
    "ends_as_question",
    "negations",
    "quantities",
    "sentence_spans",
]
