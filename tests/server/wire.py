"""HTTP/1.1 on a socket, with no better manners than a test asks for.

A Connection yields Requests; their bodies are read piece by piece, in
constant memory, and only when somebody wants them.  A Reply can promise
more than it sends, stop in the middle or never end.
"""

import hashlib
import socket
import struct
import time
from http import HTTPStatus

KEPT = 64 * 1024            # bytes of a body that are remembered
PIECE = 256 * 1024          # bytes read or written in one go
HEAD_LIMIT = 1024 * 1024
FILLER = b"0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\n"


class Hangup(Exception):
    """Close the connection without another byte."""


class Reset(Exception):
    """Close the connection with a TCP reset."""


class Silence(Exception):
    """Say nothing more until the peer gives up."""


class Connection:
    """A socket with what was received on it but not yet consumed."""

    def __init__(self, sock, serial=0):
        self.sock = sock
        self.serial = serial
        self.pending = b""

    def receive(self, limit=PIECE):
        """Return up to limit bytes, or none when the peer has finished."""
        if not self.pending:
            return self.sock.recv(min(limit, PIECE))
        data, self.pending = self.pending[:limit], self.pending[limit:]
        return data

    def until(self, mark):
        """Return all up to and including mark, or None at a clean end."""
        data = self.pending
        while mark not in data:
            more = self.sock.recv(PIECE)
            if not more and not data:
                return None
            if not more or len(data) > HEAD_LIMIT:
                raise Hangup
            data += more
        end = data.index(mark) + len(mark)
        self.pending = data[end:]
        return data[:end]

    def exactly(self, size):
        """Yield the next size bytes in pieces."""
        while size:
            data = self.receive(size)
            if not data:
                raise Hangup
            size -= len(data)
            yield data

    def send(self, data):
        self.sock.sendall(data)

    def reset(self):
        no_linger = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)

    def outlast(self):
        """Swallow what the peer sends until it closes."""
        while self.sock.recv(PIECE):
            pass

    def finish(self):
        """Close our side so that the peer still gets the last reply."""
        self.sock.settimeout(1)
        try:
            if hasattr(self.sock, "unwrap"):
                self.sock = self.sock.unwrap()
            self.sock.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline and self.sock.recv(PIECE):
                pass
        except (OSError, ValueError):
            pass


class Request:
    """One request: its head at once, its body when it is asked for.

    entry is what the log shows of it and fills up as things happen.
    """

    def __init__(self, connection, raw_head, port, ignore_expect=False,
                 digest=True):
        self.connection = connection
        self.raw_head = raw_head
        lines = raw_head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = lines[0].split(" ")
        self.headers = []
        for line in filter(None, lines[1:]):
            name, _, value = line.partition(":")
            self.headers.append([name, value.strip(" \t")])
        self.path, _, self.query = self.target.partition("?")
        expectation = (self.header("expect") or "").lower()
        self.may_continue = expectation == "100-continue" \
            and not ignore_expect
        self.body = b""
        self.taken = False
        self.digest = digest
        self.entry = {
            "port": port, "connection": connection.serial,
            "method": self.method, "target": self.target,
            "headers": self.headers, "raw_head": raw_head.decode("latin-1"),
            "body": self.body, "body_size": 0, "body_sha256": None,
            "status": None, "request_id": None,
        }

    def header(self, name):
        """The value of the only header of that name, else None."""
        values = [v for n, v in self.headers if n.lower() == name]
        return values[0] if len(values) == 1 else None

    @property
    def keeps_alive(self):
        option = (self.header("connection") or "").lower()
        return self.version == "HTTP/1.1" and option != "close"

    def take_body(self, limit=None):
        """Read the body, or its first limit bytes; return what is kept."""
        if self.taken:
            return self.body
        self.taken = True
        if self.may_continue:
            self.connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        kept, size = bytearray(), 0
        digest = hashlib.sha256() if self.digest else None
        try:
            for piece in self._pieces():
                size += len(piece)
                if len(kept) < KEPT:
                    kept += piece[:KEPT - len(kept)]
                if digest:
                    digest.update(piece)
                if limit is not None and size >= limit:
                    break
        finally:
            self.body = bytes(kept)
            self.entry.update(
                body=self.body, body_size=size,
                body_sha256=digest.hexdigest() if digest else None)
        return self.body

    def _pieces(self):
        if (self.header("transfer-encoding") or "").lower() == "chunked":
            yield from self._chunks()
        else:
            length = int(self.header("content-length") or 0)
            yield from self.connection.exactly(length)

    def _chunks(self):
        while True:
            line = self.connection.until(b"\r\n") or b""
            size = int(line.split(b";")[0], 16)
            if not size:
                break
            yield from self.connection.exactly(size)
            self.connection.until(b"\r\n")
        while self.connection.until(b"\r\n") not in (b"\r\n", None):
            pass


class Reply:
    """What to send back.

    pieces, where given, are sent instead of body; length is what
    Content-Length says (None: no such header, the end is the connection's);
    then is "keep", "close" or "silence".  raw holds pieces that are sent as
    they are, head and all.
    """

    def __init__(self, status, body=b"", content_type=None, headers=()):
        self.status = status
        self.body = body
        self.headers = list(headers)
        if content_type:
            self.headers.insert(0, ("Content-Type", content_type))
        self.pieces = None
        self.length = len(body)
        self.chunked = False
        self.then = "keep"
        self.raw = None

    @classmethod
    def as_is(cls, pieces):
        reply = cls(None)
        reply.raw, reply.then = pieces, "close"
        return reply

    @classmethod
    def stream(cls, pieces, length=None, **extra):
        reply = cls(200, content_type="application/octet-stream")
        reply.pieces, reply.length = pieces, length
        vars(reply).update(extra)
        return reply

    def cut(self):
        """Promise everything, send half."""
        self.pieces = [self.body[:len(self.body) // 2]]
        self.then = "close"
        return self

    def drip(self, interval):
        self.pieces = dripping(self.body, interval)
        return self

    def send(self, request, lower_case=False):
        connection = request.connection
        request.entry["status"] = self.status
        if self.raw is not None:
            for piece in self.raw:
                connection.send(piece)
            return
        bare = self.status in (204, 304) or request.method == "HEAD"
        head = self._head(lower_case)
        if bare or self.pieces is None:
            connection.send(head + (b"" if bare else self.body))
            return
        connection.send(head)
        for piece in self.pieces:
            if self.chunked:
                piece = b"%x\r\n%s\r\n" % (len(piece), piece)
            connection.send(piece)
        if self.chunked:
            connection.send(b"0\r\n\r\n")

    def _head(self, lower_case):
        headers = list(self.headers)
        if self.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif self.length is not None and self.status != 204:
            headers.append(("Content-Length", str(self.length)))
        if self.then == "close":
            headers.append(("Connection", "close"))
        lines = [f"HTTP/1.1 {self.status} {reason(self.status)}"]
        for name, value in headers:
            lines.append(f"{name.lower() if lower_case else name}: {value}")
        return "\r\n".join(lines + ["", ""]).encode("latin-1")


def reason(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Whatever"


def filler(size):
    """Yield size bytes of printable text."""
    block = FILLER * (PIECE // len(FILLER))
    while size > 0:
        yield block[:size]
        size -= len(block)


def dripping(data, interval):
    for index in range(len(data)):
        if index:
            time.sleep(interval)
        yield data[index:index + 1]


def endless(piece):
    while True:
        yield piece


def endless_headers():
    yield b"HTTP/1.1 200 OK\r\n"
    number = 0
    while True:
        number += 1
        yield b"X-Filler-%d: %s\r\n" % (number, FILLER.strip())
