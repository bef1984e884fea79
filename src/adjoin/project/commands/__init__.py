"""The commands of `adjoin`, a module each: `add` declares its arguments, `run` does the work, gives the exit code."""
