"""The guides and the glossary, read inside the product."""
