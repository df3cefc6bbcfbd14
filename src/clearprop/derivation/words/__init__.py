"""The sentences of derivations, each in English and Chinese; one file a part of the story."""
