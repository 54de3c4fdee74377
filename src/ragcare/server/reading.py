"""`GET /v1/suggest`, `/v1/articles/{id}` and `/v1/config`: what is read and changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from ragcare.schema import Article, Scope
from ragcare.server.contract import ArticleView, Config, Suggestions, SuggestionView
from ragcare.server.markdown import safe_html
from ragcare.server.office import AtOffice, WhoCalls, who_calls
from ragcare.server.problems import ANY, not_found
from ragcare.server.view import contact_now, contact_view

router = APIRouter(tags=["reading"], responses=ANY)
_LONGEST = 200
_MOST_QUOTES = 20
_Span = Annotated[str, StringConstraints(pattern=r"^\d{1,8}-\d{1,8}$")]
_LANGUAGES = ("fr", "en")


@router.get("/v1/suggest")
async def suggest(
    office: AtOffice,
    caller: WhoCalls,
    q: Annotated[str, Query(max_length=_LONGEST, description="What is typed so far.", examples=["annul"])] = "",
    k: Annotated[int, Query(ge=1, le=20, description="How many at most.")] = 5,
) -> Suggestions:
    """What the customer may be about to write, while they type."""
    assistant = office.live.assistant

    def job() -> Suggestions:
        articles = assistant.index.now
        found = assistant.suggest(q, asker=caller.asker, k=k)
        return Suggestions(
            suggestions=tuple(
                SuggestionView(
                    article_id=one.article_id,
                    title=articles.article(one.article_id).title,
                    text=one.text,
                    highlights=one.highlights,
                )
                for one in found
            )
        )

    return await run_in_threadpool(job)


@router.get("/v1/articles/{article_id:path}")
async def article(
    article_id: Annotated[str, Path(max_length=_LONGEST)],
    office: AtOffice,
    caller: WhoCalls,
    quote: Annotated[
        list[_Span],
        Query(max_length=_MOST_QUOTES, description="START-END of a citation, to be marked; may be repeated."),
    ] = [],  # noqa: B006 (FastAPI wants a list, and nobody changes it)
) -> ArticleView:
    """An article as it stands; 404 alike for one that is not there and for one that this asker may not read."""
    found: Article | None = office.live.assistant.index.articles.get(article_id)
    if found is None or not found.may_be_said(Scope(frozenset(caller.asker.audiences), date.today())):
        raise not_found("article")
    first_last = [one.split("-") for one in quote]
    spans = [(int(start), int(end)) for start, end in first_last]
    html = await run_in_threadpool(safe_html, found.body, *spans)
    return ArticleView(
        id=found.id,
        title=found.title,
        html=html,
        text=found.body,
        language=found.language,
        url=found.url,
        validated_by=found.validated_by,
        validated_at=found.validated_at,
        valid_until=found.valid_until,
        review_by=found.review_by,
        version=found.version,
    )


@router.get("/v1/config", dependencies=[Depends(who_calls)])
async def config(
    office: AtOffice,
    lang: Annotated[str, Query(pattern="^[a-z]{2,3}$", description="Of `starters` and `contact.said`.")] = "en",
) -> Config:
    """What the page needs to know before anything is asked."""
    contact = await run_in_threadpool(contact_now, office.settings, lang)
    how = office.settings.server
    return Config(
        title=how.title, languages=_LANGUAGES, starters=how.starters.get(lang, ()), contact=contact_view(contact)
    )
