"""What the stand-in knows and how it has been told to behave.

All of it goes with a reset: switches, counters, the log, tokens, links and
the applications.
"""

import json
import os
import threading
import time

CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
CLIENT_SECRET = \
    "5ec2e70f1e2d3c4b5a69788796a5b4c3d2e1f0ffeeddccbbaa99887766554433"
CLIENT_ID_2 = "amzn1.application-oa2-client.fedcba9876543210fedcba9876543210"
CLIENT_SECRET_2 = \
    "5ec2e7112233445566778899aabbccddeeff000123456789abcdeffedcba9876"

SUBMISSION = "appstore::apps:readwrite"
REPORTING = "adx_reporting::appstore:marketer"

# The type of a default is the type of the switch.  Those marked (list) take
# several values, separated by commas and used up one per call; the last one
# stays.
SWITCHES = {
    # every port
    "header_case": "mixed",         # or lower: the names in replies
    "ignore_expect": 0,             # 1: never send 100 Continue
    "keep_alive": 1,                # 0: close after every reply
    "body_sha256": 1,               # 0: do not hash request bodies
    "no_request_id": 0,
    "drip_interval": 1.0,           # seconds between two bytes
    "retry_after": "",              # sent with 429 and 503
    "redirect_status": 307,
    "redirect_to": "",              # default: the other origin
    "reset_after": 0,               # body bytes read before a reset
    # token endpoint
    "client_secret": CLIENT_SECRET,     # what account 1 must send
    "attached": f"{SUBMISSION} {REPORTING}",
    "attached_2": f"{SUBMISSION} {REPORTING}",
    "token_delay": 0.0,
    "token_json": 0,                # 1: a JSON body will do as well
    "token_mode": "normal",         # (list) see MODES
    "token_raw": "ok",              # (list) file sent as the whole reply
    "token_status": "ok",           # (list) "malformed": 400, error_index
    "token_error_body": "",         # the body with a token_status
    "token_body": "",               # the body of a 200; @TOKEN@ is filled in
    "token_content_type": "application/json;charset=UTF-8",
    "token_length": 350,            # characters after "Atc|"
    "token_value": "",              # the same token every time
    "token_type": "bearer",         # or absent
    "token_lifetime": 3600.0,       # seconds until the API refuses it
    "expires_in": "3600",           # as JSON, or absent
    "reply_scope": "",              # default: the one asked for
    # APIs
    "api_delay": 0.0,
    "api_mode": "normal",           # (list)
    "api_raw": "ok",                # (list)
    "api_status": "ok",             # (list) "refuse": the gateway's 403
    "api_body": "",
    "api_content_type": "application/json",
    "refuse_next": 0,               # so many gateway 403s
    "echo": 0,                      # 1: the APIs echo, without any check
    "error_shape": "errors",        # of a service: or flat, text, object
    "etag_style": "quoted",         # or bare
    "digest_seconds": 0.0,          # between an upload's last byte and reply
    # App Submission API
    "app_id": "amzn1.devportal.mobileapp.example",
    "package": "com.example.app",   # the same app; vitals know no other
    "languages": "en-US,de-DE",     # of the app's listings
    "under_review": 0,              # 1: the open edit of an app is in review
    "unpublished": 0,               # 1: the app was never published
    "empty_app": 0,                 # 1: the app has no APK
    "empty_apks": "204",            # or []: the list of APKs with none in it
    "from_bundle": 0,               # 1: no APK of the app can be replaced
    "drm_missing": 0,               # 1: an uploaded APK has no DRM value
    "verdict": "",                  # validate and commit: 403, a message a
                                    # line
    "validate_needs_etag": 1,
    "large_upload": "raw",          # or multipart
    "attach_not_ready": 0,          # so many attachings come too early
    "video_path": "both",           # or /videos or /upload
    # Reporting API, vitals and monetization
    "reporting_rate": 0,            # requests within a second; 0: any
    "reports_until": "",            # YYYY-MM: there is none for later months
    "rows": 5,                      # that a query finds
    "page_size": 1000,              # rows in one reply
    # presigned links
    "link_body": "",                # instead of the link
    "link_lifetime": 300.0,
    "link_mode": "normal",          # (list)
    "link_raw": "ok",               # (list)
    "link_status": "ok",            # (list)
    "link_redirect": "",            # a 307 to that URL
    # proxy
    "proxy_user": "",
    "proxy_password": "",
    "proxy_schemes": "Basic",       # that it asks for, separated by commas
    "proxy_refuse": 0,
}

MODES = ("ok", "normal", "silent", "close", "reset", "drip", "cut", "short",
         "endless", "endless_headers", "redirect", "hold")


class State:
    def __init__(self, origins):
        self.origins = origins
        self.lock = threading.Condition()
        self.switches = dict(SWITCHES)
        self.counters = {}
        self.log = []
        self.tokens = {}            # token: (scopes, dead at)
        self.links = {}             # target: dead at
        self.apps = {}              # application id: App
        self.recent = []            # when Reporting was asked of late
        self.pages = {}             # page token: first row, query
        self.etag = hexadecimal(16)  # of /etag
        self.released = threading.Event()

    def __getitem__(self, name):
        return self.switches[name]

    def set(self, name, value):
        """Set a switch; NAME@ takes the value from a file."""
        if name.endswith("@"):
            name = name[:-1]
            with open(value, "rb") as file:
                value = file.read().decode("latin-1")
        if name not in SWITCHES:
            raise ValueError(f"no such switch: {name}")
        if name.endswith("_mode") and not set(value.split(",")) <= set(MODES):
            raise ValueError(f"no such mode: {value}")
        self.switches[name] = type(SWITCHES[name])(value)

    def use_up(self, name):
        """The value of a list switch that is due now."""
        with self.lock:
            value, comma, rest = self.switches[name].partition(",")
            if comma:
                self.switches[name] = rest
            return value

    def refuses_now(self):
        with self.lock:
            due = self.switches["refuse_next"]
            self.switches["refuse_next"] = max(0, due - 1)
            return due > 0

    def count(self, name):
        with self.lock:
            self.counters[name] = self.counters.get(name, 0) + 1
            self.lock.notify_all()

    def wait(self, name, number, seconds):
        """Wait until a counter has reached a number."""
        with self.lock:
            self.lock.wait_for(
                lambda: self.counters.get(name, 0) >= number, seconds)
            return self.counters.get(name, 0)

    def release(self):
        """Let go of all that is held now."""
        held, self.released = self.released, threading.Event()
        held.set()

    def log_lines(self):
        for entry in list(self.log):
            body = entry["body"].decode("latin-1")
            yield json.dumps({**entry, "body": body})

    def issue(self, scope):
        """Make up a token; it lives for token_lifetime."""
        token = self["token_value"] or "Atc|" + letters(self["token_length"])
        with self.lock:
            dead_at = time.monotonic() + self["token_lifetime"]
            self.tokens[token] = (scope.split(), dead_at)
        return token

    def expire(self, only=None):
        with self.lock:
            for token, (scopes, _) in self.tokens.items():
                if only in (None, token):
                    self.tokens[token] = (scopes, 0)

    def allows(self, authorization, scope=None):
        """Does an Authorization header hold a live token for the scope?"""
        kind, _, token = (authorization or "").partition(" ")
        scopes, dead_at = self.tokens.get(token, ((), 0))
        return kind == "Bearer" and time.monotonic() < dead_at \
            and (scope is None or scope in scopes)


def hexadecimal(size):
    return os.urandom((size + 1) // 2).hex()[:size]


def letters(size):
    alphabet = bytes(range(48, 58)) + bytes(range(65, 91)) \
        + bytes(range(97, 123)) + b"-_"
    return os.urandom(size).translate(alphabet * 4).decode()
