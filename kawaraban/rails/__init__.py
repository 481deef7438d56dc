"""What stands in each rail of a page, no story twice."""
