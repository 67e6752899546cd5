"""The local web workbench."""
