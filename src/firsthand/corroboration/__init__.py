"""How claims support and contradict each other."""
