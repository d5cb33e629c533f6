"""The address under which disputes have their pages."""

from flask import Blueprint

pages = Blueprint("disputes", __name__, url_prefix="/disputes")
