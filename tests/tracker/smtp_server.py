"""A mail server on loopback for tests: it answers as told and keeps what it took."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, MailServer)
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO", b"MAIL", b"RSET"):
                self._say("250 fine")
            elif word == b"RCPT":
                self._say(server.recipient_answer)
            elif word == b"DATA":
                self._say("354 go on")
                self._take(server)
                if server.breaks_after_data:
                    return  # taken, and the answer never comes
                self._say(server.data_answer)
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 unknown")

    def _take(self, server: MailServer) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if server.data_answer.startswith("2"):
            server.taken.append(b"".join(lines).decode())

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """Answers each step as set; `taken` holds what it accepted, also when it broke before saying so."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[str] = []
        self.recipient_answer = "250 fine"
        self.data_answer = "250 taken"
        self.breaks_after_data = False

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server, ended afterwards."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
