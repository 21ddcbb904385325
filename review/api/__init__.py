"""What programs are answered: records with the names that are promised to stay."""
