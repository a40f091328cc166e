"""The Reporting API with its presigned links, vitals and monetization."""

import io
import time

from mischief import JSON, TEXT, compact, misbehave, redirect
from state import hexadecimal
from submission import parsed
from wire import Reply

FIRST_REPORT = "2018-01"


def report(request, state, kind, year, month=None):
    date = "-".join(filter(None, (year, month)))
    until = state["reports_until"]
    if date < FIRST_REPORT[:len(date)] or until and date > until:
        return Reply(400, b"Report not found", TEXT)
    target = f"/reports/{kind}-{date}.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256" \
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


# --- Vitals and Monetization ---

CODES = {"v1": {400: "INVALID_ARGUMENT", 404: "NOT_FOUND"},
         "v2": {400: "VALIDATION_ERROR", 404: "RESOURCE_NOT_FOUND"}}


def metric_error(version, status, message):
    body = {"code": CODES[version][status], "message": message,
            "status": status}
    return Reply(status, compact(body), JSON)


def absent(state, version, package):
    """A true route without data."""
    if package != state["package"]:
        return metric_error(version, 404, f"No data for {package}")
    return None


def describe(version):
    def call(request, state, package, name):
        freshness = [{"aggregationPeriod": "DAILY", "latestEndTime":
                      {"year": 2026, "month": 10, "day": 31}}]
        return absent(state, version, package) or Reply(200, compact(
            {"name": name, "freshnessInfo": {"freshnesses": freshness}}),
            JSON)
    return call


def query(version):
    def call(request, state, package, name):
        asked = parsed(request.body)
        trouble = absent(state, version, package)
        if trouble:
            return trouble
        wrong = what_is_wrong(asked)
        if wrong:
            return metric_error(version, 400, wrong)
        token = asked.pop("pageToken", None)
        first, same = state.pages.get(token, (0, asked)) if token \
            else (0, asked)
        if token and (token not in state.pages or same != asked):
            return metric_error(version, 400, "Invalid pageToken")
        return page(state, asked, first)
    return call


def what_is_wrong(asked):
    if asked is None:
        return "The body is not a JSON object"
    timeline = asked.get("timelineSpec") or {}
    for name in ("aggregationPeriod", "startTime", "endTime"):
        if not timeline.get(name):
            return f"timelineSpec.{name} is required"
    if not asked.get("metrics"):
        return "metrics is required"
    return None


def page(state, asked, first):
    size = min(asked.get("pageSize") or state["page_size"],
               state["page_size"])
    last = min(first + size, state["rows"])
    body = {"rows": [row(asked, number) for number in range(first, last)]}
    if last < state["rows"]:
        token = hexadecimal(40)
        state.pages[token] = (last, asked)
        body["nextPageToken"] = token
    return Reply(200, compact(body), JSON)


def row(asked, number):
    return {
        "aggregationPeriod": asked["timelineSpec"]["aggregationPeriod"],
        "startTime": {"year": 2026, "month": 10, "day": number % 31 + 1},
        "dimensions": [{"dimension": name, "stringValue": str(number)}
                       for name in asked.get("dimensions") or ()],
        "metrics": [{"metric": name, "decimalValue": {"value": f"0.{number}"}}
                    for name in asked["metrics"]]}


def _routes():
    year, month = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{2})"
    for kind, date in (
            ("sales|subscription|subscriptions_overview", f"{year}/{month}"),
            ("earnings", f"{year}/{month}"), ("earnings", year)):
        yield "GET", f"/download/report/(?P<kind>{kind})/{date}", report
    package = "(?P<package>[^/]+)"
    for version, path in (
            ("v1", f"/vitals/apps/{package}/"
             "(?P<name>(?:crash|anr|lmk|issues)MetricSet)"),
            ("v2", f"/v2/applications/{package}/"
             "(?P<name>(?:vitals|monetization)/[A-Za-z]+)")):
        yield "GET", path, describe(version)
        yield "POST", path + ":query", query(version)


ROUTES = tuple(_routes())
