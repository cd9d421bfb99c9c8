"""Pages in a real browser: headless Chromium, driven as a person would."""
