"""A checklist of what the judge must get right: see README.md in this folder."""
