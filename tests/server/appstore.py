"""The Appstore's APIs: who may ask what, in which order it is refused."""

import json
import re
import time
from collections import namedtuple

import reporting
import submission
from mischief import JSON, NOT_AUTHORIZED, compact, gateway, misbehave, \
    service, with_retry_after
from state import REPORTING, SUBMISSION
from wire import Reply

BASE = "/api/appstore"

# pattern: of the path below BASE; its groups are the arguments of call.
# guarded: True, or the name of a switch: an If-Match is needed.
# digests: a body that the server chews on before it answers.
Route = namedtuple("Route", "method pattern scope call guarded digests")


def answer(request, state):
    return misbehave(state, request, "api",
                     lambda: shaped(route(request, state), state))


def shaped(reply, state):
    """An error of a service in the shape that error_shape asks for."""
    if reply.status < 400 or b'"errors":' not in reply.body \
            or state["error_shape"] == "errors":
        return reply
    error = json.loads(reply.body)["errors"][0]
    code, message = error["errorCode"], error["errorMessage"]
    body = {"flat": error, "text": {"error": f"{code}: {message}"},
            "object": {"error": {"code": code, "message": message}},
            }[state["error_shape"]]
    return Reply(reply.status, compact(body), JSON)


def route(request, state):
    """Unknown route, token, rate, If-Match missing or stale, the call."""
    path = request.path[len(BASE):]
    found, arguments = find(request.method, path)
    if found is None:
        return gateway(400, "Unable to fetch the request scope for uri = "
                       f"/appstore{path} and verb = {request.method}")
    if not state.allows(request.header("authorization"), found.scope):
        return gateway(403, NOT_AUTHORIZED)
    if found.scope == REPORTING and too_fast(state):
        return with_retry_after(state, gateway(429, "Too Many Requests"))
    if state["api_body"]:
        return Reply(200, state["api_body"].encode("latin-1"),
                     state["api_content_type"])
    guarded = state[found.guarded] if isinstance(found.guarded, str) \
        else found.guarded
    if guarded and not request.header("if-match"):
        return service(400, "required_data_absent",
                       "If-Match header is required")
    with state.lock:
        trouble = submission.precondition(request, state, arguments, guarded)
    if trouble:
        return trouble
    request.take_body()
    if found.digests and state["digest_seconds"]:
        time.sleep(state["digest_seconds"])
    with state.lock:
        return submission.precondition(request, state, arguments, guarded) \
            or found.call(request, state, **arguments)


def find(method, path):
    for candidate in ROUTES:
        match = method == candidate.method \
            and candidate.pattern.fullmatch(path)
        if match:
            return candidate, match.groupdict()
    return None, None


def too_fast(state):
    """Have there been reporting_rate requests within this second?"""
    if not state["reporting_rate"]:
        return False
    now = time.monotonic()
    with state.lock:
        state.recent = [then for then in state.recent if now - then < 1]
        if len(state.recent) >= state["reporting_rate"]:
            return True
        state.recent.append(now)
        return False


def _routes():
    for rows, prefix, scope in (
            (submission.ROUTES, "/v1/applications/(?P<app>[^/]+)",
             SUBMISSION),
            (reporting.ROUTES, "", REPORTING)):
        for method, path, call, *more in rows:
            guarded, digests = (more + [False, False])[:2]
            yield Route(method, re.compile(prefix + path), scope, call,
                        guarded, digests)


ROUTES = tuple(_routes())
