"""What can be asked for where Microsoft Entra does the work: set up, watched and taken back through Graph."""
