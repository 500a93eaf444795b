"""Has the system run a plan by itself: systemd, launchd, or Windows' task scheduler."""
