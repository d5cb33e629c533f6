"""Files with answers: every way to write them gives the same, and each fault names its line and column."""

from pathlib import Path

import pytest

from qa.feedback.reading import LARGEST_DOCUMENT, ReadOptions, read_answers
from qa.feedback.values import IncomingAnswer, Satisfaction, Scale, parse_scale
from qa.i18n import Language, say
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.reading.values import Problem


def read(
    path: Path, data: bytes | str, *, name: str = "answers.csv", **options: object
) -> tuple[list[IncomingAnswer], list[str]]:
    path = path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = list(read_answers(path, name=name, options=ReadOptions("Europe/Amsterdam", **options)))  # type: ignore[arg-type]
    problems = [say(one.text, Language.EN) for one in found if isinstance(one, Problem)]
    return [one for one in found if isinstance(one, IncomingAnswer)], problems


def test_dutch_and_english_headers_say_the_same(tmp_path: Path) -> None:
    dutch = "Gespreksnummer;Antwoord-id;Ingevuld op;Tevredenheid;Aanbevelen;Gemak;Opgelost;Toelichting;Taal\nG-1;r1;28-03-2026 14:30;4;9;6;ja;Fijn geholpen;Nederlands\n"
    english = "reference,id,answered_at,csat,nps,ces,resolved,comment,language\nG-1,r1,2026-03-28 14:30,4,9,6,yes,Fijn geholpen,nl\n"
    [first], none = read(tmp_path, dutch)
    [second], _none = read(tmp_path, english)
    assert none == []
    assert first == second
    assert first.csat == Satisfaction("4", Scale(1, 5), 7500)
    assert (first.nps, first.ces, first.resolved, first.language) == (9, 6, True, "nl")
    assert first.answered_at is not None
    assert first.answered_at.isoformat() == "2026-03-28T13:30:00+00:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ("reference", "csat", "comment"),
        ("G-1", "5", "Geweldig, één dag later opgelost"),
        ("G-2", "1", "Crème brûlée"),
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found, problems = read(tmp_path, text.encode(encoding))
    assert problems == []
    assert [one.comment for one in found] == [row[2] for row in rows[1:]]


def test_each_fault_names_its_line_and_column_and_the_rest_goes_on(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path,
        "Kenmerk;Cijfer;Aanbevelen;Opgelost;Beantwoord\n"
        "G-1;4;10;ja;1-3-2026 10:00\n"
        "G-2;6;10;ja;\n"
        "G-3;4;11;ja;\n"
        "G-4;4;10;misschien;\n"
        ";4;10;ja;\n"
        "G-5;4;10;ja;gisteren\n"
        "G-6;4;10\n"
        '"two\nlines";4;10;ja;\n'
        "G-7;2,5;;;\n",
    )
    assert [one.reference for one in found] == ["G-1", "two\nlines", "G-7"]
    assert found[2].csat == Satisfaction("2.5", Scale(1, 5), 3750)
    assert [problem.split(": ", 2)[0] for problem in problems] == [f"answers.csv, line {line}" for line in range(3, 9)]
    assert [problem.split("Column ")[-1][:12] for problem in problems[:5]] == [
        "“Cijfer”: a ", "“Aanbevelen”", "“Opgelost”: ", "“Kenmerk”: t", "“Beantwoord”",
    ]  # fmt: skip
    assert "from 1 to 5" in problems[0]
    assert not any("misschien" in problem or "gisteren" in problem for problem in problems[:4])


def test_the_scale_comes_from_the_line_the_mapping_or_whoever_sends_it(tmp_path: Path) -> None:
    [line], _none = read(tmp_path, "reference,csat,csat_scale\nG-1,80,0-100\n")
    assert line.csat == Satisfaction("80", Scale(0, 100), 8000)
    [mapped], _none = read(
        tmp_path,
        "Ticket,Score\nG-1,7\n",
        mapping=ColumnMapping({"reference": "Ticket", "csat": "Score"}, constants={"csat_scale": "1-10"}),
    )
    assert mapped.csat is not None
    assert mapped.csat.hundredths == 6667
    [stated], _none = read(tmp_path, "reference,csat\nG-1,1\n", scale=parse_scale("0 - 1"))
    assert stated.csat is not None
    assert stated.csat.hundredths == 10_000


def test_json_and_json_lines_say_the_same(tmp_path: Path) -> None:
    one = '{"interaction_id": "G-1", "rating": 4, "solved": true, "asked": false, "comment": null}'
    [lines], _none = read(tmp_path, one + "\n", name="answers.jsonl")
    [listed], _none = read(tmp_path, f"[{one}]", name="answers.json")
    [within], _none = read(tmp_path, f'{{"answers": [{one}]}}', name="answers.json")
    assert (lines.csat, lines.resolved, lines.invited) == (listed.csat, listed.resolved, listed.invited)
    assert listed == within
    assert (lines.resolved, lines.invited, lines.comment) == (True, False, "")


def test_faults_in_json_name_the_line_or_the_answer(tmp_path: Path) -> None:
    good = '{"reference": "G-1", "csat": 4}'
    found, problems = read(tmp_path, f"{good}\n{{broken\n[1]\n{good}\n", name="answers.jsonl")
    assert len(found) == 2
    assert [problem.split(":")[0] for problem in problems] == ["answers.jsonl, line 2", "answers.jsonl, line 3"]
    found, problems = read(tmp_path, f'[{good}, 5, {{"reference": "G-2", "csat": 9}}]', name="answers.json")
    assert len(found) == 1
    assert [problem.split(": ")[1] for problem in problems] == ["Answer 2", "Answer 3"]
    _found, [problem] = read(tmp_path, '{"reference": "G-1"', name="answers.json")
    assert "breaks off" in problem


def test_files_that_hold_no_answers_say_so(tmp_path: Path) -> None:
    for data, name, words in (
        (b"", "answers.csv", "empty"),
        (b"PK\x03\x04rest", "answers.csv", "workbook"),
        (b"a,b\n1,2\n", "answers.csv", "reference"),
        (b"reference,agent\nG-1,x\n", "answers.csv", "csat, nps, ces, resolved or comment"),
        (b'"text"', "answers.json", "no list of answers"),
        (b"[]", "answers.json", "no list of answers"),
        (b"[" + b" " * LARGEST_DOCUMENT + b"]", "answers.json", "at most 20 MB"),
    ):
        found, problems = read(tmp_path, data, name=name)
        assert found == []
        assert words in problems[0], problems
    [gone] = read_answers(tmp_path / "gone.csv", name="gone.csv", options=ReadOptions("UTC"))
    assert isinstance(gone, Problem)
    assert "no such file" in str(gone.text)


def test_a_scale_that_goes_nowhere_is_refused(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "reference,csat,csat_scale\nG-1,4,5-1\nG-2,4,five\n")
    assert found == []
    assert all("such as 1-5" in problem for problem in problems)


def test_a_damaged_line_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    good = "".join(f"G-{number},5,één goede dag\n" for number in range(3000))
    found, problems = read(
        tmp_path, b"reference,csat,comment\n" + good.encode() + b"G-x,5,kapot \xe9\n" + b"G-y,5,ok\n"
    )
    assert len(found) == 3001
    assert [problem.split(":")[0] for problem in problems] == ["answers.csv, line 3002"]
