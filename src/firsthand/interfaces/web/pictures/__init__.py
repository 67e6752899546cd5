"""Pictures as SVG with no style and no script: pure functions, each with a table beside it on its page."""
