"""The blueprint of coaching reports."""

from flask import Blueprint

pages = Blueprint("coaching", __name__, url_prefix="/coaching")
