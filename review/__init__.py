"""The QA lead's web app: what needs a person, why, and what people say about it."""
