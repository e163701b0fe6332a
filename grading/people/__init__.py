"""Who the checks are about: people in a room, and a person at a desk."""
