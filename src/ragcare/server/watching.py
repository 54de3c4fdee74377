"""`/healthz`, `/readyz` and `/metrics`: for whoever runs the server."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from ragcare.server import metrics
from ragcare.server.contract import Health
from ragcare.server.office import AtOffice, Office, WhoCalls
from ragcare.server.problems import ANY, Trouble

router = APIRouter(tags=["watching"])


@router.get("/healthz")
async def healthz() -> Health:
    """Whether the process lives."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health, responses={503: {"model": Health, "description": "Not now"}})
async def readyz(request: Request) -> Response:
    """Whether to send customers here: the index is loaded and warm, the database answers, and it is not ending."""
    office: Office | None = getattr(request.app.state, "office", None)
    if office is None or not office.live.ready:
        return JSONResponse({"status": "loading"}, 503)
    if office.ending:
        return JSONResponse({"status": "ending"}, 503)
    try:
        await run_in_threadpool(office.store.ping)
    except Exception:
        return JSONResponse({"status": "no database"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics", response_class=Response, responses={**ANY, 200: {"content": {"text/plain": {}}}})
async def prometheus(office: AtOffice, caller: WhoCalls) -> Response:
    """Counts and times of all workers, for Prometheus; needs a key with the right "metrics"."""
    if "metrics" not in caller.may:
        raise Trouble(
            403, "may-not-read-metrics", "This key may not read the metrics.",
            "Make one: ragcare keys add prometheus --may metrics",
        )  # fmt: skip
    metrics.outbox(await run_in_threadpool(office.desk.counts))
    return Response(await run_in_threadpool(metrics.page), media_type=metrics.MEDIA_TYPE)
