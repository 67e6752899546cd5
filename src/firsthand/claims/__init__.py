"""One speaker says one thing on one basis."""
