"""When two mentions mean one."""
