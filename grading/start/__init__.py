"""What happens before anything else: the right Python, and how we end."""
