"""The page itself: its modules, its style, its frame."""
