"""Articles from files: Markdown, HTML, CSV, JSON, DOCX, PDF, plain text, and llama-index Documents.

Nothing is guessed and nothing is hidden: an article is either read whole, or told in a `Problem` that names
the file, the line and the mend. What every format shares:

* a field has the name it has in `Article`, or an alias ("question", "réponse", "lang"; see `rows.ALIASES`);
* "domain", "category" and "topic" become tags; any other unknown field is a problem, for a misspelt
  "valid_until" would otherwise let an article be said for ever;
* a list is a list, or one string with "|" between the items;
* a field left blank is a field not given, but for `audience`: a blank there might show a restricted article
  to everybody;
* a body that is HTML and nothing else, as help desks export it, becomes Markdown;
* where no language is given, it is detected.
"""

from ragcare.knowledge.readers.from_documents import articles_from_documents
from ragcare.knowledge.readers.reading import ReadArticles, read_articles

__all__ = ["ReadArticles", "articles_from_documents", "read_articles"]
