"""The report of a run as one HTML file without script or outside request, and as JSON."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from importlib import resources

import jinja2

from firsthand.publication.redaction import PublishedText
from firsthand.publication.report import Report

__all__ = ["report_as_html", "report_as_json"]


def report_as_html(report: Report) -> str:
    """A self-contained page: every number opens to claims, every claim to its passage, with no script at all."""
    folder = resources.files("firsthand.publication.formats")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((folder / "run_report.html").read_text("utf-8"))
    return template.render(report=report, style=(folder / "run_report.css").read_text("utf-8"))


def report_as_json(report: Report) -> str:
    """The same content for programs, schema ``report/1``."""
    content = {field.name: _plain(getattr(report, field.name)) for field in fields(report)}
    return json.dumps({"schema": "report/1", **content}, ensure_ascii=False, indent=1)


def _plain(value: object) -> object:  # JSON's own types
    if isinstance(value, PublishedText):
        return {"text": str(value), "held_back": value.held_back} if value.held_back else str(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
