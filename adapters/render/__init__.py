"""The tables in other clothes: terminal now, documents later. One source, thin renderers."""
