"""A gateway of text messages that lies as real ones do: a small HTTP server of ours."""

import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

from common.stand_ins import StandIn


class LyingGateway:
    """Takes messages and answers as its next mood says; "" is honest. It keeps what it took.

    drop: takes it and hangs up without a word. fail: 500, not taken. late: takes it, answers after
    the client has gone. refuse: 422; a number: that status. nested: an answer without
    end. elsewhere: a redirect. deaf: takes it, but says 500. drip: takes it, and its
    head never ends.
    """

    def __init__(self):
        self.moods, self.taken, self.asked, self.keys = [], [], [], []
        self.deduplicates, self.finds = False, True
        self.unknown = b"{}"  # what comes with 404
        self.server = StandIn(self._handler()).start()
        self.url = f"{self.server.address}/v1"
        self.close = self.server.close

    def references(self):
        return [message["reference"] for message in self.taken]

    def drip(self, file):
        """A byte long before each read would be too late, until the portal has gone."""
        file.write(b"HTTP/1.1 202 Accepted\r\nX-A: ")
        with suppress(OSError):
            while not self.server.release.wait(0.05):
                file.write(b"a")

    def _handler(gateway):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                """Quiet."""

            def answer(self, status, facts=None):
                self.say(status, json.dumps(facts or {}).encode())

            def say(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                reference = self.path.rpartition("/")[2]
                gateway.asked.append(reference)
                if not gateway.finds:
                    return self.answer(503)
                if reference not in gateway.references():
                    return self.say(404, gateway.unknown)
                return self.answer(200, {"id": f"g-{reference[:8]}"})

            def do_POST(self):
                facts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.keys.append(self.headers["Idempotency-Key"])
                mood = gateway.moods.pop(0) if gateway.moods else ""
                if mood == "fail":
                    return self.answer(500)
                if mood.isdigit():
                    return self.answer(int(mood))
                if mood == "nested":
                    return self.say(202, b"[" * 60_000)
                if mood == "elsewhere":
                    self.send_response(302)
                    self.send_header("Location", f"{gateway.url}/messages/elsewhere")
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                if mood == "refuse":
                    return self.answer(422)
                if mood == "conflict":
                    return self.say(409, b"<html>")
                if mood == "has it":
                    return self.answer(409, {"id": "g-1"})
                if not (gateway.deduplicates and facts["reference"] in gateway.references()):
                    gateway.taken.append(facts)
                if mood == "drop":
                    return self.connection.close()
                if mood == "drip":
                    return gateway.drip(self.wfile)
                if mood == "deaf":
                    return self.answer(500)
                if mood == "late":
                    time.sleep(0.6)
                return self.answer(202, {"id": f"g-{facts['reference'][:8]}"})

        return Handler
