"""Every change to articles, to where they stand, and to who reads them."""
