"""Pages of the place Microsoft Entra, one file each."""
