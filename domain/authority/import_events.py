"""An earlier register comes in, and goes out again."""

from __future__ import annotations

from domain.entry import Event
from domain.values import Count, Digest, EntryVersion


class Imported(Event, frozen=True, tag="imported"):
    """导入原台账: an earlier register, kept elsewhere. file_digest: SHA-256 in hex. row_count: rows of it recorded.

    entry_count: so many entries follow this one in the log, and each names the sheet and row that it was read from.
    """

    title = "导入原台账"
    file_digest: Digest
    row_count: Count
    entry_count: Count


class ImportAnnulled(Event, frozen=True, tag="import_annulled"):
    """撤销导入: the amendments that follow in the log take back every entry of the import.

    version: that of the import in the authority's own log.
    """

    title = "撤销导入"
    version: EntryVersion


OF_IMPORTS = (Imported, ImportAnnulled)
