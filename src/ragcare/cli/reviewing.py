"""`ragcare validate` and `ragcare retire`: who vouches for what, recorded, and in the index at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.cli.console import print_json, say, shows_progress
from ragcare.cli.home import DEFAULT, Home, index_that_fits
from ragcare.cli.options import HomeFolder, Json, day, somebody
from ragcare.errors import BadInput, UnknownArticle

if TYPE_CHECKING:
    from ragcare.knowledge.knowledge_base import KnowledgeBase
    from ragcare.schema import Article

By = Annotated[str, typer.Option("--by", metavar="NAME", parser=somebody, help="Who says so; recorded.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ARTICLE_ID")]


def validate(
    by: By,
    article_ids: Ids = None,
    on: Annotated[date | None, typer.Option(metavar="DATE", parser=day, help="The day of it, if not today.")] = None,
    review_by: Annotated[
        date | None, typer.Option(metavar="DATE", parser=day, help="The day by which to read it again.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(metavar="DATE", parser=day, help="The last day on which it may be said.")
    ] = None,
    all_drafts: Annotated[bool, typer.Option("--all-drafts", help="Every draft, instead of ARTICLE_ID.")] = False,
    folder: HomeFolder = DEFAULT,
    json_: Json = False,
) -> None:
    """Records that somebody vouches for articles; from then on they may be said."""
    if bool(article_ids) == all_drafts:
        raise BadInput("which articles? Mend: name their ids, or give --all-drafts, and not both")

    def wanted(knowledge: KnowledgeBase) -> Sequence[str]:
        return article_ids or [one.id for one in knowledge if one.status == "draft"]

    def change(knowledge: KnowledgeBase, article_id: str) -> Article:
        return knowledge.validate(article_id, by=by, on=on, review_by=review_by, valid_until=until)

    _review("validated", Home(folder), wanted, change, json_)


def retire(by: By, article_ids: Ids = None, folder: HomeFolder = DEFAULT, json_: Json = False) -> None:
    """Takes articles out of what may be said; their versions are kept."""
    if not article_ids:
        raise BadInput("which articles? Mend: name their ids")
    ids = article_ids

    def change(knowledge: KnowledgeBase, article_id: str) -> Article:
        return knowledge.retire(article_id, by=by)

    _review("retired", Home(folder), lambda _: ids, change, json_)


def _review(
    done: str,
    home: Home,
    wanted: Callable[[KnowledgeBase], Sequence[str]],
    change: Callable[[KnowledgeBase, str], Article],
    json_: bool,
) -> None:
    """Changes the knowledge base, and then the index; nothing where one of the articles is unknown."""
    home.require_knowledge()
    with home.changing():
        knowledge = home.knowledge()
        ids = list(dict.fromkeys(wanted(knowledge)))
        _refuse_unknown(knowledge, ids)
        search_index, anew = index_that_fits(home)
        if done == "retired":  # silent first: killed in between, silence is the safe half
            search_index.remove(ids)
            search_index.save(home.index_folder)
        articles = [change(knowledge, article_id) for article_id in ids]
        home.follow(knowledge, search_index, progress=shows_progress())
    if json_:
        print_json([article.model_dump(mode="json") for article in articles])
    if anew:
        say(f"the index was built anew: {anew}")
    if not articles:
        say(f"nothing was there to be {done}")
    for article in articles:
        until = f", to be said until {article.valid_until}" if done == "validated" and article.valid_until else ""
        say((f"{done} ", "bold"), f"{article.id}, version {article.version}{until}")


def _refuse_unknown(knowledge: KnowledgeBase, article_ids: Sequence[str]) -> None:
    unknown = [article_id for article_id in article_ids if article_id not in knowledge]
    if unknown:
        near = get_close_matches(unknown[0], [article.id for article in knowledge], n=3)
        mend = f"did you mean {' or '.join(near)}?" if near else "ids are compared letter for letter"
        raise UnknownArticle(f"there is no article {', '.join(map(repr, unknown))}; nothing was changed. Mend: {mend}")
