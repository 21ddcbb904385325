"""Charts as SVG markup, made on the server: each with the same numbers as a table.

The page's Content-Security-Policy allows no inline style, so marks carry classes and the colours
are in ``review/static/charts.css``; light, dark and print are three sets of the same properties.
Nothing is told by colour alone: series have shapes and dashes, cells and bars their numbers.
"""
