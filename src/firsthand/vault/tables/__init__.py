"""The projection of the log, one file for each room."""
