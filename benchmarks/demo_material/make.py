"""Make the demo company's material: ``python -m benchmarks.demo_material.make [recordings] [chats] [--to FOLDER]``.

Recordings need espeak-ng; the folder they end up in is part of the product, so that nobody who runs the demo does.
"""

import argparse
import csv
import io
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.demo_material import contact_files
from benchmarks.demo_material.call_audio import Call, make_call
from benchmarks.demo_material.calls import subject
from benchmarks.demo_material.contacts import ContactPlan, scripts, write_contact
from benchmarks.demo_material.encoding import CONTAINERS, write
from benchmarks.demo_material.plan import CallPlan, plan
from benchmarks.demo_voice.grammar import LANGUAGES
from benchmarks.demo_voice.synthesis import SynthesisError
from qa.interactions.kinds import Channel
from qa.interactions.reading.jsonl import write_jsonl
from qa.interactions.reading.values import IncomingConversation

MATERIAL = Path(__file__).parents[2] / "qa" / "demo" / "material"
_COLUMNS = ("reference", "file", "agent", "started_at", "direction", "queue", "language")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is asked for and write the manifest; answers 0, or 1 with a sentence on standard error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="recordings|chats", help="what to make; without it, both")
    parser.add_argument("--to", type=Path, default=MATERIAL, help="the folder of the material")
    given = parser.parse_args(arguments)
    wanted = set(given.what or ("recordings", "chats"))
    if not wanted <= {"recordings", "chats"}:
        parser.error("Say recordings, chats, or nothing for both.")
    folder: Path = given.to
    manifest_file = folder / "manifest.json"
    known = json.loads(manifest_file.read_text(encoding="utf-8")) if manifest_file.exists() else {}
    try:
        recordings = make_recordings(folder) if "recordings" in wanted else known.get("recordings", [])
    except SynthesisError as error:
        print(error, file=sys.stderr)
        return 1
    chats = make_chats(folder) if "chats" in wanted else known.get("chats", [])
    manifest_file.write_text(_json(manifest(recordings=recordings, chats=chats)), encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    minutes = sum(recording["duration_ms"] for recording in recordings) / 60_000
    print(f"{len(recordings)} recordings of {minutes:.1f} minutes, {len(chats)} files of contacts, {size / 1e6:.2f} MB")
    return 0


def make_recordings(folder: Path) -> list[dict[str, Any]]:
    """Make every call with its truth and each source's metadata; return what the manifest says of them."""
    for name in ("recordings", "truth/recordings"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    listed = []
    rows: dict[str, list[dict[str, str]]] = {}
    for call in plan().calls:
        made = make_call(call, seed=plan().seed)
        container = CONTAINERS[call.container]
        file = f"{call.reference}.{container.suffix}"
        place = folder / "recordings" / call.source.name
        place.mkdir(exist_ok=True)
        write(place / file, channels=made.channels, container=container)
        (folder / "truth" / "recordings" / f"{call.reference}.json").write_text(
            _json(truth(made), compact=True), encoding="utf-8"
        )
        rows.setdefault(call.source.name, []).append(_row(call, file=file))
        listed.append(_listed(made, file=f"recordings/{call.source.name}/{file}"))
    for source, entries in rows.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(entries)
        (folder / "recordings" / source / "metadata.csv").write_text(out.getvalue(), encoding="utf-8")
    return listed


def truth(made: Call) -> dict[str, Any]:
    """Return who said which word when, and where the customer was on hold."""
    return {
        "reference": made.plan.reference,
        "language": made.plan.language,
        "duration_ms": made.duration_ms,
        "channels": list(made.plan.source.channels) or ["mix"],
        "turns": [
            {
                "role": turn.role,
                "start_ms": turn.start_ms,
                "end_ms": turn.end_ms,
                "text": turn.text,
                "words": [{"text": text, "start_ms": start, "end_ms": end} for text, start, end in turn.words],
            }
            for turn in made.turns
        ],
        "holds": [{"start_ms": start, "end_ms": end} for start, end in made.holds],
    }


def _row(call: CallPlan, *, file: str) -> dict[str, str]:
    return {
        "reference": call.reference,
        "file": file,
        "agent": call.agent.reference,
        "started_at": f"{call.started_at:%Y-%m-%d %H:%M:%S}",
        "direction": "outbound" if call.source.name == "dialler" else "inbound",
        "queue": plan().teams[call.language],
        "language": call.language,
    }


def _listed(made: Call, *, file: str) -> dict[str, Any]:
    call = made.plan
    return {
        "reference": call.reference,
        "source": call.source.name,
        "file": file,
        "truth": f"truth/recordings/{call.reference}.json",
        "agent": call.agent.reference,
        "language": call.language,
        "started_at": f"{call.started_at:%Y-%m-%dT%H:%M:%S}",
        "duration_ms": made.duration_ms,
        "subject": subject(call),
        "scenario": call.scenario,
        "outcome": call.outcome,
        "conditions": sorted(call.conditions),
    }


def make_chats(folder: Path) -> list[dict[str, Any]]:
    """Make every written contact, its file, and all of them once more in the product's own format as truth."""
    for name in ("chats", "truth/chats"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    listed = []
    for language in LANGUAGES:
        contacts = _contacts(language)
        everything = [conversation for conversations in contacts.values() for conversation in conversations]
        (folder / "truth" / "chats" / f"{language}.jsonl").write_bytes(write_jsonl(everything))
        for name, conversations in contacts.items():
            listed += _written(folder / "chats", format_name=name, language=language, conversations=conversations)
    return listed


def _contacts(language: str) -> dict[str, list[IncomingConversation]]:
    agents = [agent for agent in plan().agents.values() if agent.team == language]
    scenarios = list(scripts(language)["scenarios"])
    contacts: dict[str, list[IncomingConversation]] = {}
    number = 0
    for name, (count, channel) in plan().contacts.items():
        for _ in range(count):
            stem = f"{name}-{language}-{number + 1:02d}"
            contact = ContactPlan(
                reference=f"{stem}@{contact_files.OWN_DOMAIN}" if channel == "email" else stem,
                agent=agents[number % len(agents)],
                channel=Channel(channel),
                scenario=scenarios[number % len(scenarios)],
                rich=channel == "chat",
                seed=plan().seed,
            )
            contacts.setdefault(name, []).append(write_contact(contact))
            number += 1
    return contacts


def _written(
    folder: Path, *, format_name: str, language: str, conversations: Sequence[IncomingConversation]
) -> list[dict[str, Any]]:
    """Write the files of one format and language; return what the manifest says of each."""
    files: list[tuple[str, bytes, Sequence[IncomingConversation]]] = []
    extra: dict[str, Any] = {}
    match format_name:
        case "jsonl":
            # One language shows the form with a conversation on a line, the other that with a message on a line.
            data = write_jsonl(conversations, by_message=language == "en")
            files.append((f"webchat-{language}.jsonl", data, conversations))
        case "csv":
            data = contact_files.csv_file(conversations, language=language)
            files.append((f"chats-{language}.csv", data, conversations))
            extra["mapping"] = f"chats/chats-{language}.mapping.json"
            mapping = folder / f"chats-{language}.mapping.json"
            mapping.write_text(_json(contact_files.csv_columns(language)), encoding="utf-8")
        case "zendesk":
            files.append((f"zendesk-{language}.json", contact_files.zendesk_file(conversations), conversations))
        case "mbox":
            files.append((f"mail-{language}.mbox", contact_files.mailbox_file(conversations), conversations))
            extra["own_domains"] = [contact_files.OWN_DOMAIN]
        case "whatsapp":
            files += [
                (f"whatsapp/{one.reference}.txt", contact_files.whatsapp_file(one), [one]) for one in conversations
            ]
        case _:
            files += [
                (f"transcripts/{one.reference}.vtt", contact_files.webvtt_file(one), [one]) for one in conversations
            ]
    listed = []
    for file, data, held in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(data)
        listed.append(
            {
                "file": f"chats/{file}",
                "format": format_name,
                "language": language,
                "channel": held[0].channel.value,
                **extra,
                "conversations": [
                    {
                        "reference": one.reference,
                        "agent": one.agent_reference,
                        "started_at": f"{one.started_at:%Y-%m-%dT%H:%M:%SZ}",
                        "subject": one.subject,
                        "messages": len(one.messages),
                    }
                    for one in held
                ],
            }
        )
    return listed


def manifest(*, recordings: list[dict[str, Any]], chats: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the folder holds. Every time in it lies in the weeks after ``base_monday``; the demo moves them."""
    company = plan()
    agents = [
        {
            **asdict(agent),
            "full_name": contact_files.full_name(agent),
            "email": contact_files.mail_address(agent),
            "manner": agent.manner.value,
        }
        for agent in company.agents.values()
    ]
    shown = ("reference", "full_name", "name", "surname", "email", "team", "manner")
    return {
        "base_monday": f"{company.base_monday:%Y-%m-%d}",
        "time_zone": company.time_zone,
        "company": dict(company.company),
        "teams": dict(company.teams),
        "agents": [{name: agent[name] for name in shown} for agent in agents],
        "sources": [
            {
                "name": source.name,
                "folder": f"recordings/{source.name}",
                "metadata": f"recordings/{source.name}/metadata.csv",
                "language": source.language,
                "channels": list(source.channels),
            }
            for source in company.sources.values()
        ],
        "recordings": recordings,
        "chats": chats,
    }


def _json(value: object, *, compact: bool = False) -> str:
    indent, separators = (None, (",", ":")) if compact else (1, (",", ": "))
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators) + "\n"


if __name__ == "__main__":
    sys.exit(main())
