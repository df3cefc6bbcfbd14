"""Judge what was seen of a program while it ran: by arithmetic of this process alone."""
