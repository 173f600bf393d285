"""A mail server of our own that accepts, refuses or falls silent."""

from __future__ import annotations

import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.calls += 1
        if self.server.mood == "silent":
            self.server.release.wait(30)
            return
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            self.answer(line.split(":")[0].split(" ")[0].upper())

    def answer(self, verb: str) -> None:
        mood = self.server.mood
        if verb == "RCPT" and mood in {"550", "450"}:
            self.say(f"{mood} no such box")
        elif verb == "DATA":
            self.say("354 go on")
            self.server.letters.append(self._letter())
            self.say("250 taken")
        elif verb == "QUIT":
            self.say("221 bye")
        else:
            self.say("250 ok")

    def _letter(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mood = "friendly"
        self.calls = 0
        self.letters: list[str] = []
        self.release = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def close(self) -> None:
        self.release.set()
        self.shutdown()
        self.server_close()
