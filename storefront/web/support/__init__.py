"""What every page shares: language, headers, signing in, files, words for numbers and times."""
