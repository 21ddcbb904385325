"""Machine learning behind the ports of the domain: Whisper, speakers, classifiers, weights."""
