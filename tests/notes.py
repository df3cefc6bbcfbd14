"""Notes on what was done to a table, in both languages."""


def notes_of(thing):
    """Return the English notes as one text; none lacks its Chinese twin."""
    assert all(note.en and note.zh for note in thing.notes)
    return " ".join(note.en for note in thing.notes)
