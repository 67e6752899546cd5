"""What leaves is read back by the libraries and held against the standards that it is written for."""

import csv
import io
import json
import re

import pytest
from followthemoney import model
from prov.model import ProvDocument

from firsthand.publication.bundle import Contents, Format, FormatNeedsRows, content_files
from firsthand.publication.disclosure import CellCount, DisclosureRules, FrequencyTable, protect_table
from firsthand.publication.figures import AddressInFigure, Figure, bar_chart, draw_png, draw_svg, figures_of, map_chart
from firsthand.publication.formats.dossier import Released, TemplateFieldNotReleased, fill_template
from firsthand.publication.formats.exchange import (
    provenance_as_json,
    records_as_esf,
    records_as_followthemoney,
    records_as_htcds,
)
from firsthand.publication.formats.site import dossier_as_html, dossier_as_pdf
from firsthand.publication.margins import Dimension
from firsthand.publication.records import Column, RecordRules, Row, protect_records
from firsthand.publication.redaction import publish_own_words as own
from firsthand.publication.wording import say
from firsthand.workbench.releasing import TEMPLATES, packaged_template

SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))
UN_WORDS = ("mechanism", "organisation", "about", "summary", "method", "consent", "requests", "contact")
# IOM HTCDS 2.0 (CC BY 4.0), vic_TypeOfExploitation and prs_Gender.
HTCDS = {
    "prs_Gender": {
        *("Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming"),
        "NonSpecifiedUnknown",
    },
    "vic_TypeOfExploitation": {
        *("ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude"),
        *("ForcedMilitaryByNonStateActors", "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other"),
        "",
    },
}
# HURIDOCS Events Standard Formats: field names of the entities event and act.
ESF = {
    "event": {"event_record_number", "event_title", "geographical_term", "initial_date", "final_date"},
    "act": {"act_record_number", "event", "type_of_act", "initial_date", "final_date"},
}


def table(name="province", small=True):
    counts = {"East": 40, "West": 3 if small else 44, "South": 25}
    cells = {(c,): CellCount(count=n, informants=min(n, 9)) for c, n in counts.items()}
    dimension = Dimension(name=name, categories=tuple(counts))
    return protect_table(FrequencyTable(dimensions=(dimension,), cells=cells), DisclosureRules())


def records(acts=("forced_labour", "forced_marriage", "arbitrary_detention")):
    rows = [
        Row(values=(place, str(1990 + n % 20)), act=acts[n % len(acts)], informant=f"s{n}")
        for place in ("East", "West")
        for n in range(60)
    ]
    decades = {str(year): f"{year // 10 * 10}s" for year in range(1990, 2010)}
    columns = [
        Column(name="province", ladder=({"East": "Land", "West": "Land"},)),
        Column(name="year", ladder=(decades,)),
    ]
    return protect_records(rows, columns, RecordRules())


def released(**options):
    tables = {"a": table()}
    titles = {"a": own("Statements by province")}
    figures = figures_of(tables, titles=titles, labels={}, outlines={"East": SQUARE})
    given = {
        "title": own("Counts of <b>an invented place</b>"),
        "released": "2026-11-25",
        "audience": own("public"),
        "statement": [own("A documented count is a floor.")],
        "tables": tables,
        "titles": titles,
        "figures": figures,
        "words": {key: own(f"our {key}") for key in UN_WORDS},
    }
    return Released(**(given | options))


def test_followthemoney_reads_what_we_write():
    lines = records_as_followthemoney(records(), dataset="release-1").splitlines()
    assert len(lines) == 120
    for line in lines:
        entity = model.get_proxy(json.loads(line), cleaned=False)
        told = json.loads(line)["properties"]
        assert entity.schema.name == "Event"
        # Cleaning drops what the library does not take for a value: nothing of ours may be dropped.
        assert {p.name: sorted(entity.get(p)) for p in entity.iterprops()} == {k: sorted(v) for k, v in told.items()}
        clean = model.make_entity("Event")
        clean.id = entity.id
        for name, values in told.items():
            for value in values:
                clean.add(name, value)
        assert set(clean.properties) == set(told)
    assert len({json.loads(line)["id"] for line in lines}) == 120


def test_htcds_has_fields_and_values_of_the_standard_and_no_other_acts():
    rows = list(csv.DictReader(io.StringIO(records_as_htcds(records()))))
    assert len(rows) == 80
    for row in rows:
        assert set(row) == set(HTCDS)
        assert all(row[field] in values for field, values in HTCDS.items())


def test_esf_has_fields_of_the_standard_and_acts_point_to_their_events():
    files = {name: list(csv.DictReader(io.StringIO(text))) for name, text in records_as_esf(records()).items()}
    assert {name: set(rows[0]) for name, rows in files.items()} == ESF
    assert {row["event"] for row in files["act"]} == {row["event_record_number"] for row in files["event"]}
    assert all(re.fullmatch(r"\d{12}|[a-z_]+", row["type_of_act"]) for row in files["act"])
    assert {len(row["initial_date"]) for row in files["event"]} <= {0, 4}


def test_prov_is_read_by_the_prov_library_and_names_what_it_replaces():
    text = provenance_as_json({"a.csv": "ab" * 32}, released="2026-11-25", replaces="cd" * 32, reason="withdrawn")
    document = ProvDocument.deserialize(content=text, format="json")
    assert {type(r).__name__ for r in document.get_records()} == {
        *("ProvEntity", "ProvActivity", "ProvAgent", "ProvGeneration", "ProvMembership", "ProvAssociation"),
        "ProvDerivation",
    }
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document
    assert "approved" not in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_is_filled_with_what_is_released_and_escaped(name):
    dossier = fill_template(packaged_template(name), released())
    page = dossier_as_html(dossier)
    assert "{" not in re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", "", page)
    assert "Counts of &lt;b&gt;an invented place&lt;/b&gt;" in page
    assert page.count("<table>") == 1
    assert page.count("<svg") == 2


@pytest.mark.parametrize(
    "template",
    [
        "{table:b}", "{words:nothing}", "{number:a|West}", "{number:a|Nowhere}", "{name}", "{claims}", "a { b",
        "## {secret:x}",
    ],
)  # fmt: skip
def test_a_template_that_names_what_is_not_released_fails(template):
    with pytest.raises(TemplateFieldNotReleased):
        fill_template(template, released())


def test_a_number_that_is_shown_may_be_named():
    dossier = fill_template("# x\n\nThere were {number:a|Total}.", released())
    assert "There were 68." in [str(block) for section in dossier.sections for block in section.blocks]


def test_the_page_loads_nothing_and_runs_nothing():
    page = dossier_as_html(fill_template(packaged_template("dossier"), released()))
    assert "default-src 'none'" in page
    assert "<script" not in page
    outside = [a for a in re.findall(r'(?:src|href|action)="([^"]*)"', page) if not a.startswith(("#", "data:"))]
    assert outside == []
    assert set(re.findall(r"https?://[^\s\"'<>]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page


def test_the_pdf_is_tagged_has_a_language_and_a_text_for_each_picture():
    pdf = dossier_as_pdf(fill_template(packaged_template("dossier"), released()))
    unpacked = pdf + b"".join(inflated(pdf))
    assert b"/MarkInfo" in unpacked
    assert b"/StructTreeRoot" in unpacked
    assert b"/Lang (en)" in unpacked or b"/Lang (\xfe\xff\x00e\x00n)" in unpacked
    assert unpacked.count(b"/Alt") >= 2
    assert b"pdfuaid:part" in unpacked
    assert b"/JavaScript" not in unpacked
    assert b"/URI" not in unpacked


def inflated(pdf):
    import zlib

    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            yield zlib.decompressobj().decompress(pdf[start.end() :])
        except zlib.error:
            continue


def test_figures_are_drawn_from_published_tables_and_hidden_cells_have_no_length():
    figure = bar_chart(table(), name="f", title=own("By province"), labels={})
    values = {row["c0"]: row["n"] for row in figure.spec["data"]["values"]}
    assert values["West"] is None
    assert "hidden" in str(figure.sentence)
    svg = draw_svg(figure)
    assert svg.startswith("<svg")
    assert 'role="img"' in svg
    assert "3" not in {row["shown"] for row in figure.spec["data"]["values"]}
    assert draw_png(figure).startswith(b"\x89PNG")


def test_a_map_draws_hidden_areas_grey_and_has_no_tiles():
    figure = map_chart(table(), name="m", title=own("Map"), labels={}, outlines={"East": SQUARE, "West": SQUARE})
    grey, shaded = figure.spec["layer"][0], figure.spec["layer"][1]
    assert [f["properties"]["place"] for f in grey["data"]["values"]] == ["West"] or len(grey["data"]["values"]) == 2
    assert all(f["properties"]["n"] is not None for f in shaded["data"]["values"])
    assert "http" not in json.dumps(figure.spec)


@pytest.mark.parametrize(
    "part",
    [
        {"data": {"url": "a.csv"}},
        {"x": "https://example.org/a"},
        {"mark": {"href": "x"}},
        {"a": ["file:///etc/passwd"]},
    ],
)
def test_an_address_in_a_chart_is_refused_before_it_is_drawn(part):
    good = bar_chart(table(), name="f", title=own("t"), labels={})
    bad = Figure(name="f", title=good.title, sentence=good.sentence, spec={**good.spec, **part}, table=good.table)
    with pytest.raises(AddressInFigure):
        draw_svg(bad)
    with pytest.raises(AddressInFigure):
        draw_png(bad)


def test_a_format_of_rows_needs_rows_and_all_formats_together_make_their_files():
    contents = Contents(title=own("t"), statement=[], tables={"a": table()})
    with pytest.raises(FormatNeedsRows):
        content_files(contents, released="2026-11-25", formats=[Format.FTM])
    whole = Contents(
        title=own("t"),
        statement=[],
        tables={"a": table()},
        records=records(),
        dossier=fill_template(packaged_template("dossier"), released()),
        figures=released().figures,
    )
    files = content_files(whole, released="2026-11-25", formats=list(Format))
    assert {"index.html", "dossier.pdf", "provenance.json", "records/followthemoney.jsonl", "records/htcds.csv"} <= set(
        files
    )
    assert {"records/esf-act.csv", "records/records.dictionary.csv", "figures/map-a.svg", "figures/chart-a.png"} <= set(
        files
    )


def test_every_template_ships_in_korean_with_the_same_fields():
    field = re.compile(r"\{[^{}]*\}")
    for name in TEMPLATES:
        assert field.findall(packaged_template(name)) == field.findall(packaged_template(name, "ko"))


def test_a_korean_page_has_no_english_sentence_of_ours():
    dossier = fill_template(packaged_template("dossier", "ko"), released(language="ko", statement=[]))
    page = dossier_as_html(dossier)
    assert '<html lang="ko">' in page
    for english in ("Skip to the text", "hidden number", "What was counted", "Contents"):
        assert english not in page


@pytest.mark.parametrize("key", ["total", "total-hidden", "largest", "one-hidden", "hidden", "title", "footer"])
def test_our_sentences_are_said_in_both_languages_with_the_same_values(key):
    values = {"counted": "x1", "by": "x2", "total": "x3", "number": "x4", "name": "x5", "mark": "x6"}
    english, korean = (say(key, language, **values) for language in ("en", "ko"))
    used = {v for v in values.values() if v in english}
    assert used <= {v for v in values.values() if v in korean}
    assert english != korean
