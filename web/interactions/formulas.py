"""How each figure of a conversation is worked out, in a sentence or two for its reader."""

from qa.i18n import _

TALKS = _("The time in which the party speaks, pauses inside what it says included; counted once where turns overlap.")
TALK_SHARE = _("The party's talk ÷ the talk of all parties together. Where two speak at once it counts for both.")
LISTENS = _(
    "The time in which another party speaks and this one says no more than a nod such as “mm-hm” ÷ the time from the first to the last word without hold."
)
WORDS_A_MINUTE = _("Words ÷ minutes of the party's own talk; from five seconds of talk on.")
LONGEST_STRETCH = _(
    "The longest the party speaks before another one takes a turn; pauses of up to two seconds and nods of the other do not end it."
)
INTERRUPTS = _(
    "How often the party begins while another one speaks and both go on for 0.3 seconds or more. Nods of up to three words do not count, nor going on within a second after being interrupted."
)
INTERRUPTIONS = _(
    "An interruption took the floor when the other one stopped first, within two seconds, and did not go on within a second. Whether a sentence was as good as finished cannot be told from times."
)
DEAD_AIR = _(
    "Silences of ten seconds or more between the first and the last word, not on hold and not after the farewell. Announced: the agent asked for patience within ten seconds before. Why it was silent cannot be heard; a slow system is not the agent's."
)
SILENCE = _(
    "Stretches of three seconds or more between the first and the last word in which nobody speaks, hold left out."
)
HOLD = _(
    "Music or tones of five seconds or more after the first word, or twenty seconds without any sound of the agent."
)
UNRECORDED = _("Time between the recordings of one conversation. It counts as no silence, no hold and no wait.")
TRANSFERS = _(
    "Told by what came with the recording (certain), or heard: it is announced, it rings in the middle, or a third voice speaks for five seconds. Two signs within a minute are likely, one is possible."
)
OVERLAP = _("The time in which two parties or more speak at once.")
FIRST_WORD = _("From the start of the recording to the agent's first word.")
ONE_CHANNEL = _("This recording has one channel: who interrupts whom cannot be told and is not counted.")

MESSAGES = _("Messages of the party; those of bots and systems and internal notes do not count.")
IN_A_ROW = _("The most messages the party wrote before the other one did.")
FIRST_ANSWER = _(
    "From the customer's first message to the agent's first one after it. The time with a bot or in a queue is in it."
)
HALF_OF_ANSWERS = _("The median of all answers, each from the customer's first unanswered message.")
LONGEST_WAIT = _("The longest from a customer's first unanswered message to the agent's answer.")
GAPS = _(
    "Pauses between two messages. The agent's: the customer wrote last, or the agent had asked for patience. The customer's: the agent wrote last."
)
UNANSWERED = _("Messages of the customer at the end that no agent answered. A word of thanks needs no answer.")
BUSINESS_HOURS = _("Business hours are not known here: a night counts as waiting.")
