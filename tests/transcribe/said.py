"""Turns of a call made by hand, for the tests of its figures."""

from hypothesis import strategies as st

from transcribe.types import AudioEvent, Layout, Role, Transcript, Turn, Word


def turn(role: Role, start_ms: int, end_ms: int, said: str = "this", *, speaker: str = "") -> Turn:
    """A turn whose words all last as long as it does."""
    return Turn(
        speaker or role.value, role, start_ms, end_ms, tuple(Word(word, start_ms, end_ms) for word in said.split())
    )


def agent(start_ms: int, end_ms: int, said: str = "this") -> Turn:
    """A turn of the agent."""
    return turn(Role.AGENT, start_ms, end_ms, said)


def customer(start_ms: int, end_ms: int, said: str = "that") -> Turn:
    """A turn of the customer."""
    return turn(Role.CUSTOMER, start_ms, end_ms, said)


def call(
    *turns: Turn, duration_ms: int = 60_000, events: tuple[AudioEvent, ...] = (), layout: Layout | None = None
) -> Transcript:
    """A call of a minute."""
    return Transcript("en", duration_ms, turns, events=events, layout=layout)


#: Up to ten turns of three parties anywhere in a minute, over each other or not.
any_turns = st.lists(
    st.builds(
        lambda role, start, length, said: turn(role, start, start + length, said),
        st.sampled_from([Role.AGENT, Role.CUSTOMER, Role.UNKNOWN]),
        st.integers(0, 50_000),
        st.integers(1, 10_000),
        st.sampled_from(["this", "mm-hm", "one moment please", "bye"]),
    ),
    max_size=10,
)
