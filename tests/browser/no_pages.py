"""Routes that answer a GET with something else than a page of ours."""

# What each of them is instead.
NO_PAGES = {
    "pages.front": "leads on to /find",
    "pages.favicon": "leads on to the icon",
    "pages.service_worker": "a script",
    "static": "files",
    "health.healthz": "for programs",
    "api.show": "for programs",
    "api.show_series": "for programs",
    "api.openapi": "for programs",
    "api.therapists": "for programs",
    "api.openings": "for programs",
    "manage.file": "a calendar file",
    "feeds.file": "a calendar",
    "demo.invitation": "a calendar file",
    "demo.sheet": "a mail in its frame, as the mail page shows it",
}
