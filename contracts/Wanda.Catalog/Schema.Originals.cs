namespace Wanda.Catalog;

internal static partial class Schema
{
    // Watched files that are the node's to free. Additive as well.
    private const string Originals = """
        ALTER TABLE captures ADD COLUMN original TEXT;      -- Here | InPlace | Freeing | Freed | Replaced | Gone; NULL: not ours to free
        ALTER TABLE captures ADD COLUMN original_at TEXT;   -- since when; NULL: since it was saved
        ALTER TABLE captures ADD COLUMN original_why TEXT;  -- why it lies there still (OriginalHold)
        CREATE INDEX captures_original ON captures(source, original) WHERE original IS NOT NULL;
        CREATE INDEX captures_in_place ON captures(id) WHERE original = 'InPlace';
        CREATE INDEX captures_original_due ON captures(source, id) WHERE original IN ('Here', 'Freeing') AND released_at IS NOT NULL;

        -- The operator's word that a folder's originals go by proof: of which folder, and since when.
        CREATE TABLE adoptions (
            source         TEXT PRIMARY KEY,
            place          TEXT NOT NULL,                   -- the folder; the word is of no other under its name
            since          TEXT NOT NULL,                   -- what was there before is not touched
            root           TEXT,                            -- which folder it was when an original was seen in it last
            problem        TEXT,                            -- why nothing can be removed there
            problem_since  TEXT
        ) WITHOUT ROWID;
        """;
}
