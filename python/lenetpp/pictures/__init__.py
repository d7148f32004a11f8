"""What was learned, as pictures: in the terminal, as Matplotlib figures, as HTML and as workbooks.

Rules that all pictures share, each in a file of its own: ``scale`` (red is high, white zero, blue low), ``colours`` (a
thing has one colour everywhere), ``picture`` (how a picture shows and saves itself).
"""
