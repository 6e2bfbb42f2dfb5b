"""Running the shop: backups, the doctor, metrics, the process tree."""
