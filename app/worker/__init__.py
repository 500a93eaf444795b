"""The pipe between window and tasks: messages, the process side, the Qt side."""
