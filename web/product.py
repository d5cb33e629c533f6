"""What a running web process holds: engine, settings, storage, clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import Engine

from qa.auth.roles import Role
from qa.i18n import Language
from qa.settings import Settings
from qa.storage.blobs import Blobs

EXTENSION = "steekproef"


@dataclass(frozen=True, slots=True)
class Product:
    """Made once when the app is made; requests take from it what an act needs."""

    engine: Engine
    settings: Settings
    blobs: Blobs
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page: what templates may know of the signed-in user."""

    id: int
    name: str
    role: Role
    language: Language
    time_zone: str


def product() -> Product:
    """Return the product of the running app."""
    found: Product = current_app.extensions[EXTENSION]
    return found


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
