"""What a host should send with a file of a site, one rule a function: an answer in, a finding out. Pure.

docs/hosting.md says how hosts are set up to meet them.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from neuronscope_server.sitecheck.nouns import Answer, Finding, advice, fault, ok

_DAY = 86_400  # seconds
_YEAR = 365 * _DAY
_WORTH_COMPRESSING = 1_400  # bytes; what is smaller travels in one packet either way
_BYTES = ("application/octet-stream", "binary/octet-stream")  # the second is S3's
_SCRIPTS = ("text/javascript", "application/javascript", "application/x-javascript")
# By the end of a name: the types it may have, and whether pages fail with another one.
_TYPES: dict[str, tuple[tuple[str, ...], bool]] = {
    ".html": (("text/html",), True),
    ".js": (_SCRIPTS, True),
    ".css": (("text/css",), True),
    ".svg": (("image/svg+xml",), False),
    ".json": (("application/json",), False),
    ".gz": (("application/gzip", "application/x-gzip", "application/json", *_BYTES), False),
    ".zip": (("application/zip", "application/x-zip-compressed", *_BYTES), False),
}
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d+)")


def transport(url: str) -> Finding:
    """Whether what is read cannot be changed on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return ok("address", "HTTPS")
    if _is_loopback(parts.hostname or ""):
        return ok("address", "plain http, on this machine")
    remedy = "Let the host answer https:// and send those who come by http:// there."
    return advice("address", "plain http: anyone on the way can read and change what is shown.", remedy)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def there(answer: Answer, what: str) -> Finding:
    """Whether the file came."""
    if answer.status == 200:
        return ok(what, "is there")
    if answer.status in (401, 403):
        said = f"may not be read (the host answered {answer.status})."
        return fault(what, said, "Let everyone read the site's files, and look whether this one was uploaded.")
    return fault(what, f"the host answered {answer.status}.", "Upload the site again, all of it.")


def content_type(answer: Answer, what: str) -> Finding:
    """Whether the file goes out as what it is."""
    wanted, needed = _TYPES.get(_end(what), (_BYTES, False))
    found = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found in wanted:
        return ok(what, f"goes out as {found}")
    said = f"goes out as {found or 'nothing in particular'}."
    return (fault if needed else advice)(what, said, f"Let the host send {_end(what)} files as {wanted[0]}.")


def kept(answer: Answer, what: str, *, forever: bool) -> Finding:
    """How long browsers may keep the file: for ever what is named after its content, and no other."""
    control = answer.headers.get("cache-control", "").lower()
    found = _MAX_AGE.search(control)
    age = int(found[1]) if found else 0
    said = f"Cache-Control is {control!r}" if control else "there is no Cache-Control"
    if forever:
        if age >= _YEAR and "immutable" in control:
            return ok(what, "may be kept for ever")
        remedy = "Send Cache-Control: public, max-age=31536000, immutable for r/ and for names with a hash."
        return advice(what, f"{said}: it is asked for again though it never changes.", remedy)
    remedy = "Send Cache-Control: no-cache for index.html and api/site.json."
    if "no-store" in control or "no-cache" in control or (found and age == 0):
        return ok(what, "is asked for again each time")
    if age > _DAY or "immutable" in control:
        return fault(what, f"{said}: the site that people saw once is what they go on seeing.", remedy)
    until = f"up to {age:,} seconds" if found else "a time that each browser chooses"
    return advice(what, f"{said}: an older site may be seen for {until}.", remedy)


def compressed(answer: Answer, what: str) -> Finding:
    """Whether text travels compressed."""
    encoding = answer.headers.get("content-encoding", "")
    if encoding or len(answer.body) < _WORTH_COMPRESSING:
        return ok(what, f"travels compressed ({encoding})" if encoding else "is too small to compress")
    said = f"travels as it is, {len(answer.body):,} bytes."
    return advice(what, said, "Let the host compress .json, .js and .css (gzip or Brotli).")


def has_version(answer: Answer, what: str) -> Finding:
    """Whether a browser that asks again can be told that nothing changed."""
    if "etag" in answer.headers or "last-modified" in answer.headers:
        return ok(what, "has an ETag" if "etag" in answer.headers else "has a date")
    return advice(what, "has no ETag and no date, so it is sent again each time.", "Let the host send ETag.")


def own_policy(answer: Answer) -> Finding:
    """Whether the host adds a content security policy to the page's."""
    if "content-security-policy" not in answer.headers:
        return ok("index.html", "its content security policy is the page's own alone")
    said = "the host sends a Content-Security-Policy too, and both apply."
    return advice("index.html", said, "Take it away, or look in a browser's console whether it refuses anything.")


def missing(answer: Answer, what: str) -> Finding:
    """What the host says of a file that is not there."""
    if answer.status in (404, 410):
        return ok(what, f"what is not there is a {answer.status}")
    if answer.status == 200:
        said = "the host answers with a page where there is no file."
        return fault(what, said, "Let it answer 404, below r/ at least: no page for every address.")
    said = f"the host answers {answer.status} where there is no file, which pages show as an error."
    return fault(what, said, "Let it answer 404; buckets do so where listing them is allowed.")


def part(answer: Answer, first: int, last: int, what: str) -> Finding:
    """Whether the host sent the bytes that were asked for, and them alone, as they lie in the file."""
    if answer.status == 200:
        said = "the host ignores Range and sends the whole file."
        return fault(what, said, "Publish with --files, or use a host that sends parts of files.")
    if answer.status != 206:
        return fault(what, f"the host answered {answer.status} to a request for a part.", "Upload the site again.")
    if encoding := answer.headers.get("content-encoding"):
        said = f"parts come with Content-Encoding: {encoding}, so they are not those of the file."
        return fault(what, said, "Let the host compress no .zip and no .idx, and store them without Content-Encoding.")
    said = answer.headers.get("content-range", "")
    if not said.startswith(f"bytes {first}-{last}/"):
        told = f"bytes {first}-{last} were asked for, and Content-Range is {said!r}."
        return fault(what, told, "Use a host that sends the parts that are asked for.")
    return ok(what, f"bytes {first:,} to {last:,} came as asked for")


def shared(answer: Answer, what: str, origin: str) -> Finding:
    """Whether a page of this origin may read the file."""
    if answer.headers.get("access-control-allow-origin") in ("*", origin):
        return ok(what, f"pages of {origin} may read it")
    said = f"pages of {origin} may not read it (no Access-Control-Allow-Origin for them)."
    return fault(what, said, f"Allow GET and HEAD from {origin} or * (CORS) on the host of the data.")


def range_allowed(answer: Answer, what: str) -> Finding:
    """Whether browsers that ask first whether they may send Range are told so."""
    allowed = {name.strip().lower() for name in answer.headers.get("access-control-allow-headers", "").split(",")}
    if answer.status < 300 and allowed & {"*", "range"}:
        return ok(what, "pages elsewhere may ask for parts")
    said = "browsers that ask first whether pages elsewhere may send Range are not told so."
    return fault(what, said, "Allow the header Range (Access-Control-Allow-Headers) in the CORS rules.")


def range_exposed(answer: Answer, what: str) -> Finding:
    """Whether a page elsewhere may see which part it was sent."""
    seen = {name.strip().lower() for name in answer.headers.get("access-control-expose-headers", "").split(",")}
    if seen & {"*", "content-range"}:
        return ok(what, "pages elsewhere see which part they were sent")
    said = "pages elsewhere cannot see Content-Range."
    return advice(what, said, "Expose Content-Range, Content-Length and ETag in the CORS rules.")


def _end(name: str) -> str:
    return "." + name.rpartition(".")[2]
