"""The processes that serve, watched by their parent."""

from __future__ import annotations

from uvicorn import Config
from uvicorn.supervisors import Multiprocess


class Workers(Multiprocess):
    """Replaces a worker that dies, a single one too."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, sockets=[config.bind_socket()])

    @property
    def address(self) -> str:
        """Where they listen: where the port was to be any, the one that was found."""
        host, port = self.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/"

    def keep_subprocess_alive(self) -> None:
        """As uvicorn does, every half second."""
        for process in self.processes:
            # The worker's end of the line, which uvicorn keeps open here too. Shut, the line breaks with the worker;
            # else one that is killed while it owes an answer to the healthcheck is waited for until that times out.
            process.child_conn.close()
        super().keep_subprocess_alive()
