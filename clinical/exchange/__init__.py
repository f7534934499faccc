"""Reference rows out to CSV or XLSX and back: what a file holds, what it would change, and why a row is refused.

Reads only; what is confirmed is written by `actions.editing`.
"""
