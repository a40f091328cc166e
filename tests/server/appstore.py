"""The App Submission API, the Reporting API and its presigned links."""

import io
import json
import re
import time

from mischief import JSON, NOT_AUTHORIZED, TEXT, compact, gateway, \
    misbehave, redirect, service
from state import REPORTING, SUBMISSION, hexadecimal
from wire import Reply

BASE = "/api/appstore"
APK_TYPES = ("application/vnd.android.package-archive",
             "application/octet-stream")


class Edit:
    """An open edit: its resources by path, and an ETag for each.

    The path "" is the edit itself, whose ETag changes with every change.
    """

    def __init__(self, empty):
        self.id = "amzn1.devportal.apprelease." + hexadecimal(32)
        self.etags = {}
        self.files = set()
        self.versions = 0
        self.values = {
            "": {"id": self.id, "status": "IN_PROGRESS"},
            "details": {"defaultLanguage": "en-US", "contactEmail":
                        "dev@example.com"},
            "availability": {"publishingDate": None},
            "listings/en-US": {"language": "en-US", "title": "Example",
                               "shortDescription": "An example"},
        }
        if not empty:
            self.add_apk("example.apk")

    def etag(self, path, style):
        value = self.etags.setdefault(path, hexadecimal(16))
        return value if style == "bare" else f'"{value}"'

    def store(self, path, value):
        self.values[path] = value
        self.touch(path)
        return value

    def touch(self, path):
        self.etags[path] = hexadecimal(16)
        self.etags[""] = hexadecimal(16)

    def remove(self, path):
        for key in self.at_or_below(path):
            del self.values[key]
        self.touch(path)

    def add_apk(self, name):
        self.versions += 1
        apk = {"id": "amzn1.devportal.apk." + hexadecimal(32),
               "versionCode": self.versions, "name": name}
        self.values[f"apks/{apk['id']}/targeting"] = {"amazonDevices": []}
        return self.store("apks/" + apk["id"], apk)

    def at_or_below(self, path):
        return [key for key in self.values
                if (key + "/").startswith(path + "/")]

    def children(self, path):
        """The values directly below a path."""
        return [value for key, value in self.values.items()
                if key.rpartition("/")[0] == path]


def answer(request, state):
    return misbehave(state, request, "api", lambda: route(request, state))


def route(request, state):
    """Unknown route, token, If-Match missing, If-Match stale, the call."""
    path = request.path[len(BASE):]
    found = None
    for method, pattern, scope, guarded, call in ROUTES:
        match = method == request.method and pattern.fullmatch(path)
        if match:
            found = match.groupdict()
            break
    if found is None:
        return gateway(400, "Unable to fetch the request scope for uri = "
                       f"/appstore{path} and verb = {request.method}")
    if not state.allows(request.header("authorization"), scope):
        return gateway(403, NOT_AUTHORIZED)
    if state["api_body"]:
        return Reply(200, state["api_body"].encode("latin-1"),
                     state["api_content_type"])
    if guarded and not request.header("if-match"):
        return service(400, "required_data_absent",
                       "If-Match header is required")
    with state.lock:
        trouble = precondition(request, state, found, guarded)
    if trouble:
        return trouble
    request.take_body()
    with state.lock:
        return precondition(request, state, found, guarded) \
            or call(request, state, **found)


def precondition(request, state, found, guarded):
    """What is wrong with the edit or the ETag of a call, if anything."""
    if not found.get("edit"):
        return None
    edit = state.apps.get(found["app"])
    if edit is None or edit.id != found["edit"]:
        return missing("edit")
    etag = edit.etag(found.get("key", ""), state["etag_style"])
    if guarded and request.header("if-match") != etag:
        return service(412, "precondition_failed",
                       "The ETag is not that of the current state")
    return None


def missing(what):
    return service(404, "not_found", f"There is no such {what}")


def invalid(what):
    return service(400, "invalid_request", what)


def show(request, state, app, edit=None, key=""):
    """A resource of the open edit with its ETag."""
    edit = state.apps[app]
    if key not in edit.values:
        return missing(key.partition("/")[0])
    etag = edit.etag(key, state["etag_style"])
    return Reply(200, compact(edit.values[key]), JSON, [("ETag", etag)])


def show_list(request, state, app, edit, key):
    edit = state.apps[app]
    values = edit.children(key)
    if not values and key == "apks":
        return Reply(204)
    headers = []
    if key != "apks":
        headers.append(("ETag", edit.etag(key, state["etag_style"])))
    return Reply(200, compact(values), JSON, headers)


def list_edits(request, state, app):
    if app not in state.apps:
        return Reply(200, b"{}", JSON)
    return show(request, state, app)


def open_edit(request, state, app):
    if state["under_review"]:
        return service(412, "app_under_review", "The app is under review")
    if app in state.apps:
        return service(412, "edit_in_progress", "An edit is open already")
    state.apps[app] = Edit(state["empty_app"])
    return show(request, state, app)


def delete_edit(request, state, app, edit):
    del state.apps[app]
    return Reply(204)


def validate(request, state, app, edit):
    if state["verdict"]:
        return service(403, "validation_failed", state["verdict"])
    return show(request, state, app)


def commit(request, state, app, edit):
    reply = validate(request, state, app, edit)
    if reply.status == 200:
        closed = state.apps.pop(app)
        reply = Reply(200, compact({"id": closed.id, "status": "SUBMITTED"}),
                      JSON)
    return reply


def upload_apk(request, state, app, edit):
    name = request.header("filename") or "upload.apk"
    apk = state.apps[app].add_apk(name)
    return show(request, state, app, edit, "apks/" + apk["id"])


def upload_file(request, state, app, edit):
    file_id = "amzn1.devportal.file." + hexadecimal(32)
    state.apps[app].files.add(file_id)
    return Reply(200, compact({"fileId": file_id}), JSON)


def attach_file(request, state, app, edit):
    file_id = (parsed(request.body) or {}).get("fileId")
    if file_id not in state.apps[app].files:
        return missing("file")
    state.apps[app].files.remove(file_id)
    apk = state.apps[app].add_apk(file_id + ".apk")
    return show(request, state, app, edit, "apks/" + apk["id"])


def replace_apk(request, state, app, edit, key):
    content_type = (request.header("content-type") or "").partition(";")[0]
    if content_type not in APK_TYPES:
        return service(415, "unsupported_media_type",
                       "An APK's Content-Type is " + " or ".join(APK_TYPES))
    edit = state.apps[app]
    if key not in edit.values:
        return missing("apk")
    edit.versions += 1
    edit.store(key, {**edit.values[key], "versionCode": edit.versions})
    return show(request, state, app, edit.id, key)


def replace(request, state, app, edit, key):
    value = parsed(request.body)
    if value is None:
        return invalid("The body is not a JSON object")
    if key not in state.apps[app].values and not key.startswith("listings/"):
        return missing(key.partition("/")[0])
    state.apps[app].store(key, value)
    return show(request, state, app, edit, key)


def delete(request, state, app, edit, key):
    edit = state.apps[app]
    if not edit.at_or_below(key):
        return missing(key.partition("/")[0])
    edit.remove(key)
    return Reply(204)


def upload_asset(request, state, app, edit, key):
    edit = state.apps[app]
    asset = {"id": "amzn1.devportal.asset." + hexadecimal(32),
             "size": request.entry["body_size"]}
    edit.store(f"{key}/{asset['id']}", asset)
    edit.touch(key)
    return Reply(200, compact(asset), JSON,
                 [("ETag", edit.etag(key, state["etag_style"]))])


def parsed(body):
    """The JSON object in a body, else None."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def report(request, state, kind, year, month=None):
    if year == "1999":
        return Reply(400, b"Report not found", TEXT)
    name = "-".join(filter(None, (kind, year, month)))
    target = f"/reports/{name}.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256" \
        f"&X-Amz-Expires={state['link_lifetime']:.0f}" \
        f"&X-Amz-Signature=c0ffee{hexadecimal(58)}"
    state.links[target] = time.monotonic() + state["link_lifetime"]
    link = state["link_body"] or state.origins["LINK"] + target
    return Reply(200, link.encode("latin-1"), TEXT)


def answer_link(request, state):
    return misbehave(state, request, "link", lambda: fetch(request, state))


def fetch(request, state):
    if request.header("authorization") is not None:
        return storage_error(400, "InvalidArgument", "Two ways to "
                             "authenticate in one request: send only one")
    if time.monotonic() >= state.links.get(request.target, 0) \
            or request.method != "GET":
        return storage_error(403, "AccessDenied", "The signature does not "
                             "match, or the request has expired")
    if state["link_redirect"]:
        return redirect(state, to=state["link_redirect"])
    return Reply(200, zipped_report(), "application/zip")


def storage_error(status, code, message):
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' \
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>\n"
    return Reply(status, body.encode(), "application/xml")


def zipped_report():
    """The same bytes every time: a ZIP of a small CSV."""
    import zipfile
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("report.csv"),
                         "Title,ASIN,Units\nExample,B000000000,42\n")
    return file.getvalue()


def _routes():
    edit = "/edits/(?P<edit>[^/]+)"
    apk = edit + "/(?P<key>apks/[^/]+)"
    listing = edit + "/(?P<key>listings/[^/]+)"
    assets = edit + "/(?P<key>listings/[^/]+/[^/]+)"
    asset = edit + "/(?P<key>listings/[^/]+/[^/]+/[^/]+)"
    values = edit + "/(?P<key>details|availability|apks/[^/]+/targeting)"
    month = "(?P<year>[0-9]{4})/(?P<month>[0-9]{2})"
    year = "(?P<year>[0-9]{4})"
    submission = (
        ("GET", "/edits", False, list_edits),
        ("POST", "/edits", False, open_edit),
        ("GET", edit, False, show),
        ("DELETE", edit, True, delete_edit),
        ("POST", edit + "/validate", True, validate),
        ("POST", edit + "/commit", True, commit),
        ("GET", edit + "/(?P<key>apks)", False, show_list),
        ("POST", edit + "/apks/upload", False, upload_apk),
        ("POST", edit + "/apks/large/upload", False, upload_file),
        ("POST", edit + "/apks/attach", False, attach_file),
        ("GET", apk, False, show),
        ("DELETE", apk, True, delete),
        ("PUT", apk + "/replace", True, replace_apk),
        ("GET", values, False, show),
        ("PUT", values, True, replace),
        ("GET", edit + "/(?P<key>listings)", False, show_list),
        ("GET", listing, False, show),
        ("PUT", listing, True, replace),
        ("GET", assets, False, show_list),
        ("DELETE", assets, True, delete),
        ("POST", assets + "/upload", True, upload_asset),
        ("DELETE", asset, True, delete),
    )
    reports = (
        ("GET", "(?P<kind>sales|subscription|subscriptions_overview)/"
         + month, False, report),
        ("GET", "(?P<kind>earnings)/" + month, False, report),
        ("GET", "(?P<kind>earnings)/" + year, False, report),
    )
    for method, path, guarded, call in submission:
        pattern = "/v1/applications/(?P<app>[^/]+)" + path
        yield method, re.compile(pattern), SUBMISSION, guarded, call
    for method, path, guarded, call in reports:
        pattern = "/download/report/" + path
        yield method, re.compile(pattern), REPORTING, guarded, call


ROUTES = tuple(_routes())
