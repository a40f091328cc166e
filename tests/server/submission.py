"""The App Submission API, and that for testing.

An app has the edit that is live, its previous one, and at most one that is
open; that one is a copy of the live one, may be changed while it is
IN_PROGRESS, and is in REVIEW once it has been committed ("publish" on the
control port ends that).
"""

import copy
import json

from mischief import JSON, compact, service
from state import hexadecimal
from wire import Reply

APK_TYPES = ("application/vnd.android.package-archive",
             "application/octet-stream")
IMAGE_TYPES = ("small-icons", "large-icons", "screenshots", "promo-images",
               "firetv-icons", "firetv-backgrounds", "firetv-screenshots",
               "firetv-featured-backgrounds", "firetv-featured-logos")
LISTING_TEXTS = ("title", "shortDescription", "fullDescription")


class Edit:
    """Resources by path, and an ETag for each.

    The path "" is the edit itself, whose ETag changes with every change.
    """

    def __init__(self, values, status):
        self.id = "amzn1.devportal.apprelease." + hexadecimal(32)
        self.values = {"": {"id": self.id, "status": status}, **values}
        self.etags = {}
        self.files = {}             # uploaded, not yet attached: id to name
        self.uploaded = set()       # ids of APKs without a DRM value

    @property
    def status(self):
        return self.values[""]["status"]

    def etag(self, path, style):
        value = self.etags.setdefault(path, hexadecimal(16))
        return value if style == "bare" else f'"{value}"'

    def store(self, path, value):
        self.values[path] = value
        self.touch(path)
        return value

    def touch(self, path):
        """It has changed, and so has all that it is a part of."""
        while path:
            self.etags[path] = hexadecimal(16)
            path = path.rpartition("/")[0]
        self.etags[""] = hexadecimal(16)

    def remove(self, path):
        for key in self.at_or_below(path):
            del self.values[key]
        self.touch(path)

    def add_apk(self, name):
        numbers = [apk["versionCode"] for apk in self.children("apks")]
        apk = {"id": "amzn1.devportal.apk." + hexadecimal(32),
               "versionCode": max(numbers, default=0) + 1, "name": name}
        self.values[f"apks/{apk['id']}/targeting"] = {"amazonDevices": []}
        return self.store("apks/" + apk["id"], apk)

    def at_or_below(self, path):
        return [key for key in self.values
                if (key + "/").startswith(path + "/")]

    def children(self, path):
        """The values directly below a path."""
        return [value for key, value in self.values.items()
                if key and key.rpartition("/")[0] == path]


class App:
    def __init__(self, state):
        values = {"details": {"defaultLanguage": "en-US",
                              "contactEmail": "dev@example.com"},
                  "availability": {"publishingDate": None}}
        for language in state["languages"].split(","):
            values["listings/" + language] = {
                "language": language, "title": "Example",
                "shortDescription": "An example",
                "fullDescription": "An example of an app",
                "recentChanges": "The first release",
                "featureBullets": ["It is there"], "keywords": ["example"]}
        self.live = Edit(values, "LIVE")
        if not state["empty_app"]:
            self.live.add_apk("example.apk")
        self.open = None

    def begin(self, status="IN_PROGRESS"):
        values = copy.deepcopy(self.live.values)
        del values[""]
        self.open = Edit(values, status)
        for listing in self.open.children("listings"):
            listing["recentChanges"] = ""

    def publish(self):
        if self.open and self.open.status == "REVIEW":
            self.open.values[""]["status"] = "LIVE"
            self.live, self.open = self.open, None


def app_of(state, name):
    """The app of that App ID or package name; every name is one."""
    if name == state["package"]:
        name = state["app_id"]
    app = state.apps.setdefault(name, None) or App(state)
    state.apps[name] = app
    if state["under_review"] and app.open is None:
        app.begin("REVIEW")
    return app


def edit_of(state, app, edit):
    """The edit of that id, else None."""
    app = app_of(state, app)
    for each in (app.open, app.live):
        if each and each.id == edit:
            return each
    return None


def precondition(request, state, found, guarded):
    """What is wrong with the edit or the ETag of a call, if anything."""
    if not found.get("edit"):
        return None
    edit = edit_of(state, found["app"], found["edit"])
    if edit is None:
        return missing("edit")
    etag = edit.etag(guardian(edit, found.get("key", "")),
                     state["etag_style"])
    if guarded and request.header("if-match") != etag:
        return service(412, "precondition_failed",
                       "The ETag is not that of the current state")
    if request.method != "GET" and edit.status != "IN_PROGRESS":
        return service(403, "edit_locked",
                       f"The edit cannot be changed, it is {edit.status}")
    return None


def guardian(edit, key):
    """The path whose ETag guards a key."""
    parts = key.split("/")
    if parts[0] != "listings" or len(parts) == 1:
        return key
    listing, assets = "/".join(parts[:2]), "/".join(parts[:3])
    if len(parts) == 2:
        return listing if listing in edit.values else "listings"
    return assets if has_etag(edit, assets) else listing


def has_etag(edit, assets):
    return assets.endswith("/videos") or bool(edit.children(assets))


def missing(what):
    return service(404, "not_found", f"There is no such {what}")


def invalid(what, code="invalid_input"):
    return service(400, code, what)


def shown(state, edit, key, value=None):
    """A resource with its ETag."""
    if value is None:
        if key not in edit.values:
            return missing(key.partition("/")[0])
        value = edit.values[key]
    return Reply(200, compact(value), JSON,
                 [("ETag", edit.etag(key, state["etag_style"]))])


def show(request, state, app, edit, key=""):
    return shown(state, edit_of(state, app, edit), key)


def list_edits(request, state, app):
    edit = app_of(state, app).open
    return shown(state, edit, "") if edit else Reply(200, b"{}", JSON)


def previous_edit(request, state, app):
    if state["unpublished"]:
        return missing("edit")
    return shown(state, app_of(state, app).live, "")


def list_apks(request, state, app, edit):
    values = edit_of(state, app, edit).children("apks")
    if not values and state["empty_apks"] == "204":
        return Reply(204)
    return Reply(200, compact(values), JSON)


def list_listings(request, state, app, edit):
    edit = edit_of(state, app, edit)
    listings = {listing["language"]: listing
                for listing in edit.children("listings")}
    return shown(state, edit, "listings", {"listings": listings})


def list_images(request, state, app, edit, key):
    edit = edit_of(state, app, edit)
    if not known_assets(key):
        return invalid("Invalid image type")
    if not has_etag(edit, key):
        return missing("image")
    kind = "videos" if key.endswith("/videos") else "images"
    return shown(state, edit, key, {kind: edit.children(key)})


def open_edit(request, state, app):
    found = app_of(state, app)
    if found.open or state["unpublished"]:
        return service(412, "error_new_version_creation_not_allowed",
                       "Cannot create a new 'edit' for the app in it's "
                       "current state.")
    found.begin()
    return shown(state, found.open, "")


def delete_edit(request, state, app, edit):
    app_of(state, app).open = None
    return Reply(204)


def validate(request, state, app, edit):
    edit = edit_of(state, app, edit)
    if state["verdict"]:
        return service(403, "validation_failed", *state["verdict"].split("\n"))
    if not all(listing.get("recentChanges")
               for listing in edit.children("listings")):
        return service(403, "error_release_notes_incomplete",
                       "Release notes are missing for a language")
    if state["drm_missing"] and edit.uploaded:
        return service(403, "error_apk_drm_value_missing",
                       "The DRM value of an APK is not set")
    return shown(state, edit, "")


def commit(request, state, app, edit):
    reply = validate(request, state, app, edit)
    if reply.status == 200:
        found = app_of(state, app).open
        found.store("", {**found.values[""], "status": "REVIEW"})
        reply = shown(state, found, "")
    return reply


def wrong_type(request, *types):
    """Refuse a body of another type; "image/" stands for all of a kind."""
    content_type = (request.header("content-type") or "").partition(";")[0]
    if any(content_type == each or each.endswith("/")
           and content_type.startswith(each) for each in types):
        return None
    return service(415, "unsupported_media_type",
                   f"The Content-Type is not {' or '.join(types)}")


def uploaded_apk(state, edit, name):
    apk = edit.add_apk(name)
    edit.uploaded.add(apk["id"])
    return shown(state, edit, "apks/" + apk["id"])


def upload_apk(request, state, app, edit):
    name = request.header("filename") or "upload.apk"
    return wrong_type(request, *APK_TYPES) \
        or uploaded_apk(state, edit_of(state, app, edit), name)


def upload_file(request, state, app, edit):
    if state["large_upload"] == "multipart":
        if b'name="file"' not in request.body:
            return invalid("There is no field file")
    elif trouble := wrong_type(request, *APK_TYPES):
        return trouble
    file_id = "amzn1.devportal.fileupload." + hexadecimal(32)
    edit_of(state, app, edit).files[file_id] = \
        request.header("filename") or "upload.apk"
    return Reply(200, compact({"fileId": file_id}), JSON)


def attach_file(request, state, app, edit):
    edit = edit_of(state, app, edit)
    file_id = (parsed(request.body) or {}).get("fileId")
    if file_id not in edit.files:
        return missing("file")
    if state["attach_not_ready"]:
        state.switches["attach_not_ready"] -= 1
        # What Amazon says then is not published.
        return invalid("The file is still being processed", "file_not_ready")
    return uploaded_apk(state, edit, edit.files.pop(file_id))


def replace_apk(request, state, app, edit, key):
    edit = edit_of(state, app, edit)
    if key not in edit.values:
        return missing("apk")
    if state["from_bundle"]:
        return invalid("The asset id is invalid", "error_invalid_asset_id")
    if trouble := wrong_type(request, *APK_TYPES):
        return trouble
    apk = edit.values[key]
    edit.store(key, {**apk, "versionCode": apk["versionCode"] + 1})
    return shown(state, edit, key)


def replace(request, state, app, edit, key):
    edit = edit_of(state, app, edit)
    value = parsed(request.body)
    if value is None:
        return invalid("The body is not a JSON object")
    if key.startswith("listings/") and not is_listing(value, key[9:]):
        return invalid("Invalid language listings")
    if key not in edit.values and not key.startswith("listings/"):
        return missing(key.partition("/")[0])
    edit.store(key, value)
    return shown(state, edit, key)


def is_listing(value, language):
    value.setdefault("language", language)
    texts = [value.get(name) for name in LISTING_TEXTS]
    return value["language"] == language \
        and all(isinstance(text, str) and text for text in texts)


def delete(request, state, app, edit, key):
    edit = edit_of(state, app, edit)
    if not edit.at_or_below(key):
        return missing(key.partition("/")[0])
    edit.remove(key)
    return Reply(204)


def known_assets(key):
    return key.split("/")[2] in IMAGE_TYPES + ("videos",)


def upload_image(request, state, app, edit, key):
    if not known_assets(key):
        return invalid("Invalid image type")
    return wrong_type(request, "application/octet-stream", "image/") \
        or store_asset(request, state, edit_of(state, app, edit), key)


def upload_video(request, state, app, edit, key, way):
    if state["video_path"] not in ("both", way or "/videos"):
        return missing("video path")
    return wrong_type(request, "application/octet-stream", "video/") \
        or store_asset(request, state, edit_of(state, app, edit), key)


def store_asset(request, state, edit, key):
    asset = {"id": "amzn1.devportal.asset." + hexadecimal(32),
             "size": request.entry["body_size"]}
    edit.store(f"{key}/{asset['id']}", asset)
    kind = "video" if key.endswith("/videos") else "image"
    return shown(state, edit, key, {kind: asset})


def register(request, state, app):
    value = parsed(request.body) or {}
    for name in ("packageName", "certificate"):
        if not value.get(name):
            return invalid(f"{name} is required", "required_data_absent")
    return Reply(200, b'{"trackId":"devtest"}', JSON)


def add_testers(request, state, app, track):
    if track != "devtest":
        return missing("track")
    if parsed(request.body) is None:
        return invalid("The body is not a JSON object")
    return Reply(200, b"{}", JSON)


def parsed(body):
    """The JSON object in a body, else None."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


EDIT = "/edits/(?P<edit>(?!previous$)[^/]+)"
APK = EDIT + "/(?P<key>apks/[^/]+)"
LISTING = EDIT + "/(?P<key>listings/[^/]+)"
IMAGES = EDIT + "/(?P<key>listings/[^/]+/[^/]+)"
IMAGE = EDIT + "/(?P<key>listings/[^/]+/[^/]+/[^/]+)"
VIDEOS = EDIT + "/(?P<key>listings/[^/]+/videos)"
VALUES = EDIT + "/(?P<key>details|availability|apks/[^/]+/targeting)"

# Method, path below the app, call, guarded, digests: as in appstore.Route.
ROUTES = (
    ("GET", "/edits", list_edits),
    ("POST", "/edits", open_edit),
    ("GET", "/edits/previous", previous_edit),
    ("GET", EDIT, show),
    ("DELETE", EDIT, delete_edit, True),
    ("POST", EDIT + "/validate", validate, "validate_needs_etag"),
    ("POST", EDIT + "/commit", commit, True),
    ("GET", EDIT + "/apks", list_apks),
    ("POST", EDIT + "/apks/upload", upload_apk, False, True),
    ("POST", EDIT + "/apks/large/upload", upload_file, False, True),
    ("POST", EDIT + "/apks/attach", attach_file),
    ("GET", APK, show),
    ("DELETE", APK, delete, True),
    ("PUT", APK + "/replace", replace_apk, True, True),
    ("GET", VALUES, show),
    ("PUT", VALUES, replace, True),
    ("GET", EDIT + "/listings", list_listings),
    ("GET", LISTING, show),
    ("PUT", LISTING, replace, True),
    ("DELETE", LISTING, delete, True),
    ("GET", IMAGES, list_images),
    ("DELETE", IMAGES, delete, True),
    ("POST", VIDEOS + "(?P<way>(?:/upload)?)", upload_video, True, True),
    ("POST", IMAGES + "/upload", upload_image, True, True),
    ("DELETE", IMAGE, delete, True),
    ("POST", "/devtest/register", register),
    ("POST", "/tracks/(?P<track>[^/]+)/testers", add_testers),
)
