"""Draws in the API: the file with which anyone can redo one."""

from flask import make_response

from qa.act import Act
from qa.auth.roles import Permission
from qa.sampling import queries, service
from web.api.endpoint import endpoint

#: The file is passed on as it is: what it holds belongs to its own format.
_FILE = {
    "type": "object",
    "description": "A draw as a file for `docs/verify_draw.py`; `format` names its form.",
    "properties": {"format": {"type": "string"}, "digest": {"type": "string"}},
    "required": ["format", "digest"],
}


@endpoint(
    "/draws/<int:draw_id>",
    Permission.DRAW_SEE,
    tag="Draws",
    answer=_FILE,
    parameters=[{"in": "path", "name": "draw_id", "description": "Number of the draw.", "example": 17}],
    example={
        "format": "steekproef-draw/1",
        "digest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    },
    refusals=(404, 409, 422),
)
def show_draw(act: Act, draw_id: int) -> object:
    """A draw as a file that anyone can verify.

    The same bytes as the page gives, from the moment on which the seed is shown; before that there is nothing to check.
    """
    answer = make_response(service.export(act, queries.get_draw(act, draw_id)))
    answer.mimetype = "application/json"
    return answer
