"""What keeps the local page to one person: loopback host, one-time token, strict cookie, form token, strict policy."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Door", "Guard"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    # Not "no-referrer": with it browsers send forms with an Origin of "null", which could be anyone's.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

OPEN_PATH = "/open"


@dataclass(slots=True)
class Door:
    """The secrets of one run of the server. The token opens once; the cookie lasts until the server stops."""

    port: int
    token: str | None = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def cookie_name(self) -> str:
        """One name for each port, so that two vaults open at once do not lock each other out."""
        return f"firsthand_{self.port}"

    @property
    def address(self) -> str:
        """The address that opens the workbench once."""
        return f"http://127.0.0.1:{self.port}{OPEN_PATH}?token={self.token}"

    @property
    def form_token(self) -> str:
        """What each form carries; it cannot be made without the cookie."""
        return hmac.new(self.cookie.encode(), b"form", hashlib.sha256).hexdigest()

    def hosts(self) -> set[str]:
        """Hosts that a request may name; anything else is a name rebound to loopback."""
        return {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}


class Guard:
    """Middleware: refuses foreign hosts and strangers, checks forms' origin, sets the policy on every answer."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        request = Request(scope)
        answer = self._refusal(request)
        await (answer or self.app)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        door = self.door
        if request.headers.get("host") not in door.hosts():
            return PlainTextResponse("This address is not served here.", status_code=421)
        if request.url.path == OPEN_PATH:
            return self._open(request)
        held = request.cookies.get(door.cookie_name, "")
        if not hmac.compare_digest(held.encode(), door.cookie.encode()):
            return PlainTextResponse(
                "This workbench belongs to the person who opened it. Open it from the command line.", status_code=403
            )
        if request.method not in {"GET", "HEAD"}:
            origin = request.headers.get("origin", "")
            site = request.headers.get("sec-fetch-site", "same-origin")
            if origin.removeprefix("http://") not in door.hosts() or site != "same-origin":
                return PlainTextResponse("This form did not come from the workbench.", status_code=403)
        return None

    def _open(self, request: Request) -> Response:
        given, door = request.query_params.get("token", ""), self.door
        if door.token is None or not hmac.compare_digest(given.encode(), door.token.encode()):
            return PlainTextResponse("This link was used before. Open the workbench again.", status_code=403)
        door.token = None
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(door.cookie_name, door.cookie, httponly=True, samesite="strict", path="/")
        return answer
