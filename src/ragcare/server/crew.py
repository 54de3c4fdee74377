"""Who works on the questions: a few threads, a bounded queue before them, and a limit of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from fastapi import Request

from ragcare.server import metrics
from ragcare.server.problems import Trouble
from ragcare.settings import ServerSettings

T = TypeVar("T")

_CLIENT_LEFT = 499


class Crew:
    """Threads that answer.

    A question that waits is taken out again when its customer leaves or its time is over. One that a thread is working
    on cannot be stopped: its result is then dropped, and its place stays taken until the thread is done.
    """

    def __init__(self, how: ServerSettings) -> None:
        self._threads = ThreadPoolExecutor(how.threads, thread_name_prefix="ragcare")
        self._places, self._seconds = how.threads + how.queue, how.seconds
        self._taken = 0

    def start(self, job: Callable[[], T]) -> Future[T]:
        """Queues a job.

        Raises:
            Trouble: the queue is full.
        """
        if self._taken >= self._places:
            metrics.turned_away("busy")
            raise Trouble(
                503, "busy", "More questions are waiting than can be answered.", "Try again in a moment.",
                headers={"Retry-After": "2"},
            )  # fmt: skip
        self._taken += 1
        metrics.working(1)
        future = self._threads.submit(job)
        loop = asyncio.get_running_loop()

        def done(_: Future[T]) -> None:
            with suppress(RuntimeError):  # the process is ending, and its loop is closed
                loop.call_soon_threadsafe(self._leave)

        future.add_done_callback(done)
        return future

    def _leave(self) -> None:
        self._taken -= 1
        metrics.working(-1)

    async def result(self, future: Future[T]) -> T:
        """What the job gives; a job that still waits is dropped when its time is over, or when this is cancelled.

        Raises:
            Trouble: it took too long.
        """
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            metrics.turned_away("slow")
            raise Trouble(
                504, "too-slow", f"There was no answer within {self._seconds:g} seconds.", "Try again in a moment."
            ) from None

    async def work(self, request: Request, job: Callable[[], T]) -> T:
        """Queues a job and waits for its result, for as long as the client does."""
        task = asyncio.ensure_future(self.result(self.start(job)))
        gone = asyncio.ensure_future(_left(request))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                metrics.turned_away("left")
                raise Trouble(_CLIENT_LEFT, "client-left", "The client has left.", "Nothing: nobody reads this.")
            return task.result()
        finally:
            for one in (task, gone):
                one.cancel()

    def close(self) -> None:
        """Drops what waits."""
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _left(request: Request) -> None:
    """Returns when the client closes the connection; the body has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
