"""Paths that answer in one plain way each.

They want a live token of any scope; below /noauth they want none.
"""

import json
import time
from urllib.parse import parse_qs

from mischief import JSON, NOT_AUTHORIZED, TEXT, gateway, misbehave, \
    redirect, service, with_retry_after
from state import hexadecimal
from wire import Reply, dripping, filler, reason


def answer(request, state):
    return misbehave(state, request, "api", lambda: route(request, state))


def route(request, state):
    path = request.path
    if path.startswith("/noauth/"):
        path = path[len("/noauth"):]
    elif not state.allows(request.header("authorization")):
        return gateway(403, NOT_AUTHORIZED)
    _, name, *arguments = path.split("/")
    if name not in ROUTES:
        return Reply(404, b"no such path\n", TEXT)
    query = {key: values[-1] for key, values in
             parse_qs(request.query, keep_blank_values=True).items()}
    return ROUTES[name](request, state, query, *arguments)


def echo(request, state, query=None, *_):
    return Reply(200, request.raw_head + request.take_body(), TEXT)


def count_bytes(request, state, query, size):
    return Reply.stream(filler(int(size)), int(size))


def chunked(request, state, query, size):
    return Reply.stream(filler(int(size)), chunked=True)


def status(request, state, query, number):
    number = int(number)
    text = NOT_AUTHORIZED if number == 403 else reason(number)
    text = query.get("message", text)
    reply = gateway(number, text)
    if query.get("service"):
        reply = service(number, "as_told", text)
    if query.get("empty") or number in (204, 304):
        reply = Reply(number)
    return with_retry_after(state, reply)


def etag(request, state, query):
    with state.lock:
        quote = "" if state["etag_style"] == "bare" else '"'
        current = f"{quote}{state.etag}{quote}"
        if request.method in ("GET", "HEAD"):
            return Reply(200, b"{}", JSON, [("ETag", current)])
        if not request.header("if-match"):
            return service(400, "required_data_absent",
                           "If-Match header is required")
        if request.header("if-match") != current:
            return service(412, "precondition_failed",
                           "The ETag is not that of the current state")
    request.take_body()
    with state.lock:
        state.etag = hexadecimal(16)
        return Reply(200, b"{}", JSON,
                     [("ETag", f"{quote}{state.etag}{quote}")])


def redirection(request, state, query, number):
    return redirect(state, int(number), query.get("to", request.target))


def drip(request, state, query, size):
    data = b"".join(filler(int(size)))
    return Reply.stream(dripping(data, state["drip_interval"]), int(size))


def cut(request, state, query, size):
    return Reply.stream(filler(int(size) // 2), int(size), then="close")


def stall(request, state, query, size):
    return Reply.stream(filler(int(size) // 2), int(size), then="silence")


def slow(request, state, query, seconds):
    request.take_body()
    time.sleep(float(seconds))
    return Reply(200, b"slow\n", TEXT)


def sink(request, state, query):
    request.take_body()
    body = {"size": request.entry["body_size"],
            "sha256": request.entry["body_sha256"]}
    return Reply(200, json.dumps(body).encode() + b"\n", JSON)


def binary(request, state, query):
    return Reply(200, bytes(range(256)), "application/octet-stream")


def empty(request, state, query):
    return Reply(204)


ROUTES = {
    "echo": echo, "bytes": count_bytes, "chunked": chunked, "status": status,
    "etag": etag, "redirect": redirection, "drip": drip, "cut": cut,
    "stall": stall, "slow": slow, "sink": sink, "binary": binary,
    "empty": empty,
}
