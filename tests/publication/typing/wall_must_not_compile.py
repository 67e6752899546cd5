"""Every line with a comment "refused" must be refused by the type checker; run by test_publication_typing.py."""

from firsthand.estimation.counts import CountTable
from firsthand.publication.disclosure import FrequencyTable, PublishedTable
from firsthand.publication.formats.table_csv import table_as_csv
from firsthand.publication.report import ReportBreakdown


class Forged(PublishedTable):  # refused
    pass


def leak(counts: CountTable, truth: FrequencyTable, table: PublishedTable, words: str) -> None:
    table_as_csv(table)
    table_as_csv(truth)  # refused
    table_as_csv(counts)  # refused
    table.cells = ()  # refused
    ReportBreakdown(name="act", cells=((words, ()),))  # refused
