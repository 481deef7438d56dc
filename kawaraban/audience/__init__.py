"""What readers do: beacons in, counts out."""
