"""The ways to misbehave that every port shares, and canned replies."""

import json

from wire import Hangup, Reply, Reset, Silence, endless, endless_headers, \
    reason

JSON = "application/json"
HTML = "text/html;charset=UTF-8"
TEXT = "text/plain"
NOT_AUTHORIZED = "Request is not authorized."


def misbehave(state, request, prefix, proper):
    """Answer in the way that PREFIX_mode, _raw and _status ask for.

    proper() makes the reply of a server that behaves.
    """
    mode = state.use_up(prefix + "_mode")
    if mode == "hold":
        state.released.wait(120)
    elif mode == "reset":
        if state["reset_after"]:
            request.take_body(state["reset_after"])
        raise Reset
    elif mode == "silent":
        request.take_body()
        raise Silence
    elif mode == "close":
        request.take_body()
        raise Hangup
    elif mode == "redirect":
        return redirect(state)
    elif mode == "endless":
        return Reply.stream(endless(b"A" * 16384), then="close")
    elif mode == "endless_headers":
        return Reply.as_is(endless_headers())
    reply = overridden(state, request, prefix, proper)
    if mode in ("cut", "short"):
        return reply.cut()
    if mode == "drip":
        return reply.drip(state["drip_interval"])
    return reply


def overridden(state, request, prefix, proper):
    path = state.use_up(prefix + "_raw")
    if path != "ok":
        request.take_body()
        with open(path, "rb") as file:
            return Reply.as_is([file.read()])
    status = state.use_up(prefix + "_status")
    if status == "ok":
        return proper()
    if status == "refuse":
        return gateway(403, NOT_AUTHORIZED)
    if status == "malformed":
        return refusal(400, "invalid_request", "Malformed request",
                       error_index="0")
    return told(state, prefix, int(status))


def told(state, prefix, status):
    """The reply with a status that somebody has asked for."""
    override = "token_error_body" if prefix == "token" else "api_body"
    if prefix != "link" and state[override]:
        content_type = state[prefix + "_content_type"]
        reply = Reply(status, state[override].encode("latin-1"), content_type)
    elif prefix == "token" and status == 400:
        reply = refusal(400, "invalid_scope",
                        "The request has an invalid parameter : scope")
    elif prefix == "token" and status == 401:
        reply = refusal(401, "invalid_client", "Client authentication failed")
    elif status == 500:
        reply = Reply(500, b"{}", JSON)
    elif status in (502, 503, 504):
        page = f"<html><body><h1>{status} {reason(status)}</h1></body></html>"
        reply = Reply(status, page.encode() + b"\n", HTML)
    elif status < 400:
        reply = redirect(state, status) if status >= 300 else Reply(status)
    elif prefix == "token" or status in (401, 429):
        reply = gateway(status, reason(status))
    else:
        reply = service(status, "as_told", f"Told to answer {status}")
    return with_retry_after(state, reply)


def with_retry_after(state, reply):
    if reply.status in (429, 503) and state["retry_after"]:
        reply.headers.append(("Retry-After", state["retry_after"]))
    return reply


def redirect(state, status=None, to=None):
    to = to or state["redirect_to"] or state.origins["OTHER"] + "/elsewhere"
    return Reply(status or state["redirect_status"], b"moved\n", TEXT,
                 [("Location", to)])


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def refusal(status, error, description, **more):
    """The token endpoint says no."""
    body = {"error_description": description, "error": error, **more}
    return Reply(status, compact(body), "application/json;charset=UTF-8")


def gateway(status, message):
    """What stands before the APIs says no."""
    return Reply(status, compact({"Message": message}), JSON)


def service(status, code, *messages):
    """An API itself says no."""
    body = {"httpCode": status, "message": reason(status),
            "errors": [{"errorCode": code, "errorMessage": message}
                       for message in messages]}
    return Reply(status, compact(body), JSON)
