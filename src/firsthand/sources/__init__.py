"""Who or what gave us this, and on what terms."""
