"""The token endpoint."""

import json
from urllib.parse import parse_qsl

from mischief import JSON, compact, misbehave, refusal
from state import CLIENT_ID, CLIENT_ID_2, CLIENT_SECRET_2
from wire import Reply

PATHS = ("/auth/o2/token", "/auth/O2/token")


def owns(path):
    return path in PATHS or path.rstrip("/").lower() == "/auth/o2"


def answer(request, state):
    return misbehave(state, request, "token", lambda: grant(request, state))


def form_or_json(request, state):
    """The fields of the body, None where its type is not taken."""
    body = request.take_body().decode("latin-1")
    content_type = (request.header("content-type") or "").partition(";")[0]
    if content_type.strip() == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body, keep_blank_values=True))
    if content_type.strip() == JSON and state["token_json"]:
        return json.loads(body)
    return None


def grant(request, state):
    if request.path not in PATHS:
        return Reply(500, b"{}", JSON)
    fields = form_or_json(request, state)
    attached = {CLIENT_ID: state["attached"],
                CLIENT_ID_2: state["attached_2"]}
    if request.method != "POST":
        return refusal(400, "invalid_request",
                       "The HTTP method is not supported by the "
                       "authorization server")
    if fields is None:
        return refusal(400, "invalid_request",
                       "The Content-Type is not supported by the "
                       "authorization server")
    scope = fields.get("scope", "")
    for name in ("grant_type", "client_id", "client_secret"):
        if not fields.get(name):
            return refusal(400, "invalid_request",
                           "The request is missing a required parameter : "
                           + name)
    if fields["grant_type"] != "client_credentials":
        return refusal(400, "unsupported_grant_type",
                       "The authorization grant type is not supported by "
                       "the authorization server")
    secrets = {CLIENT_ID: state["client_secret"],
               CLIENT_ID_2: CLIENT_SECRET_2}
    if secrets.get(fields["client_id"]) != fields["client_secret"]:
        return refusal(401, "invalid_client", "Client authentication failed")
    if not scope or not set(scope.split()) <= set(
            attached[fields["client_id"]].split()):
        return refusal(400, "invalid_scope",
                       "The request has an invalid parameter : scope")
    return mint(state, scope)


def mint(state, scope):
    body = state["token_body"].encode("latin-1")
    if not body or b"@TOKEN@" in body:
        token = state.issue(scope)
        state.count("mint")
        body = body.replace(b"@TOKEN@", token.encode("latin-1")) \
            or token_reply(state, token, scope)
    return Reply(200, body, state["token_content_type"],
                 [("Cache-Control", "no-store")])


def token_reply(state, token, scope):
    fields = {"access_token": token, "scope": state["reply_scope"] or scope,
              "token_type": state["token_type"]}
    if state["token_type"] == "absent":
        del fields["token_type"]
    body = compact(fields)
    if state["expires_in"] != "absent":
        life = state["expires_in"].encode("latin-1")
        body = body[:-1] + b',"expires_in":' + life + b"}"
    return body
