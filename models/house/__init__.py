"""What a house does differently: heads on top of those that come with callqa, from corrections."""
