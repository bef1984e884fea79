"""Trying a partner's sharing address, or any peer's, against the protocol. It asks no database of ours.

report      one line for each thing tried: what, whether it works, and why not
peer        the address under test, asked as partners ask
strangers   what works without an agreement, and the invitation
sharing     what works under an agreement: tickets
check       all of it in order, and tidying up
"""
