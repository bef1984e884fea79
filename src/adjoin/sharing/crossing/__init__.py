"""What crosses: computed on the way out, read on the way in; the partner's people and files."""
