"""What all tests share: factories, which go through the real way of publishing."""
