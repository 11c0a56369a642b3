"""The pages that are the same for everybody, and the forms that stand by themselves."""

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug import Response as AnyResponse

from booking.clock import utcnow
from booking.errors import InvalidInput, NotFound
from booking.services.lost_links import ask_for_links
from booking.web.access import anyone
from booking.web.errors import Said, problem_page
from booking.web.limits import LOST_LINKS, at_most
from booking.web.paths import same_site_path
from booking.web.words import REFUSALS, heading_for, problem_words, sentence_for
from booking.web.zones import keep_choice

bp = Blueprint("pages", __name__)
bp.before_request(anyone)

WEATHER = "https://www.weather.gov/"
SEE_OTHER = 303


@bp.get("/")
def front() -> AnyResponse:
    return redirect("/find")


@bp.get("/urgent")
def urgent() -> str:
    return render_template("pages/urgent.html")


@bp.get("/safety")
def safety() -> str:
    return render_template("pages/safety.html")


@bp.get("/privacy")
def privacy() -> str:
    return render_template("pages/privacy.html")


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@bp.get("/how-it-works")
def how_it_works() -> str:
    return render_template("pages/how_it_works.html")


@bp.post("/leave")
def leave() -> Response:
    """Forget what this site left on the device, and be a page about the weather.

    Not a redirect: the content security policy keeps forms from ending on another site.
    """
    response = make_response(render_template("pages/left.html", away=WEATHER))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.get("/lost-link")
def lost_link() -> str:
    return _lost_link()


@bp.post("/lost-link")
@at_most(LOST_LINKS)
def send_links() -> str | tuple[str, int]:
    """Answer everybody the same, whether or not the address is known."""
    address = request.form.get("email", "")
    try:
        ask_for_links(address, now=utcnow())
    except InvalidInput as refused:
        errors = [(problem.field, problem_words(problem.code)) for problem in refused.problems]
        return _lost_link(address, errors=errors), 422
    return _lost_link(address, sent=True)


def _lost_link(
    address: str = "", *, errors: list[tuple[str, str]] | None = None, sent: bool = False
) -> str:
    return render_template("pages/lost_link.html", address=address, errors=errors or [], sent=sent)


@bp.post("/zone")
def choose_zone() -> AnyResponse:
    """Show times in another zone from now on, and go back to where that was asked."""
    back = same_site_path(request.form.get("next", ""), fallback="/find")
    response = redirect(back, code=SEE_OTHER)
    keep_choice(response, request.form.get("zone", ""))
    return response


@bp.get("/problems/<code>")
def problem_type(code: str) -> Response:
    """Explain a code of the API: the `type` of a problem leads here."""
    if code not in REFUSALS:
        raise NotFound("problem")
    return problem_page(Said(heading_for(code), [sentence_for(code)]), 200)


@bp.get("/sw.js")
def service_worker() -> Response:
    """Serve the service worker from the top, since it may only look after what is below it."""
    return _static_file("sw.js")


@bp.get("/favicon.ico")
def favicon() -> AnyResponse:
    return redirect(url_for("static", filename="favicon.svg"))


def _static_file(name: str) -> Response:
    return send_from_directory(str(current_app.static_folder), name, max_age=0)
