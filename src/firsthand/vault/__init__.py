"""The only room that keeps."""
