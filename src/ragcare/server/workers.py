"""The processes that serve, watched by their parent."""

from __future__ import annotations

import socket

from prometheus_client.multiprocess import mark_process_dead
from uvicorn import Config
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ragcare.errors import BadInput, RagcareError


class Workers(Multiprocess):
    """Replaces a worker that dies, a single one too, and has it counted no more.

    Prometheus's files of a process outlive it: of one that was killed, its questions would be under way for ever.

    Raises:
        BadInput: nothing can listen where the config says.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config, sockets=[_bound(config.host, config.port)])
        self._counted: set[int | None] = set()

    @property
    def address(self) -> str:
        """Where they listen: where the port was to be any, the one that was found."""
        host, port = self.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/"

    def run(self) -> None:
        """Serves until it is told to end.

        Raises:
            RagcareError: a worker could not begin, nor would another; uvicorn ends as if all were well.
        """
        super().run()
        if any(process.exitcode == STARTUP_FAILURE for process in self.processes):
            raise RagcareError("a worker could not start. Mend: the log above says what of it failed")

    def keep_subprocess_alive(self) -> None:
        """As uvicorn does, every half second."""
        for process in self.processes:
            # The worker's end of the line, which uvicorn keeps open here too. Shut, the line breaks with the worker;
            # else one that is killed while it owes an answer to the healthcheck is waited for until that times out.
            process.child_conn.close()
        super().keep_subprocess_alive()
        now = {process.pid for process in self.processes}
        for gone in self._counted - now:
            mark_process_dead(gone)  # type: ignore[no-untyped-call]
        self._counted = now


def _bound(host: str, port: int) -> socket.socket:
    """A socket for the workers; uvicorn's own way logs the bare error and ends the process."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        mend = "free the port, or name another address with --port and --host"
        raise BadInput(f"cannot listen on {host}:{port}: {error.strerror}. Mend: {mend}") from error
    bound.set_inheritable(True)
    return bound
