"""Call a person's functions, classes and loops on a fixture, and tell what they gave."""
