"""An index kept in Milvus: on a server, or in a file by Milvus Lite, with the same code."""

# The store is imported from `index.milvus.store`, and pymilvus with it, by whoever opens one.
from .address import Address

__all__ = ["Address"]
