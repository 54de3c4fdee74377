"""The model of ragcare's reader, as a file; `ragcare.reader.CrossEncoder.open()` finds it here."""
