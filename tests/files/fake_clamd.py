"""A scanner of our own that speaks clamd's INSTREAM, and misbehaves on request."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        mood = self.server.mood
        if mood == "hangs up":
            return
        received = self.received()
        self.server.seen.append(received)
        found = EICAR in received
        answer = {
            "works": b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0",
            "errs": b"INSTREAM size limit exceeded. ERROR\0",
            "is cut off": b"stream: O",
            "talks nonsense": b"\xff\xfe OK FOUND maybe\0",
            "says nothing": b"",
        }[mood]
        self.request.sendall(answer)

    def received(self):
        assert self.exactly(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack("!L", self.exactly(4))[0]:
            body += self.exactly(size)
        return body

    def exactly(self, size):
        got = b""
        while len(got) < size:
            piece = self.request.recv(size - len(got))
            if not piece:
                raise EOFError
            got += piece
        return got


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


@contextmanager
def fake_clamd(mood="works"):
    with Server(("127.0.0.1", 0), Handler) as server:
        server.mood, server.seen = mood, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        server.address = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
        thread.join()
