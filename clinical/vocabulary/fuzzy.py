"""Names within one or two edits of a spelling, through an index of letters (tantivy) in memory. No Django.

Finds and does not judge: `nearest.py` says whether one of them is meant, `suggestions.py` in which order they show.
"""

from collections.abc import Sequence

import tantivy

# The index looks no further than this.
MOST_EDITS = 2
_BYTES_WHILE_BUILDING = 15_000_000  # tantivy's own least
_NAME, _PLACE = "name", "place"


class FuzzyNames:
    """Spellings by their place in the sequence they came in; where many are near, the first places are found."""

    def __init__(self, names: Sequence[str]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field(_NAME, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field(_PLACE, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=_BYTES_WHILE_BUILDING, num_threads=1)
        for place, name in enumerate(names):
            writer.add_document(tantivy.Document(**{_NAME: name, _PLACE: place}))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()
        self.within("warming up", MOST_EDITS, 1)  # the first search of a kind builds its automaton

    def within(self, spelling: str, edits: int, most: int, *, begins: bool = False) -> list[int]:
        """Places of the names this many edits away or fewer (a swap of neighbours is one), in order.

        With `begins`, also names that have such a beginning.
        """
        query = tantivy.Query.fuzzy_term_query(
            self._schema, _NAME, spelling, distance=edits, transposition_cost_one=True, prefix=begins
        )
        found = self._searcher.search(query, limit=most, count=False, order_by_field=_PLACE, order=tantivy.Order.Asc)
        return [place for place, _ in found.hits]
