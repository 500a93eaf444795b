"""The pages, one file each, and the flow between them."""
