"""An HTTP proxy that never leaves this machine.

A loopback name is taken at its word; any other leads to the stand-in's own
API port: the plain one for http, the main one for CONNECT.
"""

import base64
import select
import socket
import ssl

from mischief import TEXT
from wire import Hangup, PIECE, Reply

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def answer(request, state):
    """Refuse with a Reply, or relay until the end."""
    if state["proxy_refuse"]:
        return Reply(state["proxy_refuse"], b"refused by the proxy\n", TEXT)
    if state["proxy_user"]:
        login = f"{state['proxy_user']}:{state['proxy_password']}"
        wanted = "Basic " + base64.b64encode(login.encode("latin-1")).decode()
        if request.header("proxy-authorization") != wanted:
            return Reply(407, b"who are you?\n", TEXT,
                         [("Proxy-Authenticate", challenge(scheme)) for scheme
                          in state["proxy_schemes"].split(",")])
    if request.method == "CONNECT":
        tunnel(request, state)
    elif request.target.startswith("http://"):
        relay(request, state)
    else:
        return Reply(400, b"not a proxy request\n", TEXT)
    raise Hangup


def challenge(scheme):
    return scheme if scheme in ("Negotiate", "NTLM") else (
        f'{scheme} realm="standin", nonce="0"')


def dial(authority, default_port, own_port):
    host, colon, port = authority.rpartition(":")
    if not colon:
        host, port = authority, default_port
    port = int(port) if host in LOOPBACK else own_port
    return socket.create_connection(("127.0.0.1", port), 10)


def tunnel(request, state):
    # The plain port stands in for port 80, as the other does for 443.
    plain = request.target.endswith(":80")
    own = state.origins["PLAIN_API" if plain else "API"]
    upstream = dial(request.target, 443, port_of(own))
    request.entry["status"] = 200
    request.connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
    upstream.sendall(request.connection.pending)
    exchange(request.connection.sock, upstream)


def relay(request, state):
    authority, slash, path = request.target[len("http://"):].partition("/")
    upstream = dial(authority, 80, port_of(state.origins["PLAIN_API"]))
    lines = [f"{request.method} /{path} HTTP/1.1"]
    for name, value in request.headers:
        if name.lower() not in ("proxy-authorization", "proxy-connection",
                                "connection"):
            lines.append(f"{name}: {value}")
    lines += ["Connection: close", "", ""]
    request.entry["status"] = 200
    upstream.sendall("\r\n".join(lines).encode("latin-1"))
    upstream.sendall(request.connection.pending)
    exchange(request.connection.sock, upstream)


def port_of(origin):
    return int(origin.rpartition(":")[2])


def exchange(one, other):
    """Carry bytes both ways until the upstream has finished. In one thread,
    since TLS is not for two."""
    other.settimeout(None)
    sinks = {one: other, other: one}
    while other in sinks:
        ready = [sock for sock in sinks if has_bytes(sock)]
        for source in ready or select.select(list(sinks), [], [])[0]:
            sink = other if source is one else one
            data = source.recv(PIECE)
            if data:
                sink.sendall(data)
            else:
                del sinks[source]
                sink.shutdown(socket.SHUT_WR)


def has_bytes(sock):
    return isinstance(sock, ssl.SSLSocket) and sock.pending()
