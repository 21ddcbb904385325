"""Made-up calls for trying and measuring: written, labelled calls told anew, thousands of times.

What was said and what is right comes from the project's labelled calls; who called whom when, how
it was spoken, and where the machine errs is simulated. Nothing here is a real call or verdict.
"""
