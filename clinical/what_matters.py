"""Everything one visit brings up, ready to show or to keep: flags, gaps, exposure, withdrawal, safety and the law.

Reads only. The same plain values are rendered live, stored with a run and rendered again years later, so what was
shown and what is kept cannot drift apart.
"""
