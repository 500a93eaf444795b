"""The steps of the road, in order. Each can be repeated, goes on where it was cut, and is read back."""
