"""What a person can do, each a named step that can be undone."""
