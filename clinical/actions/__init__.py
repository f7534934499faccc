"""Every write of the clinical app, each in one transaction with its audit event.

Functions are keyword-only and take `by`, the person acting. Views, commands and tests change nothing themselves.
"""
