"""`make bench`: every table there is."""

from benchmarks import story_page

story_page.main()
