"""What every test of the repository has at hand. The database is set up by the plugin `adjoin.testing.database`."""

pytest_plugins = [
    "adjoin.testing.accounts",
    "adjoin.testing.api",
    "adjoin.testing.browser",
    "adjoin.testing.cast",
    "adjoin.testing.desk_process",
    "adjoin.testing.pages",
    "adjoin.testing.patience",
    "adjoin.testing.server",
    "adjoin.testing.spreading",
]
