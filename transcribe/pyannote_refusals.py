"""What a user is told when a speaker model is missing, gated or broken, and what they can do about it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from transcribe.errors import N_, ModelError

#: Every git-lfs pointer begins so; the model itself was not downloaded.
POINTER = b"version https://git-lfs"
TOKEN_PREFIX = "hf_"  # noqa: S105 - a prefix, not a token
CONFIG = "config.yaml"
#: What lies in a subfolder that config.yaml names, by the parameter that names it.
PARTS = {
    "segmentation": ("pytorch_model.bin",),
    "embedding": ("pytorch_model.bin",),
    "plda": ("xvec_transform.npz", "plda.npz"),
}

NO_NAME = N_("{model} is neither a folder on this machine nor the name of a model (owner/name).")


def is_hub_name(name: str) -> bool:
    """Whether ``name`` has the form owner/name."""
    return re.fullmatch(r"[\w.-]+/[\w.-]+", name) is not None


def check_folder(folder: Path) -> None:
    """Look at a model folder before anything tries to load it; raise ``ModelError`` for the first thing wrong."""
    if not folder.is_dir():
        raise ModelError(N_("The speaker model's folder {folder} does not exist."), folder=str(folder))
    config = folder / CONFIG
    if not config.is_file():
        raise ModelError(
            N_("The folder {folder} holds no config.yaml, so it is no pyannote speaker model."), folder=str(folder)
        )
    for part in _parts(config):
        path = folder / part
        if not path.is_file():
            raise ModelError(
                N_("The speaker model in {folder} is not complete: {part} is missing."), folder=str(folder), part=part
            )
        _check_content(path, part=part, folder=folder)


def check_token(token: str | None) -> None:
    """Refuse a token that pyannote would drop without a word."""
    if token is not None and not token.startswith(TOKEN_PREFIX):
        raise ModelError(
            N_("The model token does not begin with hf_ and would be ignored: copy the whole token again.")
        )


def explained(error: Exception, *, model: str) -> ModelError:
    """The sentence for what loading ``model`` raised.

    The hub's exceptions are subclasses of each other: a gated model is also a repository that was not found and an
    HTTP error, so the narrowest is asked for first.
    """
    from huggingface_hub.errors import (  # noqa: PLC0415 - comes with pyannote
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    # The hub's client hides an answer such as 429 or 503 behind the entry that is not in the cache.
    answer = getattr(error, "response", None) or getattr(error.__cause__, "response", None)
    status = getattr(answer, "status_code", None)
    if isinstance(error, GatedRepoError):
        return _gated(_asked(answer) or model, status=status)
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(
            N_("There is no speaker model named {model}, or the token may not see it. Check the name."),
            model=_asked(answer) or model,
        )
    if isinstance(error, LocalEntryNotFoundError) and status is None:
        return ModelError(
            N_(
                "The model hub cannot be reached and the speaker model {model} is not on this machine. "
                "Copy its folder here and name that folder in STEEKPROEF_SPEAKER_MODEL."
            ),
            model=model,
        )
    if isinstance(error, EntryNotFoundError) and not isinstance(error, LocalEntryNotFoundError):
        return ModelError(
            N_("The model {model} holds no config.yaml, so it is no pyannote speaker model."), model=model
        )
    if isinstance(error, HfHubHTTPError | LocalEntryNotFoundError):
        return _answered(model, status=status)
    if isinstance(error, HFValidationError):
        return ModelError(NO_NAME, model=model)
    return ModelError(
        N_("The speaker model {model} could not be read ({reason}). Download it again."),
        model=model,
        reason=type(error).__name__,
    )


def _asked(answer: object) -> str | None:
    """The model whose file the hub refused: a pipeline's part may be gated by itself, with terms of its own."""
    path = urlsplit(str(getattr(answer, "url", ""))).path.strip("/")
    owner_and_name, found, _rest = path.partition("/resolve/")
    return owner_and_name if found else None


def _gated(model: str, *, status: object) -> ModelError:
    from huggingface_hub.constants import ENDPOINT  # noqa: PLC0415 - comes with pyannote

    page = f"{ENDPOINT}/{model}"
    if status == 403:
        return ModelError(
            N_(
                "Your token works, but the terms of {model} are not accepted for this account. "
                "Open {page}, accept them, and try again."
            ),
            model=model,
            page=page,
        )
    return ModelError(
        N_(
            "The speaker model {model} needs a free account at the model hub: 1. accept the terms at {page}, "
            "2. make a token that may read, 3. set it as STEEKPROEF_HUB_TOKEN. Or copy the model's folder to this "
            "machine and name it in STEEKPROEF_SPEAKER_MODEL. Stereo calls need none of this."
        ),
        model=model,
        page=page,
    )


def _answered(model: str, *, status: object) -> ModelError:
    if status == 401:
        return ModelError(N_("The model token is not valid: it has expired or was mistyped. Make a new one."))
    if status == 429:
        return ModelError(N_("The model hub asks to wait before {model} is fetched again. Try later."), model=model)
    return ModelError(
        N_("The model hub answered {status} when asked for {model}. Try later."), status=status or "?", model=model
    )


def parts_elsewhere(folder: Path) -> list[str]:
    """The hub's names of those parts that a pipeline's config.yaml names and that do not lie in its folder."""
    named = [value for key, value in _params(folder / CONFIG).items() if key in PARTS and isinstance(value, str)]
    return [value for value in named if is_hub_name(value)]


def _parts(config: Path) -> list[str]:
    """The files that ``config`` says lie beside it."""
    found: list[str] = []
    for key, value in _params(config).items():
        if key in PARTS and isinstance(value, str) and value.startswith("$model/"):
            found += [f"{value.removeprefix('$model/')}/{name}" for name in PARTS[key]]
    return found


def _params(config: Path) -> dict[str, object]:
    try:
        settings = yaml.safe_load(config.read_text(encoding="utf-8"))
        return dict(settings["pipeline"].get("params", {}))
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(N_("The file {file} does not describe a pyannote pipeline."), file=str(config)) from error


def _check_content(path: Path, *, part: str, folder: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(len(POINTER))
    if beginning == POINTER:
        raise ModelError(
            N_(
                "{part} in {folder} is only a git-lfs pointer, not the model itself. "
                "Run `git lfs pull` there or download the file."
            ),
            part=part,
            folder=str(folder),
        )
    if not beginning.startswith(b"PK"):
        raise ModelError(
            N_("{part} in {folder} is empty, cut short or no model. Download it again."), part=part, folder=str(folder)
        )
