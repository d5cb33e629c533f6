"""Roles and what each of them may do."""

from enum import StrEnum

from qa.i18n import Text, _


class Role(StrEnum):
    """What somebody is in the company, as far as this product cares."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    AGENT = "agent"
    SHOPPER = "shopper"


class Permission(StrEnum):
    """What may be done; every endpoint names one."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PEOPLE_MANAGE = "people:manage"
    SOURCE_MANAGE = "source:manage"
    INTERACTION_ADD = "interaction:add"
    INTERACTION_SEE = "interaction:see"
    RECORDING_PLAY = "recording:play"
    TRANSCRIPT_CORRECT = "transcript:correct"
    JOB_SEE = "job:see"
    JOB_CANCEL = "job:cancel"
    CARD_SEE = "card:see"
    CARD_DESIGN = "card:design"
    CARD_MANAGE = "card:manage"
    TEMPLATE_USE = "template:use"
    TEMPLATE_SHARE = "template:share"
    PLAN_MANAGE = "plan:manage"
    DRAW_SEE = "draw:see"
    EVALUATION_SCORE = "evaluation:score"
    EVALUATION_SEE = "evaluation:see"
    EVALUATION_RELEASE = "evaluation:release"
    EVALUATION_ACKNOWLEDGE = "evaluation:acknowledge"
    CALIBRATION_LEAD = "calibration:lead"
    CALIBRATION_SEE = "calibration:see"
    AGREEMENT_SEE = "agreement:see"
    SEVERITY_SEE = "severity:see"
    SELF_EVALUATE = "evaluation:self"
    DISPUTE_RAISE = "dispute:raise"
    DISPUTE_JUDGE = "dispute:judge"
    DISPUTE_ASSIGN = "dispute:assign"
    DISPUTE_SEE = "dispute:see"
    REPORT_MAKE = "report:make"
    REPORT_SEE = "report:see"
    TALK_LEAD = "talk:lead"
    TALK_SEE = "talk:see"
    TALK_JOIN = "talk:join"
    CLIP_MAKE = "clip:make"
    KUDOS_GIVE = "kudos:give"
    PULSE_LEAD = "pulse:lead"
    PULSE_ANSWER = "pulse:answer"
    OVERVIEW_SEE = "overview:see"
    PROGRAMME_MANAGE = "programme:manage"
    VISIT_FILL = "visit:fill"
    VISIT_SEE = "visit:see"
    HOLD_PLACE = "hold:place"
    AUDIT_SEE = "audit:see"
    TOKEN_USE = "token:use"  # noqa: S105 - the name of a permission


_EVERYONE = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.DRAW_SEE, Permission.TOKEN_USE})

_SUPERVISOR = _EVERYONE | {
    Permission.INTERACTION_ADD,
    Permission.INTERACTION_SEE,
    Permission.RECORDING_PLAY,
    Permission.TRANSCRIPT_CORRECT,
    Permission.JOB_SEE,
    Permission.JOB_CANCEL,
    Permission.CARD_SEE,
    Permission.CARD_DESIGN,
    Permission.TEMPLATE_USE,
    Permission.TEMPLATE_SHARE,
    Permission.PLAN_MANAGE,
    Permission.EVALUATION_SEE,
    Permission.EVALUATION_RELEASE,
    Permission.CALIBRATION_LEAD,
    Permission.CALIBRATION_SEE,
    Permission.AGREEMENT_SEE,
    Permission.SEVERITY_SEE,
    Permission.DISPUTE_JUDGE,
    Permission.DISPUTE_ASSIGN,
    Permission.DISPUTE_SEE,
    Permission.REPORT_MAKE,
    Permission.REPORT_SEE,
    Permission.TALK_LEAD,
    Permission.TALK_SEE,
    Permission.CLIP_MAKE,
    Permission.KUDOS_GIVE,
    Permission.PULSE_LEAD,
    Permission.OVERVIEW_SEE,
    Permission.PROGRAMME_MANAGE,
    Permission.VISIT_SEE,
    Permission.SOURCE_MANAGE,
    Permission.HOLD_PLACE,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _SUPERVISOR | {Permission.PEOPLE_MANAGE, Permission.CARD_MANAGE, Permission.AUDIT_SEE},
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.REVIEWER: _EVERYONE
    | {
        Permission.EVALUATION_SCORE,
        Permission.EVALUATION_SEE,
        Permission.CALIBRATION_SEE,
        Permission.SEVERITY_SEE,
        Permission.DISPUTE_JUDGE,
        Permission.DISPUTE_SEE,
        Permission.INTERACTION_SEE,
        Permission.RECORDING_PLAY,
        Permission.TRANSCRIPT_CORRECT,
        Permission.CARD_SEE,
        Permission.TEMPLATE_USE,
        Permission.CLIP_MAKE,
        Permission.KUDOS_GIVE,
        Permission.PULSE_ANSWER,
    },
    Role.AGENT: _EVERYONE
    | {
        Permission.EVALUATION_SEE,
        Permission.EVALUATION_ACKNOWLEDGE,
        Permission.SELF_EVALUATE,
        Permission.DISPUTE_RAISE,
        Permission.DISPUTE_SEE,
        Permission.INTERACTION_SEE,
        Permission.RECORDING_PLAY,
        Permission.REPORT_SEE,
        Permission.CARD_SEE,
        Permission.TALK_SEE,
        Permission.TALK_JOIN,
        Permission.KUDOS_GIVE,
        Permission.PULSE_ANSWER,
    },
    Role.SHOPPER: (_EVERYONE - {Permission.DRAW_SEE, Permission.TOKEN_USE})
    | {Permission.VISIT_FILL, Permission.VISIT_SEE},
}


def may(role: Role | None, permission: Permission) -> bool:
    """Tell whether somebody of the role may; without a role only what is public."""
    return permission is Permission.PUBLIC if role is None else permission in GRANTS[role]


ROLE_LABELS: dict[Role, Text] = {
    Role.ADMIN: _("Administrator"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.REVIEWER: _("Reviewer"),
    Role.AGENT: _("Agent"),
    Role.SHOPPER: _("Mystery shopper"),
}
