"""Files that customers get: uploading, storing by content, downloading, and deleting what nobody can get any more."""
