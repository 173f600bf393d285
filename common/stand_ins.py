"""What the small servers of ours have in common that stand in for the world outside."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

POLL_SECONDS = 0.02  # between two looks whether to close; a test waits for it


class StandIn(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.release = threading.Event()  # ends the calls that hang

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> Self:
        """Serve beside the caller, until `close`."""
        threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        return self

    def close(self) -> None:
        self.release.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """Callers that hang up are part of the game."""
