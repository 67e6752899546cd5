"""Where Firsthand meets people and programs."""
