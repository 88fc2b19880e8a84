"""PURE: free text linked to concepts of the taxonomy by its letters and words; see `linker`."""
