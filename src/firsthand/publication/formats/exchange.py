"""Published rows and tables in the open formats of the field: followthemoney, HTCDS 2.0, HURIDOCS ESF, PROV-JSON.

Each writer takes what passed disclosure control and nothing else. What a standard asks for and a protected row does not
have is left out; nothing is guessed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from firsthand.publication.differencing import read_span
from firsthand.publication.formats.table_csv import neutral_cell
from firsthand.publication.records import WITHHELD, PublishedRecords
from firsthand.values.vocabularies import packaged_vocabulary

__all__ = [
    "provenance_as_json",
    "records_as_csv",
    "records_as_esf",
    "records_as_followthemoney",
    "records_as_htcds",
    "records_dictionary_as_csv",
]

_EXPLOITATION = {
    # our act -> HTCDS 2.0 picklist vic_TypeOfExploitation
    "forced_labour": "ForcedLabour",
    "forced_marriage": "ForcedMarriage",
    "sexual_exploitation": "SexualExploitation",
    "child_labour": "ChildLabour",
    "servitude": "Servitude",
    "slavery": "Servitude",
}


def _as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([neutral_cell(cell) for cell in row] for row in rows)
    return target.getvalue()


def _told(records: PublishedRecords) -> list[dict[str, str]]:
    return [
        {name: value for name, value in zip(records.columns, row, strict=True) if value not in {WITHHELD, "not told"}}
        for row in records.rows
    ]


def _years(row: Mapping[str, str]) -> tuple[str, str]:
    span = read_span(row.get("year") or row.get("period") or "")
    return ("", "") if span is None else (f"{span.first:.0f}", f"{span.last:.0f}")


def _act_label(code: str) -> str:
    acts = packaged_vocabulary("acts")
    return acts[code].label("en") if code in acts else code


def records_as_csv(records: PublishedRecords) -> str:
    """One line for each row."""
    return _as_csv(records.columns, records.rows)


def records_dictionary_as_csv(records: PublishedRecords) -> str:
    """What each column holds."""
    rows = [
        [
            name,
            "act code of the vocabulary that ships with Firsthand"
            if name == "act"
            else f"made coarser until at least {records.k} rows look alike",
        ]
        for name in records.columns
    ]
    told = (
        f"one row is one statement, not one person; rows that look alike tell of at least {records.diversity} acts; "
        f"rows that nothing makes alike enough are withheld; {WITHHELD!r}: the column is withheld there"
    )
    rows.append(["(all)", told])
    return _as_csv(["column", "meaning"], rows)


def records_as_followthemoney(records: PublishedRecords, *, dataset: str) -> str:
    """Entities of the schema Event as JSON lines, one for each row; ids are of the release, never of a person."""
    lines = []
    for number, row in enumerate(_told(records)):
        properties: dict[str, list[str]] = {"name": [_act_label(row["act"])], "keywords": [row["act"]]}
        properties["recordId"] = [f"{dataset}-{number + 1}"]
        place = row.get("province") or row.get("country")
        if place:
            properties["location"] = [place]
        first, last = _years(row)
        if first == last and first:
            properties["date"] = [first]
        elif first:
            properties["startDate"], properties["endDate"] = [first], [last]
        identity = hashlib.sha256(f"{dataset}\n{number}".encode()).hexdigest()[:40]
        lines.append(json.dumps({"id": identity, "schema": "Event", "properties": properties}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def records_as_htcds(records: PublishedRecords) -> str:
    """HTCDS 2.0 as CSV: rows of acts of trafficking and exploitation alone; gender is never told.

    Fields that a protected row does not have (names, addresses, ages, the case worker) are left out.
    """
    acts = packaged_vocabulary("acts")
    rows = [
        ["NonSpecifiedUnknown", _EXPLOITATION.get(row["act"], "")]
        for row in _told(records)
        if row["act"] in _EXPLOITATION or (row["act"] in acts and acts[row["act"]].group == "trafficking")
    ]
    return _as_csv(["prs_Gender", "vic_TypeOfExploitation"], rows)


def records_as_esf(records: PublishedRecords) -> dict[str, str]:
    """HURIDOCS Events Standard Formats as CSV, one file for each entity: events with their acts.

    Type of act is the code of microthesaurus 4 where our vocabulary maps to one, else our own code.
    """
    acts = packaged_vocabulary("acts")
    codes = {
        term.code: next(
            (part.strip().split()[1] for part in term.crosswalk.split(";") if part.strip().startswith("HURIDOCS")), ""
        )
        for term in acts
    }
    events, told = [], []
    for number, row in enumerate(_told(records)):
        first, last = _years(row)
        where = row.get("province") or row.get("country") or ""
        events.append([f"E{number + 1}", _act_label(row["act"]), where, first, last])
        told.append([f"A{number + 1}", f"E{number + 1}", codes.get(row["act"]) or row["act"], first, last])
    return {
        "event": _as_csv(
            ["event_record_number", "event_title", "geographical_term", "initial_date", "final_date"], events
        ),
        "act": _as_csv(["act_record_number", "event", "type_of_act", "initial_date", "final_date"], told),
    }


def provenance_as_json(
    digests: Mapping[str, str], *, released: str, replaces: str = "", reason: str = "", claims_count: int | None = None
) -> str:
    """PROV-JSON (W3C member submission, 2013): which file came of which release, and what it replaces.

    People appear as the one agent ``publisher``: who approved is told to nobody outside.
    """
    prefix = {"fh": "urn:firsthand:", "sha256": "urn:sha256:"}
    entities: dict[str, dict[str, object]] = {"fh:release": {"prov:type": "fh:Release", "fh:released": released}}
    generated, derived, member = {}, {}, {}
    for number, (path, digest) in enumerate(sorted(digests.items())):
        name = f"sha256:{digest}"
        entities[name] = {"prov:label": path}
        generated[f"_:g{number}"] = {"prov:entity": name, "prov:activity": "fh:releasing"}
        member[f"_:m{number}"] = {"prov:collection": "fh:release", "prov:entity": name}
    generated["_:g"] = {"prov:entity": "fh:release", "prov:activity": "fh:releasing"}
    if claims_count is not None:
        entities["fh:release"]["fh:counted"] = claims_count
    if replaces:
        entities[f"sha256:{replaces}"] = {"prov:label": "manifest of the release that this one replaces"}
        derived["_:d"] = {
            "prov:generatedEntity": "fh:release",
            "prov:usedEntity": f"sha256:{replaces}",
            "prov:type": "prov:Revision",
            "fh:reason": reason,
        }
    content: dict[str, object] = {
        "prefix": prefix,
        "entity": entities,
        "activity": {"fh:releasing": {"prov:type": "fh:DisclosureControl"}},
        "agent": {
            "fh:publisher": {"prov:type": "prov:Organization"},
            "fh:firsthand": {"prov:type": "prov:SoftwareAgent"},
        },
        "wasGeneratedBy": generated,
        "hadMember": member,
        "wasAssociatedWith": {
            "_:a1": {"prov:activity": "fh:releasing", "prov:agent": "fh:publisher"},
            "_:a2": {"prov:activity": "fh:releasing", "prov:agent": "fh:firsthand"},
        },
    }
    if derived:
        content["wasDerivedFrom"] = derived
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
