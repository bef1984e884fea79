"""The partners' people: who they are here, and who they are besides."""
