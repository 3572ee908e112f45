"""The self-check page: one HTML file in which a browser checks workbooks by the product itself, offline.

``build`` makes it; ``session`` and what it imports run inside of the page. Only the core install is needed.
"""
