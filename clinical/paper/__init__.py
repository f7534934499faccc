"""Sheets of paper made of plain values: a tagged PDF, or plain text for the chart. Knows no models and no requests."""
