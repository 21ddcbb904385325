SELECT max(number) FROM calls
