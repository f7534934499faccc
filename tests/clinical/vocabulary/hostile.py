"""Pieces of lines that nobody types, each of which would try a pattern or a loop that goes back over what it read."""

PIECES_OF_LINES = (
    "(", "[", "(a", "1 ", "2 tabs ", "for a ", "a", "1-", "- ", "<a", "<script>", "&amp;", "stopped in ", "last dose ",
    "a few ", "q1 ", "\u200b",
)  # fmt: skip
PIECES_OF_LISTS = (
    "x", "a, ", "tramadol, ", "tramadol 50, seroquel 100; ", ";", "•", "<li>", "<br", "medications ", "current ", "(",
)  # fmt: skip
