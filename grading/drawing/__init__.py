"""Pictures of a talk: one layout, and painters that know nothing of what they paint."""
