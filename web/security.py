"""Security headers of every answer."""

import secrets
from http import HTTPStatus

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def install_security(app: Flask) -> None:
    """Send a strict policy with every answer; a nonce per answer lets the waveform style itself."""

    @app.before_request
    def draw_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY.format(nonce=g.get("csp_nonce", "none")))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        if response.status_code == HTTPStatus.NOT_MODIFIED or request.method == "HEAD":
            # No body is sent, so nobody else would close its file.
            response.close()
        if response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response
