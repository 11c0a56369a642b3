"""A browser without scripts: it follows links, fills in forms and presses buttons, as people do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

Attributes = dict[str, str]
_VOID = {"input", "link", "meta", "br", "wbr", "hr", "img", "use"}
_INLINE = {"a", "b", "em", "strong", "wbr"}
_UNSEEN = {"script", "style", "title", "option"}


@dataclass
class Button:
    words: str
    name: str
    value: str
    action: str | None
    form: str | None
    method: str | None = None


@dataclass
class Form:
    """A form as it would be sent untouched: what is filled in, ticked and selected."""

    action: str
    method: str
    id: str | None
    fields: "MultiDict[str, str]" = field(default_factory=MultiDict)
    buttons: list[Button] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    """What came back: its words in one line, its title, links by their words, and forms.

    It is read when somebody first asks for one of them; reading takes longer than answering.
    """

    status: int
    path: str
    html: str
    headers: Mapping[str, str]

    @property
    def title(self) -> str:
        return _line(self._read.title)

    @cached_property
    def text(self) -> str:
        return _line("".join(self._read.words))

    @property
    def links(self) -> list[tuple[str, str]]:
        return [(_line(words), href) for words, href in self._read.links]

    @property
    def forms(self) -> list[Form]:
        return self._read.forms

    def link(self, words: str) -> str:
        """Return where the first link leads whose words hold `words`."""
        return next(href for said, href in self.links if words in said)

    def hrefs(self, words: str) -> list[str]:
        return [href for said, href in self.links if words in said]

    def form(self, button: str) -> tuple[Form, Button]:
        """Return the form and its button whose words hold `button`."""
        for form in self.forms:
            for each in form.buttons:
                if button in each.words:
                    return form, each
        raise LookupError(f"no button {button!r} on {self.path}: {self.text[:800]}")

    def offered(self, name: str) -> list[str]:
        """Return the values of all radios of that name on the page."""
        return [value for form in self.forms for value in form.choices.get(name, [])]

    @cached_property
    def _read(self) -> "_Reader":
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        reader.settle()
        return reader


class Browser:
    """One person at one browser."""

    def __init__(self, client: FlaskClient, zone: str | None = None) -> None:
        self.client = client
        if zone is not None:
            client.set_cookie("zone", zone)

    def get(self, address: str) -> Page:
        answer = self.client.get(address.split("#", maxsplit=1)[0], follow_redirects=True)
        return _read(answer)

    def press(self, page: Page, button: str, **fields: str | None) -> Page:
        """Press a button with some fields filled in; None unticks or leaves one out."""
        form, pressed = page.form(button)
        sent = MultiDict(form.fields)
        for name, value in fields.items():
            sent.poplist(name)
            if value is not None:
                sent.add(name, value)
        if pressed.name:
            sent.add(pressed.name, pressed.value)
        address = urljoin(page.path, pressed.action or form.action)
        if (pressed.method or form.method) == "get":
            query = urlencode(list(sent.items(multi=True)))
            return self.get(f"{urldefrag(address).url.split('?')[0]}?{query}")
        return _read(self.client.post(address, data=sent, follow_redirects=True))


def _read(answer: object) -> Page:
    request = answer.request  # type: ignore[attr-defined]
    query = request.query_string.decode()
    path = urlsplit(request.path).path + (f"?{query}" if query else "")
    return Page(
        status=answer.status_code,  # type: ignore[attr-defined]
        path=path,
        html=answer.get_data(as_text=True),  # type: ignore[attr-defined]
        headers=dict(answer.headers),  # type: ignore[attr-defined]
    )


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Reader(HTMLParser):
    """Collects, in one pass, what a person could read, follow and send."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.title = ""
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._link: str | None = None
        self._link_words = ""
        self._form: Form | None = None
        self._button: Button | None = None
        self._loose: list[Button] = []
        self._select: str | None = None
        self._selected: str | None = None
        self._area: str | None = None
        self._area_text = ""

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks where on the page something stood, and it takes long."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        handler = getattr(self, f"_start_{tag}", None)
        if handler is not None:
            handler(given)
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass
        handler = getattr(self, f"_end_{tag}", None)
        if handler is not None:
            handler()
        self._space(tag)

    def _space(self, tag: str) -> None:
        if tag not in _INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        if self._link is not None:
            self._link_words += data
        if self._button is not None:
            self._button.words += data
        if self._area is not None:
            self._area_text += data
        elif not _UNSEEN.intersection(self._open):
            self.words.append(data)

    def settle(self) -> None:
        """Give the buttons that stand outside the form they belong to to that form."""
        for button in self._loose:
            for form in self.forms:
                if form.id == button.form:
                    form.buttons.append(button)

    def _start_a(self, given: Attributes) -> None:
        self._link, self._link_words = given.get("href", ""), ""

    def _end_a(self) -> None:
        if self._link is not None:
            self.links.append((self._link_words, self._link))
        self._link = None

    def _start_form(self, given: Attributes) -> None:
        method = given.get("method", "get").lower()
        self._form = Form(given.get("action", ""), method, given.get("id"))
        self.forms.append(self._form)

    def _end_form(self) -> None:
        self._form = None

    def _start_input(self, given: Attributes) -> None:
        name, kind = given.get("name"), given.get("type", "text")
        if self._form is None or not name:
            return
        value = given.get("value", "on" if kind == "checkbox" else "")
        if kind in {"radio", "checkbox"}:
            self._form.choices.setdefault(name, []).append(value)
            if "checked" not in given:
                return
        self._form.fields.add(name, value)

    def _start_button(self, given: Attributes) -> None:
        if given.get("type", "submit") != "submit":
            return
        self._button = Button(
            "",
            given.get("name", ""),
            given.get("value", ""),
            given.get("formaction"),
            None,
            given.get("formmethod"),
        )
        if "form" in given:
            self._button.form = given["form"]
            self._loose.append(self._button)
        elif self._form is not None:
            self._form.buttons.append(self._button)

    def _end_button(self) -> None:
        if self._button is not None:
            self._button.words = _line(self._button.words)
        self._button = None

    def _start_select(self, given: Attributes) -> None:
        self._select, self._selected = given.get("name"), None

    def _start_option(self, given: Attributes) -> None:
        if self._select is not None and ("selected" in given or self._selected is None):
            self._selected = given.get("value", "")

    def _end_select(self) -> None:
        if self._form is not None and self._select:
            self._form.fields.add(self._select, self._selected or "")
        self._select = None

    def _start_textarea(self, given: Attributes) -> None:
        self._area, self._area_text = given.get("name"), ""

    def _end_textarea(self) -> None:
        if self._form is not None and self._area:
            self._form.fields.add(self._area, self._area_text.removeprefix("\n"))
        self._area = None
