"""Every setting, read once from ``STEEKPROEF_…`` environment variables into a frozen value."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.errors import InvalidError
from qa.i18n import Language, _

PREFIX = "STEEKPROEF_"

#: A hundred years; what is longer has no end.
LONGEST_TERM_MONTHS = 1_200


#: The line the README and `doctor` print for each setting.
ABOUT: dict[str, str] = {
    "data_dir": "Folder for the database (SQLite), recordings and reports.",
    "database_url": "Database; empty means SQLite in the data folder. PostgreSQL: postgresql+psycopg://…",
    "secret_key": "Key that signs cookies; empty means one is made and kept in the data folder.",
    "host": "Address to listen on.",
    "port": "Port to listen on.",
    "base_url": "Address users type, for links in invitations and reports; empty means host and port.",
    "secure_cookies": "Send cookies over https only; switch on behind a proxy that speaks https.",
    "company": "Name of the company, shown on pages and reports.",
    "language": "Language of a visitor whose own is not known: en or nl.",
    "time_zone": "Time zone of the company.",
    "broker_url": "Redis or RabbitMQ that carries job numbers; empty means the worker reads the job table itself.",
    "worker_threads": "Jobs a worker does at the same time.",
    "speech_threads": "Processor threads of the speech models; 0 means cores divided by worker threads.",
    "speech_device": "Where the speech models run: cpu, cuda, or auto: a GPU where there is one.",
    "asr_engine": "What recognises speech: openai-whisper, faster-whisper (extra fast), or server.",
    "asr_model": "Whisper model: an official name, a path, or demo-voice; what the engine calls it.",
    "asr_batch": "Windows of speech recognised at a time; 0 means what suits the engine.",
    "asr_server": "Address of a transcription server with OpenAI's interface, for the engine server.",
    "asr_server_key": "Key that the transcription server asks for.",
    "asr_server_outside": "Allow a transcription server outside private networks: recordings then leave the company.",
    "asr_languages": "Languages a recording may be in.",
    "speaker_model": "Tells speakers of mono calls apart: a pyannote folder or hub name, an .onnx file, tiny-speakers, or none.",
    "hub_token": "Read token for gated models; begins with hf_.",
    "model_dir": "Folder where models lie; empty means models in the data folder.",
    "upload_limit_mb": "Largest upload in MiB.",
    "recording_limit_minutes": "Longest recording that is accepted.",
    "part_wait_minutes": "Minutes that are waited for a part of a conversation that has not come.",
    "session_hours": "Hours after which an unused sign-in ends.",
    "link_hours": "Hours an invitation or password link is valid.",
    "token_days": "Days an access token for the API is valid at most.",
    "api_per_minute": "Requests a minute that one address may send to the API.",
    "phrases": "File with the phrases that are looked for in conversations; empty means the list that is shipped.",
    "mute_holds": "Silence stretches on hold in recordings before they are stored.",
    "redact": "What is hidden in transcripts and messages before they are stored; none for nothing.",
    "own_domains": "The company's own e-mail domains, with commas: mail from there is an agent's.",
    "repeat_percent": "Of a hundred drawn interactions, how many the same reviewer scores again later, unmarked; 0 for none.",
    "repeat_days": "Days after which a scored interaction can return to its reviewer.",
    "claim_minutes": "Minutes that what was taken from a pool stays its reviewer's without being saved.",
    "release_at_once": "Show an evaluation to its agent as soon as it is submitted; off, a supervisor releases it, after a meeting for instance.",
    "dispute_days": "Days after its release within which an agent can dispute an evaluation.",
    "dispute_limit": "How often one evaluation can be disputed; 0 for never.",
    "dispute_criterion_limit": "How often one criterion of an evaluation can be disputed.",
    "judge_days": "Days within which a dispute is to be decided; what is later is marked, nothing more.",
    "hide_agents": "Hide from reviewers whose work they score; a name that is said in a conversation stays.",
    "hide_reviewers": "Hide from agents who scored their work, and who judged their disputes.",
    "keep_sound_months": "Months that the sound of a recording is kept; 0 for no end. It goes with the texts at the latest.",
    "keep_texts_months": "Months that transcripts, messages and what customers answered are kept; 0 for no end.",
    "keep_evaluations_months": "Months that the texts of an evaluation, and a coaching report, are kept; 0 for no end. Figures stay.",
    "keep_waiting_months": "Months that a customer's answer waits for an interaction that does not come; 0 for no end.",
    "smtp_url": "Mail server: smtp://user:password@host:587, or smtps://… for TLS from the start; empty means no e-mail.",
    "mail_from": "Address that e-mail comes from.",
    "demo": "Set by the demo: its front page says who to sign in as.",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The product's settings, by the names of their variables in lower case."""

    data_dir: Path = Path("data")
    database_url: str = ""
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    secure_cookies: bool = False
    company: str = ""
    language: Language = Language.EN
    time_zone: str = "Europe/Amsterdam"
    broker_url: str = ""
    worker_threads: int = 1
    speech_threads: int = 0
    speech_device: str = "auto"
    asr_engine: str = "openai-whisper"
    asr_model: str = "demo-voice"
    asr_batch: int = 0
    asr_server: str = ""
    asr_server_key: str = ""
    asr_server_outside: bool = False
    asr_languages: str = "nl,en"
    speaker_model: str = "tiny-speakers"
    hub_token: str = ""
    model_dir: str = ""
    upload_limit_mb: int = 512
    recording_limit_minutes: int = 240
    part_wait_minutes: int = 30
    session_hours: int = 12
    link_hours: int = 72
    token_days: int = 365
    api_per_minute: int = 600
    phrases: str = ""
    mute_holds: bool = True
    redact: str = "card,card_code,citizen_number,iban"
    own_domains: str = ""
    repeat_percent: int = 2
    repeat_days: int = 90
    claim_minutes: int = 60
    release_at_once: bool = False
    dispute_days: int = 14
    dispute_limit: int = 2
    dispute_criterion_limit: int = 1
    judge_days: int = 7
    hide_agents: bool = False
    hide_reviewers: bool = False
    keep_sound_months: int = 12
    keep_texts_months: int = 24
    keep_evaluations_months: int = 24
    keep_waiting_months: int = 3
    smtp_url: str = ""
    mail_from: str = ""
    demo: bool = False

    @property
    def database(self) -> str:
        """The database's address, filled in where the setting is empty."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'steekproef.db').resolve()}"

    @property
    def models(self) -> Path:
        """The folder where models lie."""
        return Path(self.model_dir) if self.model_dir else self.data_dir / "models"

    @property
    def address(self) -> str:
        """The address users type, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a recording may be in."""
        return tuple(part.strip() for part in self.asr_languages.split(",") if part.strip())

    def key(self) -> str:
        """Return the signing key; one is made in the data folder on first use."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret-key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return path.read_text(encoding="ascii").strip()


def setting_names() -> dict[str, str]:
    """Return every environment variable with the line that explains it."""
    return {PREFIX + item.name.upper(): ABOUT[item.name] for item in fields(Settings)}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; a name that begins as ours and is none of ours is refused."""
    given = os.environ if environment is None else environment
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    values: dict[str, object] = {}
    for name, text in given.items():
        if not name.startswith(PREFIX):
            continue
        if name.startswith(PREFIX + "TEST_"):
            continue
        if name not in known:
            raise InvalidError(_("There is no setting {name}. `steekproef doctor` lists them all.", name=name))
        values[known[name].name] = _value(name, text, like=known[name].default)
    found = Settings(**values)  # type: ignore[arg-type]  # each value was made after its default's type
    try:
        ZoneInfo(found.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidError(
            _("STEEKPROEF_TIME_ZONE must be a zone such as Europe/Amsterdam, not {value}.", value=found.time_zone)
        ) from None
    for item in fields(Settings):
        if item.name.startswith("keep_") and not 0 <= getattr(found, item.name) <= LONGEST_TERM_MONTHS:
            raise InvalidError(
                _(
                    "{name} must be a number of months from 0, for no end, to {most}.",
                    name=PREFIX + item.name.upper(),
                    most=LONGEST_TERM_MONTHS,
                )
            )
    return found


def _value(name: str, text: str, *, like: object) -> object:
    if isinstance(like, bool):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"", "0", "false", "no", "off"}:
            return False
        raise InvalidError(_("{name} must be 1 or 0, not {value}.", name=name, value=text))
    if isinstance(like, int):
        try:
            return int(text)
        except ValueError:
            raise InvalidError(_("{name} must be a whole number, not {value}.", name=name, value=text)) from None
    if isinstance(like, Language):
        if text not in set(Language):
            raise InvalidError(_("{name} must be en or nl, not {value}.", name=name, value=text))
        return Language(text)
    if isinstance(like, Path):
        return Path(text).expanduser()
    return text
