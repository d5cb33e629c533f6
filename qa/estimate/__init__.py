"""What a sample can say: means, intervals, differences, and when it is too early to say anything."""
