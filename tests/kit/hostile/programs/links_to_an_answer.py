"""Its program is a link to an answer elsewhere. Links are not followed out.

link-to-answer any fails
"""
