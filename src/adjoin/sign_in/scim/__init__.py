"""SCIM 2.0: a company's directory keeps its people here up to date. Sources: RFC 7643 (shapes), RFC 7644 (protocol).

A directory sees and writes the people of its own mail domains, no admins, and the organizations chosen for it, which
it calls groups."""
