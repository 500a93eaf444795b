"""The pages of the wizard, one file each; the flow names them and the frame imports them late."""
