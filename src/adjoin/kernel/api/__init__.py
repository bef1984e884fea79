"""What every API under /api/v2 has in common: answers, bodies, pages, doors, and how they are described."""
