"""What every answer tells the browser, and which requests from other sites are turned away."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from booking.config import Settings

_OWN = ("style", "script", "img", "font", "connect", "manifest", "worker")
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in _OWN),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS_S = 2 * 365 * 24 * 3600
ONE_YEAR_S = 365 * 24 * 3600

# Pages that search engines may list: they show nothing of anyone who comes to sessions.
LISTED = frozenset(
    {
        "find",
        "t",
        "urgent",
        "safety",
        "privacy",
        "accessibility",
        "how-it-works",
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# These take no cookie: who calls is known by a token in the path or by a signature.
COOKIELESS = ("/api/", "/hooks/")


def register(app: Flask, settings: Settings) -> None:
    """Check where requests come from, and put the headers on every answer."""
    trusted = urlsplit(settings.public_url).netloc

    @app.before_request
    def refuse_other_sites() -> None:
        if not request.path.startswith(COOKIELESS) and is_from_elsewhere(trusted):
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            # A view may say otherwise, as the demo mailbox does of what it frames.
            response.headers.setdefault(name, value)
        if settings.secure:
            response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS_S}"
        _keep_out_of_caches(response)
        if request.path.split("/")[1] not in LISTED:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def is_from_elsewhere(trusted: str) -> bool:
    """Return whether another site made the browser send this request.

    The algorithm of Go's `http.CrossOriginProtection`. It needs no token in the form, so a
    page kept open overnight still works; and no cookie, so nothing is left on the device of
    somebody who only looks. Browsers say where a request comes from in Sec-Fetch-Site, older
    ones in Origin; what sends neither is no browser and carries nobody's cookies.
    """
    if request.method in SAFE_METHODS:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    # Our own forms say "null" in browsers without Sec-Fetch-Site, since our pages send no
    # referrer. Staff stay safe there: their cookie is SameSite.
    if origin in {None, "null"}:
        return False
    return urlsplit(origin).netloc not in {trusted, request.host}


def _keep_out_of_caches(response: Response) -> None:
    if request.endpoint == "static":
        # Fonts never change under one name; everything else is asked for with its digest.
        if "v" in request.args or request.path.startswith("/static/fonts/"):
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_S}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
