"""Single tickets: shared and taken back by people, rules and the API; the panel on a ticket's page."""
