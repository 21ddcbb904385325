"""The QA lead's web app: what needs a person, why, and what people say about it."""

from review import paths as paths  # before there are routes: how paths are taken apart
