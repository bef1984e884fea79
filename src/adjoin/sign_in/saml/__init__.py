"""SAML 2.0, the part of it that desks need: sign-in begun here, answers by POST, logout, metadata."""
